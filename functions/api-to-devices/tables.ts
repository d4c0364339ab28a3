import {
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type AttributeValue,
} from "@aws-sdk/client-dynamodb";
import { readingKeyName, readingKeysBetween } from "../../reading/reading-key";
import { itemOf, valuesOf } from "../shared/item";
import { windowKeyName, windowKeyOf } from "../../reading/window-key";
import type { Position } from "./cursor";

/** An item as it is answered: text, numbers and booleans. */
export type Item = Record<string, string | number | boolean | undefined>;

export interface Page {
  items: Item[];
  /** Where it ended, if there may be more. */
  end?: Position;
}

/** The queries of the two tables. */
export interface Tables {
  state: (deviceId: string) => Promise<Item | undefined>;
  /** Newest first; `from` and `to` are included. */
  history: (asked: {
    deviceId: string;
    from: number;
    to: number;
    limit: number;
    after?: Position;
  }) => Promise<Page>;
  /** Averages of a field per minute, newest first; the windows that start at `from` and at `to` are included. */
  averages: (asked: {
    deviceId: string;
    from: number;
    to: number;
    limit: number;
    after?: Position;
  }) => Promise<Page>;
  /** Ids of devices, in alphabetical order; with a prefix, only those that begin with it. */
  devices: (asked: { prefix?: string; limit: number; after?: Position }) => Promise<Page>;
}

export interface TableNames {
  historyTableName: string;
  stateTableName: string;
  /** Of the state table: all devices under one key, in order. */
  devicesIndexName: string;
  /** The averages of a field; absent if the stack has none. */
  averages?: { tableName: string; field: string };
}

export function dynamodbTables(names: TableNames): Tables {
  const dynamodb = new DynamoDBClient({});
  const query = async (
    input: ConstructorParameters<typeof QueryCommand>[0],
    after: Position | undefined,
  ): Promise<Page> => {
    const { Items = [], LastEvaluatedKey } = await dynamodb.send(
      new QueryCommand({ ...input, ...(after && { ExclusiveStartKey: itemOf(after) }) }),
    );
    return {
      items: Items.map(valuesOf),
      ...(LastEvaluatedKey && { end: endOf(LastEvaluatedKey) }),
    };
  };
  return {
    state: async (deviceId) => {
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName: names.stateTableName, Key: itemOf({ deviceId }) }),
      );
      return Item && valuesOf(Item);
    },
    history: ({ deviceId, from, to, limit, after }) => {
      const { lowest, highest } = readingKeysBetween(from, to);
      return query(
        {
          TableName: names.historyTableName,
          KeyConditionExpression: "deviceId = :deviceId AND #key BETWEEN :lowest AND :highest",
          ExpressionAttributeNames: { "#key": readingKeyName },
          ExpressionAttributeValues: itemOf({
            ":deviceId": deviceId,
            ":lowest": lowest,
            ":highest": highest,
          }),
          ScanIndexForward: false,
          Limit: limit,
        },
        after,
      );
    },
    averages: async ({ deviceId, from, to, limit, after }) => {
      if (!names.averages) return { items: [] };
      const { tableName, field } = names.averages;
      return query(
        {
          TableName: tableName,
          KeyConditionExpression: "deviceId = :deviceId AND #key BETWEEN :lowest AND :highest",
          // Without the readings that a window holds, which are for the function that writes it.
          ProjectionExpression: averageAttributes.map((_, index) => `#a${index}`).join(", "),
          ExpressionAttributeNames: {
            "#key": windowKeyName,
            ...Object.fromEntries(averageAttributes.map((name, index) => [`#a${index}`, name])),
          },
          ExpressionAttributeValues: itemOf({
            ":deviceId": deviceId,
            ":lowest": windowKeyOf(field, from),
            ":highest": windowKeyOf(field, to),
          }),
          ScanIndexForward: false,
          Limit: limit,
        },
        after,
      );
    },
    devices: ({ prefix, limit, after }) =>
      query(
        {
          TableName: names.stateTableName,
          IndexName: names.devicesIndexName,
          KeyConditionExpression:
            prefix === undefined
              ? "listing = :listing"
              : "listing = :listing AND begins_with(deviceId, :prefix)",
          ExpressionAttributeValues: itemOf({ ":listing": "devices", ":prefix": prefix }),
          Limit: limit,
        },
        after,
      ),
  };
}

/** What a window says, as it is answered. */
const averageAttributes = [
  "field",
  "windowStart",
  "windowEnd",
  "count",
  "average",
  "minimum",
  "maximum",
  "revision",
  "truncated",
];

const endOf = (key: Record<string, AttributeValue>): Position => valuesOf(key) as Position;

/** The position of a reading in its history, as the table's query returns it: the next page begins after this reading. */
export const positionInHistory = (item: Item): Position => ({
  deviceId: String(item["deviceId"]),
  [readingKeyName]: String(item[readingKeyName]),
});
