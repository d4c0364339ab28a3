import {
  DeleteItemCommand,
  DescribeTableCommand,
  paginateQuery,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { deleteQuarantined } from "../sinks/queues";
import type { Search } from "../sinks/search";
import type { Part } from "./settle";

/** Deletes what a device left in the tables and quarantines of integrations. Returns a sentence for each thing that stays. */
export async function clean(
  parts: readonly Part[],
  { clients, outputs }: Search,
  deviceId: string,
): Promise<string[]> {
  const quarantines = new Set(
    parts.map(({ quarantineUrl }) => quarantineUrl).filter((url) => url !== undefined),
  );
  const quarantined = await Promise.all(
    [...quarantines].map((url) =>
      deleteQuarantined(clients.sqs, url, deviceId).then(
        () => [],
        (error: Error) => [`quarantine: what is in it stays (${error.message}).`],
      ),
    ),
  );
  const stays = await Promise.all(
    parts.map(async ({ stem, sink, checks }) => {
      const kept: string[] = [];
      const attempt = async (what: string, deleting: Promise<unknown>): Promise<void> => {
        try {
          await deleting;
        } catch (error) {
          kept.push(`${stem}: what is in ${what} stays (${(error as Error).message}).`);
        }
      };
      for (const output of sink.tables) {
        const table = outputs.of[stem]?.[output];
        if (table !== undefined)
          await attempt(`table ${table}`, deleteItems(clients.dynamodb, table, deviceId));
      }
      if (sink.keeps !== undefined && checks.some(({ found }) => found === "sink"))
        kept.push(`${stem}: ${sink.keeps}.`);
      if (checks.some(({ found }) => found === "failures queue"))
        kept.push(`${stem}: the message in the failures queue.`);
      return kept;
    }),
  );
  return [...quarantined, ...stays].flat();
}

/** Deletes the items of a device from a table whose partition key is `deviceId`. */
async function deleteItems(
  client: DynamoDBClient,
  TableName: string,
  deviceId: string,
): Promise<void> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  const names = (Table?.KeySchema ?? []).map(({ AttributeName = "" }) => AttributeName);
  const pages = paginateQuery(
    { client },
    {
      TableName,
      ConsistentRead: true,
      KeyConditionExpression: "deviceId = :deviceId",
      ExpressionAttributeValues: { ":deviceId": { S: deviceId } },
      ProjectionExpression: names.map((_, nth) => `#key${nth}`).join(", "),
      ExpressionAttributeNames: Object.fromEntries(names.map((name, nth) => [`#key${nth}`, name])),
    },
  );
  for await (const { Items = [] } of pages)
    for (const Key of Items) await client.send(new DeleteItemCommand({ TableName, Key }));
}
