import type { Accepted } from "../shared/batch";
import { groupBy } from "../shared/group";
import type { Sentiment } from "./comprehend";
import { logKeyOf, type LogMessage } from "./log-message";
import type { Analysed } from "./sentiments-table";
import { cutBytes } from "./text";

/** Messages of a batch with the same content, which Comprehend gets once. */
export interface Document {
  messages: Accepted<LogMessage>[];
  text: string;
  /** True if the text is the beginning of a longer one. */
  cut: boolean;
  /** Undefined if it has to be detected. */
  language: string | undefined;
}

export interface Spoken extends Document {
  language: string;
}

/** One document for each content, in the order of the first message with it. */
export const documentsOf = (accepted: Accepted<LogMessage>[]): Document[] =>
  groupBy(accepted, ({ reading, envelope }) => `${envelope.deviceId} ${logKeyOf(reading)}`).map(
    (messages) => {
      const { text, language } = messages[0].reading;
      // Of a text that is too long, blanks at the start could be all that is left.
      const content = cutBytes(text) === text ? text : text.trimStart();
      const beginning = cutBytes(content);
      return { messages, text: beginning, cut: beginning !== content, language };
    },
  );

/** The ids of the messages of documents. */
export const idsOf = (documents: readonly Document[]): string[] =>
  documents.flatMap(({ messages }) => messages.map(({ id }) => id));

/** The number of messages of documents. */
export const sizeOf = (stored: readonly (readonly [Document, Sentiment])[]): number =>
  stored.reduce((sum, [{ messages }]) => sum + messages.length, 0);

/** What is stored of a document. `redaction` has the text that may be stored; without redaction, the text as it was analysed is stored. */
export function itemOf(
  { messages, text, cut, language }: Spoken,
  sentiment: Sentiment,
  keepDays: number,
  redaction?: { text: string | undefined },
): Analysed {
  const { reading, envelope } = messages[0] as Accepted<LogMessage>;
  const storedText = redaction ? redaction.text : text;
  return {
    deviceId: envelope.deviceId,
    logKey: logKeyOf(reading),
    timestamp: reading.timestamp,
    receivedAt: envelope.receivedAt,
    language,
    ...sentiment,
    ...(storedText !== undefined && { text: storedText }),
    ...(cut && { cut }),
    ...(redaction && { redaction: redaction.text === undefined ? "not possible" : "done" }),
    expiresAt: Math.floor(envelope.receivedAt / 1000) + keepDays * 86_400,
  };
}
