import {
  BatchWriteItemCommand,
  type AttributeValue,
  type DynamoDBClient,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { backoff, pause, type Pause } from "../shared/backoff";
import { itemOf } from "../shared/item";
import { describeError, log } from "../shared/log";
import type { Sentiment } from "./comprehend";

/** A log message as the table has it. */
export interface Analysed extends Sentiment {
  deviceId: string;
  logKey: string;
  timestamp: number;
  receivedAt: number;
  language: string;
  /** Left out if it could not be redacted. */
  text?: string;
  /** True if the text is the beginning of a longer one. */
  cut?: true;
  /** Left out without redaction. */
  redaction?: "done" | "not possible";
  /** In seconds since the epoch. */
  expiresAt: number;
}

/** Stores items with different keys; returns the keys of those that were not stored. */
export type Store = (items: Analysed[]) => Promise<Set<string>>;

export const keyOf = ({ deviceId, logKey }: Pick<Analysed, "deviceId" | "logKey">): string =>
  `${deviceId} ${logKey}`;

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const mostItems = 25;
const mostAttempts = 4;

/**
 * Writes items in batches of 25. DynamoDB returns what it has no capacity for, which is written again a few times. An item takes the place
 * of another one with its key, so writing it again does no harm.
 */
export function sentimentsTable(
  client: DynamoDBClient,
  tableName: string,
  wait: Pause = pause,
): Store {
  const write = async (items: Analysed[]): Promise<Analysed[]> => {
    const byKey = new Map(items.map((item) => [keyOf(item), item]));
    let requests: WriteRequest[] = items.map((item) => ({
      PutRequest: { Item: itemOf({ ...item }) },
    }));
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      if (attempt > 0) await wait(backoff(attempt));
      const { UnprocessedItems = {} } = await client.send(
        new BatchWriteItemCommand({ RequestItems: { [tableName]: requests } }),
      );
      requests = UnprocessedItems[tableName] ?? [];
      if (requests.length === 0) return [];
    }
    log("error", "results not stored", { error: "DynamoDB has no capacity for them." });
    return requests.flatMap(({ PutRequest }) => byKey.get(keyIn(PutRequest?.Item)) ?? []);
  };
  return async (items) => {
    const missed = new Set<string>();
    for (let first = 0; first < items.length; first += mostItems) {
      const some = items.slice(first, first + mostItems);
      try {
        for (const item of await write(some)) missed.add(keyOf(item));
      } catch (error) {
        log("error", "results not stored", { error: describeError(error) });
        for (const item of some) missed.add(keyOf(item));
      }
    }
    return missed;
  };
}

const keyIn = ({ deviceId, logKey }: Record<string, AttributeValue> = {}): string =>
  keyOf({ deviceId: deviceId?.S ?? "", logKey: logKey?.S ?? "" });
