import { once, type EventEmitter } from "node:events";
import { iot, mqtt5 } from "aws-iot-device-sdk-v2";
import type { ClientArgs } from "./mqtt-clients";
import { host, providerOf, region } from "./mqtt-endpoint";

// A process with a client for MQTT 5 of AWS's device SDK. It answers one request after another, and ends when its parent ends it.

/** Requests to the process. */
export type SdkRequest =
  | { kind: "open"; websocket: boolean; client: ClientArgs }
  | { kind: "exchange"; topic: string; payload: string; answers: string }
  | { kind: "refused"; topic: string };
export type SdkAnswer = { text: string } | { error: string };

const qos = mqtt5.QoS.AtLeastOnce;
let client: mqtt5.Mqtt5Client | undefined;

function open(
  { name, mqttPort, websocketPort, device, credentials }: ClientArgs,
  websocket: boolean,
): Promise<mqtt5.Mqtt5Client> {
  const credentialsProvider = providerOf(credentials);
  const builders = iot.AwsIotMqtt5ClientConfigBuilder;
  const builder = websocket
    ? builders.newWebsocketMqttBuilderWithSigv4Auth(host, { region, credentialsProvider })
    : builders.newDirectMqttBuilderWithMtlsFromMemory(host, device.certificate, device.privateKey);
  const config = builder
    .withPort(websocket ? websocketPort : mqttPort)
    .withCertificateAuthority(device.ca)
    .withConnectProperties({ clientId: name, keepAliveIntervalSeconds: 60 })
    .build();
  const opened = new mqtt5.Mqtt5Client(config);
  opened.on("error", () => undefined);
  return new Promise((resolve, reject) => {
    opened.on("connectionSuccess", () => resolve(opened));
    opened.on("connectionFailure", ({ error }) => reject(new Error(error.error_name)));
    opened.start();
  });
}

async function answer(request: SdkRequest): Promise<string> {
  if (request.kind === "open") {
    client = await open(request.client, request.websocket);
    return "open";
  }
  if (!client) throw new Error("The client is not open.");
  const publish = (topicName: string, payload: string) =>
    client?.publish({ topicName, qos, payload });
  if (request.kind === "refused")
    return `reason code ${(await publish(request.topic, "{}"))?.reasonCode}`;
  await client.subscribe({ subscriptions: [{ topicFilter: request.answers, qos }] });
  const received = once(client as unknown as EventEmitter, "messageReceived");
  await publish(request.topic, request.payload);
  const [{ message }] = (await received) as [mqtt5.MessageReceivedEvent];
  return Buffer.from(message.payload as ArrayBuffer).toString();
}

process.on("message", (request: SdkRequest) => {
  void answer(request).then(
    (text) => process.send?.({ text } satisfies SdkAnswer),
    (error: Error) => process.send?.({ error: error.message } satisfies SdkAnswer),
  );
});
process.once("disconnect", () => process.exit());
