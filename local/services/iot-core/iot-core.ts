import type { Clients, Credentials } from "../../aws/clients";
import type { Trace } from "../../trace";
import type { ActionOptions } from "./actions/action";
import { createBroker, type Broker, type BrokerSettings } from "./broker";
import { countBy } from "./broker-metrics";
import { createAuthority, type DeviceCredentials } from "./certificates";
import { startCredentialsProvider } from "./credentials-provider";
import { startDataPlane, type HttpPublication } from "./data-plane";
import { createDestinations } from "./destinations";
import { createInvocations } from "./invocations";
import { createKeyring } from "./keyring";
import { basicIngestRule, topicFault } from "./limits";
import type { Listening } from "../../listen";
import type { Headers } from "./mqtt5/headers";
import { openListeners, type Listeners } from "./listeners";
import { startLogging, type Logging, type LoggingInputs } from "./logging";
import { createMetricBatches } from "./metric-batches";
import { decide, type Identity, type ThingDetails } from "./permissions";
import { createRegistry, type DevicePolicyInputs } from "./registry";
import { createRoleAliases, type RoleAliasInputs } from "./role-aliases";
import type { TopicRuleInputs } from "./rule";
import type { RuleMetrics } from "./rule-metrics";
import { createRuleEngine, type Incoming } from "./rules";
import { verifySignedUrl, type UpgradeRequest } from "./signed-url";

export type { DeviceCredentials } from "./certificates";

export interface IotCoreArgs extends ActionOptions {
  clients: Clients;
  trace: Trace;
  /** AWS's 8883. @default a free port */
  mqttPort?: number;
  /** AWS's 443. @default a free port */
  websocketPort?: number;
  /** @default a free port */
  dataPort?: number;
  /** Settings that AWS changes on request only. @default AWS's values, without limits on publish rates */
  broker?: BrokerSettings;
  /** How long the endpoint of an HTTP action may take to answer. @default AWS's 3 seconds */
  httpTimeoutMilliseconds?: number;
}

/** A local AWS IoT Core: broker, registry, rules engine and data endpoint, on the loopback interface only. */
export interface IotCore {
  /** `mqtts://127.0.0.1:<port>` */
  mqttUrl: string;
  /** `wss://127.0.0.1:<port>/mqtt`; also accepts plain MQTT by ALPN. */
  websocketUrl: string;
  /** The endpoint of IoT data plane clients: `http://127.0.0.1:<port>`. */
  dataEndpoint: string;
  /** Where devices get credentials of AWS for their certificates: `https://localhost:<port>`. */
  credentialsEndpoint: string;
  /** The authority of the broker's and the devices' certificates, in PEM. */
  ca: string;
  addRule(inputs: TopicRuleInputs): Promise<{ arn: string }>;
  /** Replaces a rule of the same name, between two messages. */
  replaceRule(inputs: TopicRuleInputs): Promise<{ arn: string }>;
  setRuleEnabled(name: string, enabled: boolean): void;
  removeRule(name: string): void;
  addDevicePolicy(inputs: DevicePolicyInputs): { arn: string };
  addRoleAlias(inputs: RoleAliasInputs): { arn: string };
  setLogging(inputs: LoggingInputs): Promise<void>;
  /** Registers a thing with a certificate of its own, to which the policies are attached. */
  addThing(
    thingName: string,
    policyNames: string[],
    thing?: ThingDetails,
  ): Promise<DeviceCredentials>;
  /**
   * Deactivates a thing's certificate and closes its connections at once; AWS takes minutes.
   * @see https://docs.aws.amazon.com/iot/latest/apireference/API_UpdateCertificate.html
   */
  deactivateCertificate(thingName: string): void;
  /** Registers credentials of the account for signed WebSocket URLs; their policies apply. */
  introduce(credentials: Credentials): Promise<void>;
  /** The metrics of each rule. */
  metrics(): Record<string, RuleMetrics>;
  /** Resolves when every accepted message has gone through every rule, its actions and its error action, and functions have processed theirs. */
  idle(): Promise<void>;
  /** Stops accepting messages, finishes pending ones, and closes every connection. */
  stop(): Promise<void>;
}

export async function startIotCore(args: IotCoreArgs): Promise<IotCore> {
  const { clients, trace, mqttPort, websocketPort, dataPort, timestreamEndpoint } = args;
  const { account } = clients;
  const authority = await createAuthority();
  const registry = createRegistry();
  const roleAliases = createRoleAliases(clients);
  const keyring = createKeyring(clients);
  const invocations = createInvocations({ clients, trace });
  const metrics = createMetricBatches(clients, trace);
  const count = countBy(metrics, "MQTT");
  const destinations = createDestinations({
    ...{ account, trace, confirmationEndpoint: dataEndpoint },
    timeoutMilliseconds: args.httpTimeoutMilliseconds,
  });
  let stopping = false;
  let logging: Logging | undefined;

  const engine = createRuleEngine({
    clients,
    trace,
    metrics,
    surroundings: { republish, invoke: invocations.add, destinations },
    options: { timestreamEndpoint },
  });
  const broker = await createBroker({
    ...args.broker,
    account,
    trace,
    count,
    accept: (publication) => accept({ ...publication, mqtt: true }),
    announce: (event) => engine.add({ ...notByMqtt, ...event }),
  });

  async function accept(incoming: Incoming): Promise<void> {
    if (stopping) throw new Error("The local IoT Core is stopping; publish again when it is back.");
    announce(incoming);
    await engine.accept(incoming);
  }

  function announce({ topic, payload, clientId }: Incoming): void {
    trace.emit({ kind: "published", topic, payload, clientId });
  }

  /** Basic Ingest bypasses the broker: only its rule receives the message. */
  async function deliver(...[topic, ...rest]: Parameters<Broker["deliver"]>): Promise<void> {
    if (basicIngestRule(topic) === undefined) await broker.deliver(topic, ...rest);
  }

  async function republish(
    topic: string,
    payload: Uint8Array,
    qos: 0 | 1,
    headers: Headers = {},
  ): Promise<void> {
    const fault = topicFault(topic);
    if (fault) throw new Error(fault);
    const incoming = { ...notByMqtt, ...headers, topic, payload, sourceIp: "127.0.0.1" };
    announce(incoming);
    engine.add(incoming);
    await deliver(topic, payload, qos, false, headers);
  }

  async function publish({ qos, retain, headers, ...publication }: HttpPublication): Promise<void> {
    await accept({ ...notByMqtt, ...headers, ...publication });
    await deliver(publication.topic, publication.payload, qos, retain, headers);
  }

  async function retainRefusal(
    accessKeyId: string,
    topic: string,
    sourceIp: string,
  ): Promise<string | undefined> {
    const identity = await keyring.identity(accessKeyId);
    if (!identity)
      return `The owner of access key ${accessKeyId} is unknown, so that iot:RetainPublish cannot be decided; introduce its credentials first.`;
    const asked = { action: "iot:RetainPublish", topic } as const;
    const { allowed, reason } = decide(account, { identity, clientId: "", sourceIp }, asked);
    return allowed ? undefined : reason;
  }

  async function signer(request: UpgradeRequest): Promise<Identity> {
    const { region } = account;
    const { credentials } = keyring;
    const accessKeyId = await verifySignedUrl(request, { region, credentials, now: Date.now() });
    const identity = await keyring.identity(accessKeyId);
    if (identity) return identity;
    throw new Error(`The owner of access key ${accessKeyId} is unknown.`);
  }

  const opened: { close: () => Promise<void> }[] = [broker];
  async function close(): Promise<void> {
    for (const { close: closeOne } of opened) await closeOne();
  }

  async function open(): Promise<{
    listeners: Listeners;
    dataPlane: Listening;
    credentials: Listening;
  }> {
    const server = await authority.issueServer();
    const { ca } = authority;
    const doors = { broker, registry, trace, count, ca, server, signer, mqttPort, websocketPort };
    const listeners = await openListeners(doors);
    opened.push(listeners);
    const { retained, allRetained } = broker;
    const { confirm } = destinations;
    const uses = {
      publish,
      retainRefusal,
      retained,
      allRetained,
      confirm,
      count: countBy(metrics, "HTTP"),
    };
    const dataPlane = await startDataPlane({ account, ...uses, port: dataPort });
    opened.push(dataPlane);
    const credentials = await startCredentialsProvider({
      ...{ registry, roleAliases, trace, ca, server },
    });
    opened.push(credentials);
    return { listeners, dataPlane, credentials };
  }
  const { listeners, dataPlane, credentials } = await open().catch(async (error: unknown) => {
    await close();
    throw error;
  });

  function dataEndpoint(): string {
    return `http://127.0.0.1:${dataPlane.port}`;
  }

  async function idle(): Promise<void> {
    // A function may publish, and a rule may invoke one.
    do {
      await engine.idle();
      await invocations.idle();
    } while (!engine.isIdle());
    await metrics.idle();
    await logging?.idle();
  }

  return {
    mqttUrl: `mqtts://127.0.0.1:${listeners.mqttPort}`,
    websocketUrl: `wss://127.0.0.1:${listeners.websocketPort}/mqtt`,
    dataEndpoint: dataEndpoint(),
    credentialsEndpoint: `https://localhost:${credentials.port}`,
    ca: authority.ca,
    addRule: engine.addRule,
    replaceRule: engine.replaceRule,
    setRuleEnabled: engine.setRuleEnabled,
    removeRule: engine.removeRule,
    addDevicePolicy(inputs) {
      registry.addPolicy(inputs);
      return { arn: `arn:aws:iot:${account.region}:${account.accountId}:policy/${inputs.name}` };
    },
    addRoleAlias: roleAliases.add,
    async setLogging(inputs) {
      logging?.stop();
      logging = await startLogging(clients, trace, inputs);
    },
    async addThing(thingName, policyNames, thing) {
      const credentials = await authority.issueDevice(thingName);
      registry.addThing(thingName, credentials.certificate, policyNames, thing);
      return credentials;
    },
    deactivateCertificate: (thingName) => broker.disconnect(registry.deactivate(thingName)),
    introduce: keyring.introduce,
    metrics: engine.metrics,
    idle,
    async stop() {
      stopping = true;
      await engine.idle();
      await invocations.stop();
      await idle();
      await close();
      logging?.stop();
    },
  };
}

/** Values of the SQL functions for a message without a client. */
const notByMqtt = { mqtt: false, clientId: "n/a", principal: "n/a" };
