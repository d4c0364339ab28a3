import { fork, spawn, spawnSync } from "node:child_process";
import { once, type EventEmitter } from "node:events";
import * as path from "node:path";
import { iot, mqtt } from "aws-iot-device-sdk-v2";
import type { Credentials } from "../../../local/aws/clients";
import { connect, identity, nextMessage } from "../services/iot-core/devices";
import type { DeviceCredentials } from "../../../local/services/iot-core/iot-core";
import { host, providerOf, region } from "./mqtt-endpoint";
import type { SdkAnswer, SdkRequest } from "./mqtt5-sdk-client";

/** What a client needs to connect. */
export interface ClientArgs {
  name: string;
  mqttPort: number;
  websocketPort: number;
  device: DeviceCredentials;
  /** Of a role, for signed URLs. */
  credentials: Credentials;
  /** Has `ca.pem`, `cert.pem` and `key.pem` of the device. */
  folder: string;
}

export interface ConnectedClient {
  /** Publishes a message, and resolves with the first one that arrives on the other topic. */
  exchange(topic: string, payload: string, answers: string): Promise<string>;
  /** Resolves with what the client reports about a message that the broker refuses. */
  refused(topic: string): Promise<string>;
  end(): Promise<unknown>;
}

export interface TestedClient {
  name: string;
  /** A part of a device's name. */
  id: string;
  /** Why it is not on this machine. */
  missing?: string;
  open(args: ClientArgs): Promise<ConnectedClient>;
  /** What it reports about a refused message. */
  refusal: RegExp;
}

const emitter = (client: unknown): EventEmitter => client as EventEmitter;

const mqttJs =
  (protocolVersion: 4 | 5): TestedClient["open"] =>
  async ({ name, mqttPort, device }) => {
    const options = { ...identity(device), protocolVersion };
    const client = await connect(`mqtts://127.0.0.1:${mqttPort}`, name, options);
    client.on("error", () => undefined);
    return {
      async exchange(topic, payload, answers) {
        await client.subscribeAsync(answers, { qos: 1 });
        const answer = nextMessage(client);
        await client.publishAsync(topic, payload, { qos: 1 });
        return (await answer).text;
      },
      refused: (topic) =>
        Promise.race([
          once(emitter(client), "close").then(() => "closed"),
          client.publishAsync(topic, "{}", { qos: 1 }).then(
            () => "acknowledged",
            ({ message }: Error) => message,
          ),
        ]),
      end: () => client.endAsync(true),
    };
  };

const sdkOfMqtt311 =
  (websocket: boolean): TestedClient["open"] =>
  async ({ name, mqttPort, websocketPort, device, credentials }) => {
    const credentials_provider = providerOf(credentials);
    const builder = websocket
      ? iot.AwsIotMqttConnectionConfigBuilder.new_with_websockets({ region, credentials_provider })
      : iot.AwsIotMqttConnectionConfigBuilder.new_mtls_builder(
          device.certificate,
          device.privateKey,
        );
    const config = builder
      .with_port(websocket ? websocketPort : mqttPort)
      .with_certificate_authority(device.ca)
      .with_endpoint(host)
      .with_client_id(name)
      .with_clean_session(true)
      .build();
    const connection = new mqtt.MqttClient().new_connection(config);
    connection.on("error", () => undefined);
    await connection.connect();
    return {
      async exchange(topic, payload, answers) {
        const answer = new Promise<string>((resolve, reject) => {
          connection
            .subscribe(answers, mqtt.QoS.AtLeastOnce, (_topic, bytes) =>
              resolve(Buffer.from(bytes).toString()),
            )
            .then(() => connection.publish(topic, payload, mqtt.QoS.AtLeastOnce))
            .catch(reject);
        });
        return answer;
      },
      async refused(topic) {
        const interrupted = once(emitter(connection), "interrupt");
        connection.publish(topic, "{}", mqtt.QoS.AtLeastOnce).catch(() => undefined);
        await interrupted;
        return "interrupted";
      },
      end: () => connection.disconnect(),
    };
  };

/** Runs in a process of its own: a client for MQTT 5 of `aws-crt` keeps its process running after it is closed (seen with 1.28 to 1.33). */
const sdkOfMqtt5 =
  (websocket: boolean): TestedClient["open"] =>
  async (client) => {
    const child = fork(path.join(__dirname, "mqtt5-sdk-client.ts"), [], {
      execArgv: ["--require", require.resolve("../../../local/register.js")],
    });
    const closed = once(child, "close");
    async function ask(request: SdkRequest): Promise<string> {
      child.send(request);
      const [answer] = (await Promise.race([
        once(child, "message"),
        closed.then(() => [{ error: "The client's process has ended." }]),
      ])) as [SdkAnswer];
      if ("error" in answer) throw new Error(answer.error);
      return answer.text;
    }
    const end = (): Promise<unknown> => {
      child.kill();
      return closed;
    };
    await ask({ kind: "open", websocket, client }).catch(async (error: unknown) => {
      await end();
      throw error;
    });
    return {
      exchange: (topic, payload, answers) => ask({ kind: "exchange", topic, payload, answers }),
      refused: (topic) => ask({ kind: "refused", topic }),
      end,
    };
  };

/** The programs of Mosquitto; each connects for one message, or one exchange. */
const mosquitto =
  (version: "mqttv311" | "mqttv5"): TestedClient["open"] =>
  async ({ name, mqttPort, folder }) => {
    async function run(
      program: string,
      ...more: string[]
    ): Promise<{ code: number; said: string }> {
      const files = ["--cafile", "ca.pem", "--cert", "cert.pem", "--key", "key.pem"];
      const server = ["-V", version, "-h", host, "-p", String(mqttPort), "-i", name, "-q", "1"];
      const child = spawn(program, [...server, ...files, ...more], { cwd: folder });
      const said: string[] = [];
      for (const stream of [child.stdout, child.stderr])
        stream.on("data", (bytes) => said.push(String(bytes)));
      const [code] = (await once(child, "close")) as [number];
      return { code, said: said.join("") };
    }
    return {
      async exchange(topic, payload, answers) {
        const { said } = await run("mosquitto_rr", "-t", topic, "-m", payload, "-e", answers);
        return said;
      },
      async refused(topic) {
        const { code, said } = await run("mosquitto_pub", "-d", "-t", topic, "-m", "{}");
        return `exit ${code}: ${said}`;
      },
      end: () => Promise.resolve(),
    };
  };

const withoutMosquitto =
  spawnSync("mosquitto_rr", ["--help"]).error === undefined
    ? undefined
    : "mosquitto-clients is not installed";

export const testedClients: readonly TestedClient[] = [
  { name: "mqtt.js with MQTT 3.1.1", id: "js-311", open: mqttJs(4), refusal: /^closed$/ },
  { name: "mqtt.js with MQTT 5", id: "js-5", open: mqttJs(5), refusal: /Not authorized/ },
  {
    name: "mosquitto_rr and mosquitto_pub with MQTT 3.1.1",
    id: "mosquitto-311",
    missing: withoutMosquitto,
    open: mosquitto("mqttv311"),
    refusal: /^exit 7: Error: The connection was lost/,
  },
  {
    name: "mosquitto_rr and mosquitto_pub with MQTT 5",
    id: "mosquitto-5",
    missing: withoutMosquitto,
    open: mosquitto("mqttv5"),
    refusal: /Not authorized/,
  },
  ...[false, true].flatMap((websocket): TestedClient[] => {
    const how = websocket ? "a signed WebSocket" : "a certificate";
    const id = websocket ? "signed" : "certificate";
    return [
      {
        name: `AWS's device SDK with MQTT 3.1.1 and ${how}`,
        id: `sdk-311-${id}`,
        open: sdkOfMqtt311(websocket),
        refusal: /^interrupted$/,
      },
      {
        name: `AWS's device SDK with MQTT 5 and ${how}`,
        id: `sdk-5-${id}`,
        open: sdkOfMqtt5(websocket),
        refusal: /^reason code 135$/,
      },
    ];
  }),
];
