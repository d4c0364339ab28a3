import { BatchWriteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { readingKeyName } from "../../reading/reading-key";
import type { Accepted } from "../shared/batch";
import { itemOf } from "../shared/item";
import { describeError, log } from "../shared/log";
import { readingId } from "../shared/reading-id";

/** A reading with its score. */
export interface ScoredReading {
  one: Accepted;
  /** As the model returned it. */
  raw: number;
  /** Normalised: 0 for the mean of the training run, 1 for three standard deviations above it. */
  score: number;
}

/** Stores scores; returns the ids of the records whose scores are not stored. */
export type StoreScores = (scored: ScoredReading[]) => Promise<string[]>;

export interface ScoresTableArgs {
  tableName: string;
  /** Stored with each score, which means nothing without its model. */
  endpointName: string;
  keepDays: number;
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const mostItems = 25;

/** Writes scores into a table, one item per reading; to write one again changes nothing. */
export const scoresTable =
  (client: DynamoDBClient, { tableName, endpointName, keepDays }: ScoresTableArgs): StoreScores =>
  async (scored) => {
    const keyOf = ({ one: { reading } }: ScoredReading): string =>
      `${reading.timestamp}#${readingId(reading)}`;
    const itemFor = (given: ScoredReading) => {
      const { deviceId, timestamp } = given.one.reading;
      const { receivedAt } = given.one.envelope;
      return itemOf({
        deviceId,
        [readingKeyName]: keyOf(given),
        timestamp,
        receivedAt,
        score: given.score,
        rawScore: given.raw,
        endpoint: endpointName,
        expiresAt: Math.floor(receivedAt / 1000) + keepDays * 86_400,
      });
    };
    const missed: string[] = [];
    for (let from = 0; from < scored.length; from += mostItems) {
      const batch = scored.slice(from, from + mostItems);
      try {
        const { UnprocessedItems = {} } = await client.send(
          new BatchWriteItemCommand({
            RequestItems: {
              [tableName]: batch.map((given) => ({ PutRequest: { Item: itemFor(given) } })),
            },
          }),
        );
        const left = new Set(
          (UnprocessedItems[tableName] ?? []).map(({ PutRequest }) => {
            const { deviceId, [readingKeyName]: key } = PutRequest?.Item ?? {};
            return `${deviceId?.S}#${key?.S}`;
          }),
        );
        const unstored = batch.filter((given) =>
          left.has(`${given.one.reading.deviceId}#${keyOf(given)}`),
        );
        if (unstored.length > 0) log("warn", "scores not stored", { scores: unstored.length });
        missed.push(...unstored.map(({ one }) => one.id));
      } catch (error) {
        log("error", "scores not stored", {
          scores: batch.length,
          error: describeError(error),
        });
        missed.push(...batch.map(({ one }) => one.id));
      }
    }
    return missed;
  };
