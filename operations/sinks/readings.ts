import {
  paginateQuery,
  paginateScan,
  type AttributeValue,
  type DynamoDBClient,
  type ScanCommandInput,
} from "@aws-sdk/client-dynamodb";

/** The key of a reading. */
export interface ReadingKey {
  deviceId: string;
  timestamp: number;
}

/** The keys of all readings in a table, or of those of one device. The table's partition key is `deviceId`. */
export async function readingsIn(
  client: DynamoDBClient,
  TableName: string,
  deviceId?: string,
): Promise<ReadingKey[]> {
  const input = {
    TableName,
    ProjectionExpression: "deviceId, #timestamp",
    ExpressionAttributeNames: { "#timestamp": "timestamp" },
  };
  const keys: ReadingKey[] = [];
  for await (const item of itemsIn(client, input, deviceId)) keys.push(keyOf(item));
  return keys;
}

/** The items of a table, or those of one device. The table's partition key is `deviceId`. */
export async function* itemsIn(
  client: DynamoDBClient,
  input: Pick<ScanCommandInput, "TableName" | "ProjectionExpression" | "ExpressionAttributeNames">,
  deviceId?: string,
): AsyncGenerator<Record<string, AttributeValue>> {
  const all = { ...input, ConsistentRead: true };
  const pages =
    deviceId === undefined
      ? paginateScan({ client }, all)
      : paginateQuery(
          { client },
          {
            ...all,
            KeyConditionExpression: "deviceId = :device",
            ExpressionAttributeValues: { ":device": { S: deviceId } },
          },
        );
  for await (const { Items = [] } of pages) yield* Items;
}

const keyOf = ({ deviceId, timestamp }: Record<string, AttributeValue>): ReadingKey => ({
  deviceId: deviceId?.S ?? "",
  timestamp: Number(timestamp?.N),
});
