import {
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  type AttributeValue,
} from "@aws-sdk/client-dynamodb";
import { windowKeyOf } from "../../reading/window-key";
import { itemOf, valuesOf } from "../shared/item";
import { pack, summarise, union, unpack, windowLength, type Summary, type Window } from "./window";

/** A window as the table has it. */
export interface Result extends Summary {
  deviceId: string;
  field: string;
  /** The first millisecond of the window, and that of the next one. */
  windowStart: number;
  windowEnd: number;
  /** 1 for the first result of a window; a later one counts readings that arrived after it. */
  revision: number;
  /** Present and true if the window had more readings than it holds, so that the last ones are missing. */
  truncated?: true;
}

/** Writes a window, together with the readings that the table has of it already; returns what it says then. */
export type WriteWindow = (window: Window) => Promise<Result>;

export interface WindowsTableArgs {
  tableName: string;
  field: string;
  keepDays: number;
}

interface Known {
  values: Map<string, number>;
  revision: number;
  truncated: boolean;
}

/** Two invocations write the same window at the same time only while a shard is split or messages are redriven. */
const mostAttempts = 5;

/**
 * Writes windows into a table, one item each, under a key that depends on device, field and minute only. Writes on the condition that
 * nothing else has written since it read, so that no reading is lost or counted twice, whatever is retried.
 */
export function windowsTable(
  dynamodb: DynamoDBClient,
  { tableName, field, keepDays }: WindowsTableArgs,
): WriteWindow {
  const keyOf = ({ deviceId, start }: Window): Record<string, AttributeValue> =>
    itemOf({ deviceId, windowKey: windowKeyOf(field, start) });

  const read = async (window: Window): Promise<Known> => {
    const { Item = {} } = await dynamodb.send(
      new GetItemCommand({ TableName: tableName, Key: keyOf(window), ConsistentRead: true }),
    );
    const { ids = "", values = "[]", revision = 0, truncated = false } = valuesOf(Item);
    return {
      values: unpack({ ids: String(ids), values: JSON.parse(String(values)) as number[] }),
      revision: Number(revision),
      truncated: truncated === true,
    };
  };

  const put = async (window: Window, { values, revision, truncated }: Known): Promise<Result> => {
    const result: Result = {
      ...resultOf(window, field, values),
      revision,
      ...(truncated && { truncated }),
    };
    const packed = pack(values);
    await dynamodb.send(
      new PutItemCommand({
        TableName: tableName,
        Item: {
          ...keyOf(window),
          ...itemOf({ ...result, ids: packed.ids, values: JSON.stringify(packed.values) }),
          ...itemOf({ expiresAt: window.start / 1000 + keepDays * 86_400 }),
        },
        ...(revision === 1
          ? { ConditionExpression: "attribute_not_exists(deviceId)" }
          : {
              ConditionExpression: "revision = :known",
              ExpressionAttributeValues: itemOf({ ":known": revision - 1 }),
            }),
      }),
    );
    return result;
  };

  return async (window) => {
    let known: Known = { values: new Map(), revision: 0, truncated: false };
    for (let attempt = 1; ; attempt++) {
      const { values, truncated } = union(known.values, window.values);
      const next = {
        values,
        revision: known.revision + 1,
        truncated: truncated || known.truncated,
      };
      const changes = [...values.keys()].some((id) => !known.values.has(id));
      // The result that a retried invocation has written already.
      if (!changes && known.truncated === next.truncated)
        return {
          ...resultOf(window, field, known.values),
          revision: known.revision,
          ...(known.truncated && { truncated: true as const }),
        };
      try {
        return await put(window, next);
      } catch (error) {
        const isKnown = (error as Error).name === "ConditionalCheckFailedException";
        if (!isKnown || attempt === mostAttempts) throw error;
        known = await read(window);
      }
    }
  };
}

const resultOf = (
  { deviceId, start }: Window,
  field: string,
  values: Map<string, number>,
): Omit<Result, "revision"> => ({
  deviceId,
  field,
  windowStart: start,
  windowEnd: start + windowLength,
  ...summarise(values.values()),
});
