import { DeleteTableCommand, DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { eventually, one } from "./eventually";
import type { World } from "./world";

type Item = Record<string, AttributeValue>;

/** The items of a device in a table, oldest first. */
async function itemsOf({ platform, outputs }: World, table: string, device: string) {
  const { Items = [] } = await platform.clients
    .get(DynamoDBClient)
    .send(
      new ScanCommand({ TableName: outputs.of["iot-to-dynamodb"]?.[table], ConsistentRead: true }),
    );
  return Items.filter(({ deviceId }) => deviceId?.S === device).sort(
    (a, b) => Number(a.timestamp?.N) - Number(b.timestamp?.N),
  );
}

export const historyOf = (world: World, device: string): Promise<Item[]> =>
  itemsOf(world, "historyTable", device);

/** The times of a device's readings in the history. */
export const timesOf = async (world: World, device: string): Promise<number[]> =>
  (await historyOf(world, device)).map(({ timestamp }) => Number(timestamp?.N));

export const stateOf = async (world: World, device: string): Promise<Item | undefined> =>
  one(await itemsOf(world, "stateTable", device));

/** A device's state, once it is of this time. */
export const stateAt = (world: World, device: string, timestamp: number): Promise<Item> =>
  eventually(`the state of ${device} at ${timestamp}`, async () => {
    const state = await stateOf(world, device);
    return state?.timestamp?.N === String(timestamp) && state;
  });

/** Deletes a table of the program; returns a function that creates it again. */
export async function removeTable(world: World, name: string): Promise<() => Promise<void>> {
  const table = world.resource("aws:dynamodb/table:Table", name);
  await world.platform.clients
    .get(DynamoDBClient)
    .send(new DeleteTableCommand({ TableName: table.plain.name as string }));
  return () => world.create(table);
}
