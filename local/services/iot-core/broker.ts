import { Aedes, type Client } from "aedes";
import type { Duplex } from "node:stream";
import type { Account } from "../../aws/clients";
import type { Trace } from "../../trace";
import { createAuthorizer, type Peer } from "./authorizer";
import { createCounts, type CountBrokerMetric } from "./broker-metrics";
import { defaultKeepAlive, type KeepAlive } from "./connect-packet";
import { createConnectRequests } from "./connect-requests";
import { createConnections, isProtocolError, reasonOf, type Connections } from "./connections";
import { mostFiltersOfRequest } from "./limits";
import { mostTopicAliases } from "./mqtt5/connack";
import type { Headers } from "./mqtt5/headers";
import { createPacketLayer } from "./mqtt5/packet-layer";
import { reasonCodes } from "./mqtt5/reason-codes";
import type { PresenceEvent } from "./presence";
import { sentWith, type Publication } from "./publication";
import { handlePublish } from "./publish-requests";
import { createRequestPackets } from "./request-packets";
import {
  afterMilliseconds,
  defaultExpiryMilliseconds,
  keepSessions,
  type After,
  type Sessions,
} from "./sessions";
import { atRandom, shareSubscriptions } from "./shared-subscriptions";
import { createSubscribeRequests } from "./subscribe-requests";

/** Settings of the broker that AWS fixes, or changes on request only. */
export interface BrokerSettings {
  /** Messages that one connection may publish in a second; further ones are discarded. AWS accepts 100. @default no limit */
  publishesPerSecond?: number;
  /** How long a persistent session is kept after its connection has ended. @default 1 hour */
  sessionExpiryMilliseconds?: number;
  /** The keep-alive intervals that a client may ask for; the longest is the default. @default 30 to 1,200 */
  keepAliveSeconds?: KeepAlive;
}

export interface BrokerArgs extends BrokerSettings {
  account: Account;
  trace: Trace;
  /** Resolves when the rules engine has the message: only then is it acknowledged and sent to subscribers. */
  accept: (publication: Publication) => Promise<void>;
  /** Called with each presence event, for the rules. @default presence events go to subscribers only */
  announce?: (event: PresenceEvent & { sourceIp: string }) => void;
  /** Counts what the broker does. @default nothing is counted */
  count?: CountBrokerMetric;
  /** Chooses the member of a shared subscription that gets a message, by an index below `count`. @default at random */
  choose?: (count: number) => number;
  /** @default the clock's */
  after?: After;
  now?: () => number;
}

export interface Broker
  extends Pick<Sessions, "retained" | "allRetained">, Pick<Connections, "disconnect"> {
  /** Speaks MQTT 3.1.1 and MQTT 5 on a stream. */
  serve(stream: Duplex, peer: Peer): void;
  /** Sends a message that did not come from a client to subscribers, and retains it if requested. */
  deliver(
    topic: string,
    payload: Uint8Array,
    qos: 0 | 1,
    retain?: boolean,
    headers?: Headers,
  ): Promise<void>;
  close: () => Promise<void>;
}

/** The parts of the broker library that its types do not declare. */
interface Library {
  /** Clients whose session a new connection is taking over. */
  _takingOver: Set<string>;
  persistence: {
    outgoingClearMessageId(client: Client, packet: { messageId?: number }): Promise<unknown>;
  };
}

/**
 * The message broker. A denied request closes the connection, as in AWS IoT Core, unless an acknowledgement of MQTT 5 reports it,
 * and is traced with the reason. AWS IoT Core
 * differs from the MQTT standard: no QoS 2, 128 KiB, 8 levels, and `sensor/#` without `sensor`.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html
 */
export async function createBroker(args: BrokerArgs): Promise<Broker> {
  const { account, trace, accept, announce, after = afterMilliseconds, now = Date.now } = args;
  const { publishesPerSecond, sessionExpiryMilliseconds = defaultExpiryMilliseconds } = args;
  const { keepAliveSeconds = defaultKeepAlive } = args;
  const authorizer = createAuthorizer({ account, trace, publishesPerSecond, now });
  const connections = createConnections({ now, notify });
  const peers = new WeakMap<object, Peer>();
  // What the broker cuts off when it closes is not a client's failure.
  const counts = createCounts((metric) => {
    if (!closing) args.count?.(metric);
  });
  const requests = createRequestPackets({
    mostFilters: mostFiltersOfRequest,
    tooManyUnsubscribed(client, filters) {
      const session = connections.session(client);
      if (!session) return;
      layer.closeWith(client, authorizer.refuseFilters(session, "UNSUBSCRIBE", filters));
      counts.count("Unsubscribe.ClientError");
    },
  });
  const layer = createPacketLayer({
    now,
    ending: failed,
    foreign: () => warn(new Error("A client speaks a version of MQTT that does not exist.")),
    forget(client, packet) {
      if (client.clean || packet.messageId === undefined) return;
      persistence.outgoingClearMessageId(client, packet).catch(warn);
    },
  });
  const parts = { authorizer, connections, layer, ...counts };
  const connecting = createConnectRequests({
    ...parts,
    trace,
    keepAliveSeconds,
    peerOf: (client) => peers.get(client.conn),
  });
  const subscribing = createSubscribeRequests({ ...parts, requests });
  let closing = false;

  /** Presence events go to subscribers and rules. */
  function notify(event: PresenceEvent & { sourceIp: string }): void {
    if (closing) return;
    announce?.(event);
    deliver(event.topic, event.payload, 1).catch(warn);
  }

  /** Traces an error of the protocol; refusals are traced where they are decided. */
  function failed(client: Client, error: Error): void {
    connections.ending(client, reasonOf(error));
    if (isProtocolError(error))
      warn(new Error(`Client '${client.id}' broke the protocol: ${error.message}.`));
  }

  function warn({ message }: Error): void {
    trace.emit({ kind: "warning", part: "iot-core", message });
  }

  function mayReceive(client: Client, topic: string): boolean {
    const session = connections.session(client);
    const may = session && authorizer.receive(session, topic);
    if (may !== undefined) counts.count(may ? "PublishOut.Success" : "PublishOut.AuthError");
    return may ?? false;
  }

  const aedes = await Aedes.createBroker({
    preConnect: connecting.preConnect,
    authenticate: connecting.authenticate,
    authorizePublish: handlePublish({ ...parts, accept, now }),
    authorizeSubscribe: subscribing.authorizeSubscribe,
    authorizeForward: (client, packet) => (mayReceive(client, packet.topic) ? packet : null),
    topicAliasMaximum: mostTopicAliases,
    sessionExpiryIntervalLimit: Math.ceil(sessionExpiryMilliseconds / 1_000),
  });
  const library = aedes as unknown as Library;
  const { persistence } = library;
  subscribing.watch(aedes);
  // Sessions of both versions expire by the same clock.
  Object.assign(aedes, { scheduleSessionExpiry: () => undefined });
  const sessions = keepSessions(aedes, { after, now });
  const { choose = atRandom } = args;
  const expiryMilliseconds = sessionExpiryMilliseconds;
  shareSubscriptions(aedes, { choose, expiryMilliseconds, now, failed: warn });

  aedes.on("client", (client) => {
    sessions.resumed(client.id);
    connections.arrived(client);
    counts.count("Connect.Success");
  });
  aedes.on("clientDisconnect", (client) => {
    const milliseconds = client.sessionExpiryInterval * 1_000;
    if (connecting.isPersistent(client) && !closing && !library._takingOver.has(client.id))
      sessions.left(client.id, Math.min(milliseconds, sessionExpiryMilliseconds));
    connections.left(client);
  });
  aedes.on("clientReady", (client) => {
    Object.assign(client, { clean: client.sessionExpiryInterval === 0 });
  });
  aedes.on("keepaliveTimeout", (client) => {
    connections.ending(client, "MQTT_KEEP_ALIVE_TIMEOUT");
    const reasonCode = reasonCodes.keepAliveTimeout;
    layer.closeWith(client, Object.assign(new Error("keep alive timeout"), { reasonCode }));
  });
  aedes.on("clientError", failed);

  function deliver(
    ...[topic, payload, qos, retain = false, headers = {}]: Delivery
  ): Promise<void> {
    const message = { topic, payload: Buffer.from(payload), qos, retain, dup: false };
    const packet = { ...message, ...sentWith(headers, now()) };
    return new Promise((resolve, reject) =>
      aedes.publish({ cmd: "publish", ...packet }, (error) => (error ? reject(error) : resolve())),
    );
  }

  return {
    serve(stream, peer) {
      peers.set(stream, peer);
      const client = aedes.handle(stream);
      layer.watch(client);
      requests.watch(client);
    },
    deliver,
    disconnect: connections.disconnect,
    retained: sessions.retained,
    allRetained: sessions.allRetained,
    close() {
      closing = true;
      sessions.close();
      return new Promise((resolve) => aedes.close(resolve));
    },
  };
}

type Delivery = Parameters<Broker["deliver"]>;
