/** One MQTT message as the rules engine sees it: what a statement can read. */
export interface Message {
  /** The topic as published; a Basic Ingest topic still has its prefix. */
  topic: string;
  payload: Uint8Array;
  /** AWS says `n/a` for a message that was not sent over MQTT. */
  clientId: string;
  principal: string;
  sourceIp: string;
  accountId: string;
  /** Empty for a message that was not sent over MQTT; `traceid()` is Undefined then. */
  traceId: string;
  /** The rules engine's clock, in milliseconds since the epoch. */
  now: number;
}

/**
 * What Basic Ingest topics begin with; the rule's name and the topic proper follow (page
 * `iot-basic-ingest`).
 */
export const BASIC_INGEST = "$aws/rules/";

/**
 * The levels that `topic()` shows: all of them, without the `$aws/rules/<rule>` of Basic Ingest
 * (page `iot-sql-functions`).
 */
export function topicLevels(topic: string): string[] {
  const levels = topic.split("/");
  return topic.startsWith(BASIC_INGEST) ? levels.slice(3) : levels;
}
