import { connectAsync, type MqttClient } from "mqtt";
import type { Acknowledged } from "../sinks/search";
import { signedMqttUrl, type Signer } from "./signed";

/** The acknowledgements that a device receives. */
export interface Acks {
  received: () => Iterable<Acknowledged>;
  close(): Promise<void>;
}

/** Connects as a client of the account, with the device's name as client id, and subscribes to its acknowledgements. */
export async function listenForAcks(
  mqttUrl: string,
  topicPrefix: string,
  deviceId: string,
  signer: Signer,
): Promise<Acks> {
  const client = await connectAsync(await signedMqttUrl(mqttUrl, signer), {
    ...{ clientId: deviceId, reconnectPeriod: 0, connectTimeout: 15_000 },
  });
  try {
    client.on("error", () => undefined);
    const topic = `${topicPrefix}/${deviceId}/acks`;
    await client.subscribeAsync(topic, { qos: 1 });
    await delivering(client, topic);
  } catch (error) {
    await client.endAsync(true);
    throw error;
  }
  const received: Acknowledged[] = [];
  client.on("message", (_topic, payload) => {
    const timestamp = timestampOf(payload);
    if (timestamp !== undefined) received.push({ deviceId, timestamp });
  });
  return { received: () => received, close: () => client.endAsync(true) };
}

/** How often a message is sent to find out whether messages are delivered, a second apart. */
const attempts = 15;

/**
 * Waits until the broker delivers to a subscription, which may be later than its acknowledgement, by messages to the subscriber itself.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html
 */
async function delivering(client: MqttClient, topic: string): Promise<void> {
  const delivered = new Promise<true>((resolve) => client.once("message", () => resolve(true)));
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    await client.publishAsync(topic, '{"subscribed":true}', { qos: 1 });
    let timer: NodeJS.Timeout | undefined;
    const later = new Promise<false>((resolve) => (timer = setTimeout(resolve, 1000, false)));
    const arrived = await Promise.race([delivered, later]);
    clearTimeout(timer);
    if (arrived) return;
  }
  throw new Error(`messages on ${topic} do not arrive within ${attempts} s`);
}

function timestampOf(payload: Buffer): number | undefined {
  try {
    const { timestamp } = JSON.parse(payload.toString()) as { timestamp?: unknown };
    return typeof timestamp === "number" ? timestamp : undefined;
  } catch {
    return undefined;
  }
}
