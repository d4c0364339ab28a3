import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import type { Clients } from "../../aws/clients";

/** A reading by its name. */
export interface Kept {
  deviceId: string;
  timestamp: number;
}

/** Every reading of a table, by name only. */
export async function readingsIn(clients: Clients, TableName: string): Promise<Kept[]> {
  const kept: Kept[] = [];
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
      kept.push({ deviceId: deviceId?.S ?? "", timestamp: Number(timestamp?.N) });
  return kept;
}
