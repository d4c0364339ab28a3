import { connectAsync } from "mqtt";
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
  const received: Acknowledged[] = [];
  const client = await connectAsync(await signedMqttUrl(mqttUrl, signer), {
    clientId: deviceId,
    reconnectPeriod: 0,
    connectTimeout: 15_000,
  });
  client.on("message", (_topic, payload) => {
    const { timestamp } = JSON.parse(payload.toString()) as { timestamp: number };
    received.push({ deviceId, timestamp });
  });
  client.on("error", () => undefined);
  await client.subscribeAsync(`${topicPrefix}/${deviceId}/acks`, { qos: 1 });
  return { received: () => received, close: () => client.endAsync(true) };
}
