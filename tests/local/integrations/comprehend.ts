import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { valuesOf } from "../../../functions/shared/item";
import { eventually } from "./eventually";
import { impatiently } from "./impatience";
import type { World } from "./world";

export const integration = "iot-to-comprehend";
export const analyser = "iot-to-comprehend-analyser";

type Result = ReturnType<typeof valuesOf>;

/** A log message; each of a device has another time. */
export const logOf = (text: string, changes: object = {}) => ({
  timestamp: Date.now(),
  text,
  ...changes,
});

/** The results of a device in the table, oldest first. */
export async function resultsOf({ platform, outputs }: World, device: string): Promise<Result[]> {
  const { Items = [] } = await platform.clients.get(DynamoDBClient).send(
    new ScanCommand({
      TableName: outputs.of[integration]?.sentimentsTable,
      ConsistentRead: true,
    }),
  );
  return Items.map(valuesOf)
    .filter(({ deviceId }) => deviceId === device)
    .sort((a, b) => (String(a.logKey) < String(b.logKey) ? -1 : 1));
}

/** Those results, once there are so many. */
export const stored = (world: World, device: string, count = 1): Promise<Result[]> =>
  eventually(`${count} results of ${device}`, async () => {
    const results = await resultsOf(world, device);
    return results.length >= count && results;
  });

/** Makes the work queue deliver a failed message so many times. */
export const impatient = <T>(
  world: World,
  deliveries: number,
  during: () => Promise<T>,
): Promise<T> => {
  const queue = { name: "iot-to-comprehend-queue", url: world.outputs.of[integration]?.queueUrl };
  return impatiently(world, queue, during, deliveries);
};
