import { DynamoDBClient, QueryCommand, type AttributeValue } from "@aws-sdk/client-dynamodb";
import type { Received } from "../../../local/doubles/inbox";
import { connect, identity, openPolicy } from "../services/iot-core/devices";
import { eventually } from "./eventually";
import type { World } from "./world";

export const integration = "iot-to-sagemaker";

export type ScoreItem = Record<string, AttributeValue>;

/** The scores of a device, in the order of its readings. */
export async function scoresOf(world: World, device: string): Promise<ScoreItem[]> {
  const items: ScoreItem[] = [];
  let ExclusiveStartKey: ScoreItem | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await world.platform.clients.get(DynamoDBClient).send(
      new QueryCommand({
        TableName: world.outputs.of[integration]?.scoresTable,
        KeyConditionExpression: "deviceId = :device",
        ExpressionAttributeValues: { ":device": { S: device } },
        ConsistentRead: true,
        ExclusiveStartKey,
      }),
    );
    items.push(...Items);
    ExclusiveStartKey = LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}

/** Waits until as many readings of a device have a score; fails if more have one. */
export const scored = (world: World, device: string, readings: number): Promise<ScoreItem[]> =>
  eventually(`${readings} scores of ${device}`, async () => {
    const items = await scoresOf(world, device);
    if (items.length > readings) throw new Error(`${device} has ${items.length} scores.`);
    return items.length === readings && items;
  });

/** The alerts about a device that the subscriber of the local stack received. */
export const alertsOf = ({ platform, outputs }: World, device: string): Received[] =>
  platform.inbox
    .received()
    .filter(
      ({ attributes, topicArn }) =>
        attributes.deviceId === device && topicArn === outputs.of[integration]?.alertsTopicArn,
    );

export const alerted = (world: World, device: string): Promise<Received[]> =>
  eventually(`an alert about ${device}`, () => {
    const received = alertsOf(world, device);
    return received.length > 0 && received;
  });

/** An anomaly, as a subscriber of the account receives it. */
export interface Published {
  topic: string;
  message: Record<string, unknown>;
}

/** Subscribes to all anomalies as another system would, with a certificate and a policy of its own. */
export async function subscribeToAnomalies(world: World): Promise<{
  received: Published[];
  end: () => Promise<void>;
}> {
  const name = "anomalies-subscriber";
  const { iotCore } = world.platform;
  const policy = world.deployment.resources.find(({ type }) => type === "aws:iot/policy:Policy");
  if (!policy) throw new Error("The program has no policy of devices.");
  await world.create(policy, { ...openPolicy, name });
  const client = await connect(
    iotCore.mqttUrl,
    name,
    identity(await iotCore.addThing(name, [name])),
  );
  const received: Published[] = [];
  client.on("message", (topic, payload) =>
    received.push({ topic, message: JSON.parse(payload.toString()) as Published["message"] }),
  );
  await client.subscribeAsync("anomalies/+", { qos: 1 });
  return { received, end: () => client.endAsync(true) };
}
