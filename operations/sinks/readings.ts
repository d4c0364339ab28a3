import {
  paginateQuery,
  paginateScan,
  type AttributeValue,
  type DynamoDBClient,
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
    ConsistentRead: true,
    ProjectionExpression: "deviceId, #timestamp",
    ExpressionAttributeNames: { "#timestamp": "timestamp" },
  };
  const pages =
    deviceId === undefined
      ? paginateScan({ client }, input)
      : paginateQuery(
          { client },
          {
            ...input,
            KeyConditionExpression: "deviceId = :deviceId",
            ExpressionAttributeValues: { ":deviceId": { S: deviceId } },
          },
        );
  const keys: ReadingKey[] = [];
  for await (const { Items = [] } of pages) keys.push(...Items.map(keyOf));
  return keys;
}

const keyOf = ({ deviceId, timestamp }: Record<string, AttributeValue>): ReadingKey => ({
  deviceId: deviceId?.S ?? "",
  timestamp: Number(timestamp?.N),
});
