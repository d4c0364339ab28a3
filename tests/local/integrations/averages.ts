import { DynamoDBClient, QueryCommand, type AttributeValue } from "@aws-sdk/client-dynamodb";
import { connect, identity, openPolicy } from "../services/iot-core/devices";
import { eventually } from "./eventually";
import type { World } from "./world";

export const integration = "iot-to-analytics";

export type AverageItem = Record<string, AttributeValue>;

/** The items of a device in the table of averages, in the order of their windows. */
export async function averagesOf(world: World, device: string): Promise<AverageItem[]> {
  const { Items = [] } = await world.platform.clients.get(DynamoDBClient).send(
    new QueryCommand({
      TableName: world.outputs.of[integration]?.averagesTable,
      KeyConditionExpression: "deviceId = :device",
      ExpressionAttributeValues: { ":device": { S: device } },
      ConsistentRead: true,
    }),
  );
  return Items;
}

/** Waits until the windows of a device have counted as many readings. */
export const counted = (world: World, device: string, readings: number): Promise<AverageItem[]> =>
  eventually(`the averages of ${device} to count ${readings} readings`, async () => {
    const items = await averagesOf(world, device);
    const sum = items.reduce((total, { count }) => total + Number(count?.N), 0);
    return sum === readings ? items : undefined;
  });

/** The first millisecond of a minute that is over, so that all readings of a test are in it. */
export const lastMinute = (): number => Math.floor(Date.now() / 60_000) * 60_000 - 60_000;

/** A result, as a subscriber of the account receives it. */
export interface Published {
  topic: string;
  message: Record<string, unknown>;
}

/** Subscribes to all results as another system would, with a certificate and a policy of its own. */
export async function subscribeToResults(world: World): Promise<{
  received: Published[];
  end: () => Promise<void>;
}> {
  const name = "results-subscriber";
  const { iotCore } = world.platform;
  const policy = world.deployment.resources.find(({ type }) => type === "aws:iot/policy:Policy");
  if (!policy) throw new Error("The program has no policy of devices.");
  await world.create(policy, { ...openPolicy, name });
  const credentials = await iotCore.addThing(name, [name]);
  const client = await connect(iotCore.mqttUrl, name, identity(credentials));
  const received: Published[] = [];
  client.on("message", (topic, payload) =>
    received.push({ topic, message: JSON.parse(payload.toString()) as Published["message"] }),
  );
  await client.subscribeAsync("analytics/+/temperature", { qos: 1 });
  return { received, end: () => client.endAsync(true) };
}
