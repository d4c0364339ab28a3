import {
  BatchDetectDominantLanguageCommand,
  BatchDetectSentimentCommand,
  DetectPiiEntitiesCommand,
  type BatchItemError,
  type ComprehendClient,
  type LanguageCode,
} from "@aws-sdk/client-comprehend";
import type { BatchAnswer } from "./batches";
import type { Personal } from "./text";

export const sentiments = ["POSITIVE", "NEGATIVE", "NEUTRAL", "MIXED"] as const;
type Kind = (typeof sentiments)[number];

/** The sentiment of a text, with how confident Comprehend is in each of the four, 0 to 1. */
export interface Sentiment {
  sentiment: Kind;
  positive: number;
  negative: number;
  neutral: number;
  mixed: number;
}

/** The calls to Comprehend. All texts of a call are in one language. */
export interface Comprehend {
  /** Returns the language tag of each text; "" if none was detected. */
  detectLanguages(texts: string[]): Promise<BatchAnswer<string>>;
  detectSentiments(language: string, texts: string[]): Promise<BatchAnswer<Sentiment>>;
  findPersonal(language: string, text: string): Promise<Personal[]>;
}

/** @see https://docs.aws.amazon.com/comprehend/latest/dg/get-started-api-sync.html */
export const comprehendOf = (client: ComprehendClient): Comprehend => ({
  async detectLanguages(TextList) {
    const { ResultList = [], ErrorList } = await client.send(
      new BatchDetectDominantLanguageCommand({ TextList }),
    );
    const results = ResultList.map(({ Index = -1, Languages = [] }) => {
      const [first] = [...Languages].sort((a, b) => (b.Score ?? 0) - (a.Score ?? 0));
      return { index: Index, result: first?.LanguageCode ?? "" };
    });
    return { results, errors: errorsIn(ErrorList) };
  },
  async detectSentiments(language, TextList) {
    const { ResultList = [], ErrorList } = await client.send(
      new BatchDetectSentimentCommand({ TextList, LanguageCode: language as LanguageCode }),
    );
    const results = ResultList.flatMap(({ Index = -1, Sentiment, SentimentScore = {} }) => {
      const { Positive = 0, Negative = 0, Neutral = 0, Mixed = 0 } = SentimentScore;
      const scores = { positive: Positive, negative: Negative, neutral: Neutral, mixed: Mixed };
      const known = sentiments.find((one) => one === Sentiment);
      return known ? [{ index: Index, result: { sentiment: known, ...scores } }] : [];
    });
    return { results, errors: errorsIn(ErrorList) };
  },
  async findPersonal(language, Text) {
    const { Entities = [] } = await client.send(
      new DetectPiiEntitiesCommand({ Text, LanguageCode: language as LanguageCode }),
    );
    return Entities.map(({ BeginOffset = 0, EndOffset = 0, Type = "PII" }) => ({
      ...{ begin: BeginOffset, end: EndOffset, type: Type },
    }));
  },
});

const errorsIn = (list: BatchItemError[] = []): BatchAnswer<never>["errors"] =>
  list.map(({ Index = -1, ErrorCode, ErrorMessage }) => ({
    index: Index,
    why: `${ErrorCode}: ${ErrorMessage}`,
  }));
