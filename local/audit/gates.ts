import { DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import type { Clients } from "../aws/clients";

/** `<deviceId>#<timestamp>` of every reading that a gate muted: its table has a record of each. */
export async function mutedBy(clients: Clients, TableName: string): Promise<Set<string>> {
  const muted = new Set<string>();
  const pages = paginateScan(
    { client: clients.get(DynamoDBClient) },
    {
      TableName,
      ConsistentRead: true,
      FilterExpression: "decision = :muted",
      ExpressionAttributeValues: { ":muted": { S: "muted" } },
    },
  );
  for await (const { Items = [] } of pages)
    for (const { deviceId, timestamp } of Items) muted.add(`${deviceId?.S}#${timestamp?.N}`);
  return muted;
}
