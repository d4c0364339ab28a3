import { once as onceOf, type EventEmitter } from "node:events";
import { connect as connectOnce, type IClientOptions, type MqttClient } from "mqtt";
import type { Account } from "../../../../local/aws/clients";
import type { DeviceCredentials } from "../../../../local/services/iot-core/iot-core";

export const account: Account = {
  endpoint: "http://127.0.0.1:1",
  region: "eu-central-1",
  accountId: "123456789012",
  root: { accessKeyId: "test", secretAccessKey: "test" },
};

const arn = (resource: string): string =>
  `arn:aws:iot:${account.region}:${account.accountId}:${resource}`;

const thing = "${iot:Connection.Thing.ThingName}";

/** What the program allows its devices. */
export const devicePolicy = {
  name: "device",
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: "iot:Connect",
        Resource: arn(`client/${thing}`),
        Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
      },
      {
        Effect: "Allow",
        Action: "iot:Publish",
        Resource: [arn(`topic/devices/${thing}/telemetry`), arn("topic/$aws/rules/*")],
      },
      {
        Effect: "Allow",
        Action: "iot:Subscribe",
        Resource: arn(`topicfilter/devices/${thing}/*`),
      },
      { Effect: "Allow", Action: "iot:Receive", Resource: arn(`topic/devices/${thing}/acks`) },
    ],
  }),
};

/** A policy that allows everything, to see what is refused all the same. */
export const openPolicy = {
  name: "open",
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "iot:*", Resource: "*" }],
  }),
};

/** The library's own type of emitter is not Node's. */
const once = (client: MqttClient, event: string): Promise<unknown[]> =>
  onceOf(client as unknown as EventEmitter, event);

/** The options by which a device shows its certificate. */
export const identity = ({ ca, certificate, privateKey }: DeviceCredentials): IClientOptions => ({
  ca,
  cert: certificate,
  key: privateKey,
});

/** Connects once; `prepare` sees the client before it can receive anything. */
export async function connect(
  url: string,
  clientId: string,
  options: IClientOptions,
  prepare: (client: MqttClient) => void = () => undefined,
): Promise<MqttClient> {
  const client = connectOnce(url, { clientId, reconnectPeriod: 0, ...options });
  prepare(client);
  const closed = once(client, "close").then(() => {
    throw new Error("The broker closed the connection.");
  });
  await Promise.race([once(client, "connect"), closed]);
  closed.catch(() => undefined);
  return client;
}

/** Resolves when the broker has ended the connection. */
export async function disconnected(client: MqttClient): Promise<void> {
  // An abrupt end may come with an error of the socket, which says nothing more.
  client.on("error", () => undefined);
  await once(client, "close");
}

/** The next message that a client gets. */
export async function nextMessage(client: MqttClient): Promise<{ topic: string; text: string }> {
  const [topic, payload] = (await once(client, "message")) as [string, Buffer];
  return { topic, text: payload.toString() };
}
