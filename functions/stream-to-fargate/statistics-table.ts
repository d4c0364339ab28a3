import { GetItemCommand, PutItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Reading } from "../../reading/reading";
import { itemOf, valuesOf } from "../shared/item";
import { merge, statisticsOf } from "./moments";
import { createRecentItems } from "./recent-items";
import { attributesOf, rolled, rollingKey, statisticsIn, windowKey, type Item } from "./stored";
import { idsIn, idInWindow, mostReadings, startOf, windowLength } from "./window";

/** What adding readings has come to. */
export interface Added {
  counted: number;
  /** Readings that the table had counted before. */
  repeated: number;
  /** Readings of windows that are full. */
  beyond: number;
}

/** Some of the readings could not be added. */
export class PartlyAdded extends Error {
  constructor(
    /** What was added before. */
    readonly added: Added,
    override readonly cause: Error,
  ) {
    super(cause.message);
  }
}

/**
 * Adds readings of one device to its statistics, each reading once, however often it is added. Rejects with {@link PartlyAdded} if a write
 * fails; the readings of the writes before it are then repeated by another attempt.
 */
export type AddReadings = (deviceId: string, readings: readonly Reading[]) => Promise<Added>;

export interface StatisticsTableArgs {
  tableName: string;
  keepDays: number;
}

/** Two tasks write the same item at the same time only after one was taken for dead. */
const mostAttempts = 5;

/** Of the items that a task remembers: an eighth of the least memory of a task, beside what a shard takes that is read. */
const mostRememberedBytes = 64_000_000;

/**
 * Statistics in a table of DynamoDB: an item per device and window of five minutes, with the ids of the readings that it counts, and one
 * per device with the result of its last twelve windows. An item is written once per batch, on the condition that nothing else has written
 * since it was read; DynamoDB's own batch of writes has no conditions.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 */
export function statisticsTable(
  dynamodb: DynamoDBClient,
  { tableName, keepDays }: StatisticsTableArgs,
): AddReadings {
  const remembered = createRecentItems(mostRememberedBytes);
  const keepSeconds = keepDays * 86_400;

  async function read(key: Item): Promise<Item | undefined> {
    const { Item: item } = await dynamodb.send(
      new GetItemCommand({ TableName: tableName, Key: itemOf(key), ConsistentRead: true }),
    );
    return item && valuesOf(item);
  }

  async function put(item: Item, known: Item | undefined): Promise<void> {
    await dynamodb.send(
      new PutItemCommand({
        TableName: tableName,
        Item: itemOf(item),
        ...(known
          ? {
              ConditionExpression: "revision = :known",
              ExpressionAttributeValues: itemOf({ ":known": Number(known.revision) }),
            }
          : { ConditionExpression: "attribute_not_exists(deviceId)" }),
      }),
    );
  }

  /** Writes what `change` makes of an item; resolves with the item as it is then. */
  async function update(
    key: { deviceId: string; windowKey: string },
    change: (known: Item | undefined) => Item | undefined,
  ): Promise<Item> {
    const name = `${key.deviceId} ${key.windowKey}`;
    let known = remembered.get(name) ?? (await read(key));
    for (let attempt = 1; ; attempt++) {
      const changed = change(known);
      if (!changed && known) return known;
      const item = { ...changed, ...key, revision: Number(known?.revision ?? 0) + 1 };
      try {
        await put(item, known);
        remembered.set(name, item);
        return item;
      } catch (error) {
        remembered.delete(name);
        const isOutdated = (error as Error).name === "ConditionalCheckFailedException";
        if (!isOutdated || attempt === mostAttempts) throw error;
        known = await read(key);
      }
    }
  }

  return async (deviceId, readings) => {
    const added: Added = { counted: 0, repeated: 0, beyond: 0 };
    const windows: Item[] = [];
    try {
      for (const [start, ofWindow] of byWindow(readings)) {
        let outcome = added;
        const window = await update({ deviceId, windowKey: windowKey(start) }, (known) => {
          const next = withReadings(known, start, ofWindow);
          outcome = next.added;
          return next.item && { ...next.item, expiresAt: start / 1000 + keepSeconds };
        });
        windows.push(window);
        for (const part of Object.keys(added) as (keyof Added)[]) added[part] += outcome[part];
      }
      await update({ deviceId, windowKey: rollingKey }, (known) =>
        rolled(known, windows, keepSeconds),
      );
    } catch (error) {
      throw new PartlyAdded(added, error as Error);
    }
    return added;
  };
}

function byWindow(readings: readonly Reading[]): Map<number, Map<string, Reading>> {
  const windows = new Map<number, Map<string, Reading>>();
  for (const reading of readings) {
    const start = startOf(reading.timestamp);
    const window = windows.get(start) ?? new Map<string, Reading>();
    windows.set(start, window.set(idInWindow(reading), reading));
  }
  return windows;
}

/** A window with further readings; `item` is undefined if it has all of them. */
function withReadings(
  known: Item | undefined,
  start: number,
  readings: ReadonlyMap<string, Reading>,
): { item?: Item; added: Added } {
  const packed = String(known?.ids ?? "");
  const ids = new Set(idsIn(packed));
  const fresh = [...readings].filter(([id]) => !ids.has(id));
  const taken = fresh.slice(0, Math.max(0, mostReadings - ids.size));
  const beyond = fresh.length - taken.length;
  const added = { counted: taken.length, repeated: readings.size - fresh.length, beyond };
  if (taken.length === 0 && known && (beyond === 0 || known.truncated === true)) return { added };
  const statistics = taken
    .map(([, reading]) => statisticsOf(reading))
    .reduce(merge, known ? statisticsIn(known) : {});
  return {
    item: {
      ...attributesOf(statistics),
      windowStart: start,
      windowEnd: start + windowLength,
      readings: ids.size + taken.length,
      ids: packed + taken.map(([id]) => id).join(""),
      ...((beyond > 0 || known?.truncated === true) && { truncated: true }),
    },
    added,
  };
}
