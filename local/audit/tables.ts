import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import type { Clients } from "../aws/clients";

/** The key of a reading. */
export interface ReadingKey {
  deviceId: string;
  timestamp: number;
}

/** The keys of all readings in a table. */
export async function readingsIn(clients: Clients, TableName: string): Promise<ReadingKey[]> {
  const keys: ReadingKey[] = [];
  const pages = paginateScan(
    { client: clients.get(DynamoDBClient) },
    {
      TableName,
      ConsistentRead: true,
      ProjectionExpression: "deviceId, #timestamp",
      ExpressionAttributeNames: { "#timestamp": "timestamp" },
    },
  );
  for await (const { Items = [] } of pages)
    for (const { deviceId, timestamp } of Items)
      keys.push({ deviceId: deviceId?.S ?? "", timestamp: Number(timestamp?.N) });
  return keys;
}
