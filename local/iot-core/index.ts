import type { Clients } from "../aws/clients";
import type { Trace } from "../trace";
import { createBroker } from "./broker";
import { createAuthority, type DeviceCredentials } from "./certificates";
import { startDataPlane, type HttpPublication } from "./data-plane";
import { basicIngestRule, topicFault } from "./limits";
import type { Listening } from "./listen";
import { openListeners, type Listeners } from "./listeners";
import { startLogging, type Logging, type LoggingInputs } from "./logging";
import { createRegistry, type DevicePolicyInputs } from "./registry";
import type { TopicRuleInputs } from "./rule";
import type { RuleMetrics } from "./rule-metrics";
import { createRuleEngine, type Incoming } from "./rules";

export { writeCredentials, type DeviceCredentials } from "./certificates";

export interface IotCoreArgs {
  clients: Clients;
  trace: Trace;
  /** @default a free port */
  mqttPort?: number;
  /** @default a free port */
  websocketPort?: number;
  /** @default a free port */
  dataPort?: number;
}

/** AWS IoT Core on this machine: broker, registry, rules engine and data endpoint, on the loopback interface only. */
export interface IotCore {
  /** `mqtts://127.0.0.1:<port>` */
  mqttUrl: string;
  /** `wss://127.0.0.1:<port>/mqtt` */
  websocketUrl: string;
  /** Where the IoT data plane's SDK clients publish: `http://127.0.0.1:<port>`. */
  dataEndpoint: string;
  addRule(inputs: TopicRuleInputs): Promise<{ arn: string }>;
  addDevicePolicy(inputs: DevicePolicyInputs): { arn: string };
  setLogging(inputs: LoggingInputs): Promise<void>;
  /** Registers a thing with a certificate of its own, to which the policies are attached. */
  addThing(thingName: string, policyNames: string[]): Promise<DeviceCredentials>;
  /** What each rule has counted so far. */
  metrics(): Record<string, RuleMetrics>;
  /** Resolves when every accepted message has gone through every rule, its actions and its error action. */
  idle(): Promise<void>;
  /** Takes no more messages, finishes those it has, and closes every connection. */
  stop(): Promise<void>;
}

export async function startIotCore({
  clients,
  trace,
  mqttPort,
  websocketPort,
  dataPort,
}: IotCoreArgs): Promise<IotCore> {
  const { account } = clients;
  const authority = await createAuthority();
  const registry = createRegistry();
  let stopping = false;
  let logging: Logging | undefined;

  const engine = createRuleEngine({ clients, trace, republish });
  const broker = await createBroker({
    account,
    trace,
    accept: (publication) => accept({ ...publication, mqtt: true }),
  });

  function announce({ topic, payload, clientId }: Incoming): void {
    trace.emit({ kind: "published", topic, payload, clientId });
  }

  async function accept(incoming: Incoming): Promise<void> {
    if (stopping) throw new Error("The local IoT Core is stopping; publish again when it is back.");
    announce(incoming);
    await engine.accept(incoming);
  }

  /** Basic Ingest goes past the broker: only its rule gets the message. */
  async function deliver(topic: string, payload: Uint8Array, qos: 0 | 1): Promise<void> {
    if (basicIngestRule(topic) === undefined) await broker.deliver(topic, payload, qos);
  }

  async function republish(topic: string, payload: Uint8Array, qos: 0 | 1): Promise<void> {
    const fault = topicFault(topic);
    if (fault) throw new Error(fault);
    const incoming = { ...notByMqtt, topic, payload, sourceIp: "127.0.0.1" };
    announce(incoming);
    engine.add(incoming);
    await deliver(topic, payload, qos);
  }

  const opened: { close: () => Promise<void> }[] = [broker];
  async function close(): Promise<void> {
    for (const { close: closeOne } of opened) await closeOne();
  }

  async function open(): Promise<{ listeners: Listeners; dataPlane: Listening }> {
    const server = await authority.issueServer();
    const { ca } = authority;
    const ports = { mqttPort, websocketPort };
    const listeners = await openListeners({ broker, registry, trace, ca, server, ...ports });
    opened.push(listeners);
    const publish = async ({ qos, ...publication }: HttpPublication): Promise<void> => {
      await accept({ ...notByMqtt, ...publication });
      await deliver(publication.topic, publication.payload, qos);
    };
    const dataPlane = await startDataPlane({ account, publish, port: dataPort });
    opened.push(dataPlane);
    return { listeners, dataPlane };
  }
  const { listeners, dataPlane } = await open().catch(async (error: unknown) => {
    await close();
    throw error;
  });

  async function idle(): Promise<void> {
    await engine.idle();
    await logging?.idle();
  }

  return {
    mqttUrl: `mqtts://127.0.0.1:${listeners.mqttPort}`,
    websocketUrl: `wss://127.0.0.1:${listeners.websocketPort}/mqtt`,
    dataEndpoint: `http://127.0.0.1:${dataPlane.port}`,
    addRule: engine.addRule,
    addDevicePolicy(inputs) {
      registry.addPolicy(inputs);
      return { arn: `arn:aws:iot:${account.region}:${account.accountId}:policy/${inputs.name}` };
    },
    async setLogging(inputs) {
      logging?.stop();
      logging = await startLogging(clients, trace, inputs);
    },
    async addThing(thingName, policyNames) {
      const credentials = await authority.issueDevice(thingName);
      registry.addThing(thingName, credentials.certificate, policyNames);
      return credentials;
    },
    metrics: engine.metrics,
    idle,
    async stop() {
      stopping = true;
      await idle();
      await close();
      logging?.stop();
    },
  };
}

/** What the SQL functions say of a message that no device sent. */
const notByMqtt = { mqtt: false, clientId: "n/a", principal: "n/a" };
