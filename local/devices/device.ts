import { connect, type MqttClient } from "mqtt";
import type { DeviceCredentials } from "../services/iot-core";

export interface DeviceArgs {
  url: string;
  deviceId: string;
  credentials: DeviceCredentials;
  /** The topic of acknowledgements. */
  acksTopic: string;
  onAck: (payload: Uint8Array) => void;
}

/** A connected device, with the name of its certificate's thing. */
export interface Device {
  /** Resolves when the broker has the message; over a lost connection it is sent again when there is a new one. */
  publish(topic: string, payload: Uint8Array): Promise<void>;
  disconnect(): Promise<void>;
}

/** Milliseconds before a reconnect; AWS asks devices to back off, but the local run has few of them. */
const reconnectMilliseconds = 200;

/**
 * Connects with mutual TLS and waits until the broker has the subscription to acknowledgements. The session outlives a lost
 * connection: the broker keeps what it could not deliver, the device what was not acknowledged to it.
 */
export async function connectDevice(args: DeviceArgs): Promise<Device> {
  const { url, deviceId, credentials, acksTopic, onAck } = args;
  const client = connect(url, {
    clientId: deviceId,
    clean: false,
    ca: credentials.ca,
    cert: credentials.certificate,
    key: credentials.privateKey,
    reconnectPeriod: reconnectMilliseconds,
  });
  client.on("message", (_topic, payload) => onAck(payload));
  try {
    await connected(client);
    await client.subscribeAsync(acksTopic, { qos: 1 });
  } catch (error) {
    client.end(true);
    throw new Error(`Device ${deviceId} could not connect: ${(error as Error).message}.`);
  }
  // The client tries again by itself, and what ended the connection is traced by the broker.
  client.on("error", () => undefined);
  return {
    publish: async (topic, payload) => {
      await client.publishAsync(topic, Buffer.from(payload), { qos: 1 });
    },
    // By force: callers that wait for acknowledgements have awaited `publish`.
    disconnect: () => client.endAsync(true),
  };
}

const connected = (client: MqttClient): Promise<void> =>
  new Promise((resolve, reject) => {
    client.once("connect", () => resolve());
    client.once("error", reject);
    client.once("close", () => reject(new Error("the broker closed the connection")));
  });
