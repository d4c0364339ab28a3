import {
  Aedes,
  type Client,
  type ConnectPacket,
  type PublishPacket,
  type Subscription,
} from "aedes";
import type { Duplex } from "node:stream";
import type { Account } from "../../aws/clients";
import type { Trace } from "../../trace";
import { createCounts, faultOf, type CountBrokerMetric } from "./broker-metrics";
import {
  defaultKeepAlive,
  grantKeepAlive,
  isPersistent,
  versionFault,
  type KeepAlive,
} from "./connect-packet";
import { createConnections, reasonOf, type Connections } from "./connections";
import { createAuthorizer, type Peer, type Refusal } from "./authorizer";
import { mostFiltersOfRequest } from "./limits";
import { headersOf, wireProperties, type Headers } from "./mqtt5/headers";
import { mostTopicAliases } from "./mqtt5/connack";
import { createPacketLayer } from "./mqtt5/packet-layer";
import type { PacketError } from "./mqtt5/packet-state";
import { writePacket } from "./mqtt5/packet-writer";
import { reasonCodes } from "./mqtt5/reason-codes";
import type { PresenceEvent } from "./presence";
import { createRequestPackets } from "./request-packets";
import { sentFilter } from "./shared-filter";
import { atRandom, shareSubscriptions } from "./shared-subscriptions";
import {
  afterMilliseconds,
  defaultExpiryMilliseconds,
  keepSessions,
  type After,
  type Sessions,
} from "./sessions";

/** A message that a client may publish. */
export interface Publication extends Headers {
  topic: string;
  payload: Uint8Array;
  clientId: string;
  /** The id of the device's certificate, or of the IAM principal. */
  principal: string;
  sourceIp: string;
}

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
    addSubscriptions(client: object, subscriptions: Subscription[]): Promise<void>;
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
  const connecting = new WeakMap<Client, ConnectPacket>();
  const requests = createRequestPackets({
    mostFilters: mostFiltersOfRequest,
    tooManyUnsubscribed(client, filters) {
      const session = connections.session(client);
      if (!session) return;
      layer.closeWith(client, authorizer.refuseFilters(session, "UNSUBSCRIBE", filters));
      count("Unsubscribe.ClientError");
    },
  });
  const layer = createPacketLayer({
    now,
    ending: (client, error) => connections.ending(client, reasonOf(error)),
    foreign: () => warn(new Error("A client speaks a version of MQTT that does not exist.")),
    forget(client, packet) {
      if (client.clean || packet.messageId === undefined) return;
      persistence.outgoingClearMessageId(client, packet).catch(warn);
    },
  });
  // What the broker cuts off when it closes is not a client's failure.
  const { count, countFailure } = createCounts((metric) => {
    if (!closing) args.count?.(metric);
  });
  const granted = new WeakSet<Subscription>();
  let closing = false;

  /** Presence events go to subscribers and rules. */
  function notify(event: PresenceEvent & { sourceIp: string }): void {
    if (closing) return;
    announce?.(event);
    deliver(event.topic, event.payload, 1).catch(warn);
  }

  function warn({ message }: Error): void {
    trace.emit({ kind: "warning", part: "iot-core", message });
  }

  function beforeConnect(packet: ConnectPacket): void {
    grantKeepAlive(packet, keepAliveSeconds);
    const reason = versionFault(packet);
    if (reason === undefined) return;
    count("Connect.ClientError");
    const { clientId } = packet;
    const resource = `client/${clientId}`;
    trace.emit({ kind: "refused", clientId, action: "iot:Connect", resource, reason });
    throw new Error(reason);
  }

  async function connect(client: Client): Promise<void> {
    const packet = connecting.get(client);
    const peer = peers.get(client.conn);
    if (!packet) throw new Error("A client has to connect first.");
    // The library generates an id for a client without one.
    const clientId = client.id;
    try {
      const clean = !isPersistent(packet);
      connections.open(client, await authorizer.connect(peer, { ...packet, clean, clientId }));
      // The library drops what waits in a session that it resumes and that is to end with this connection.
      if (packet.clean !== true) Object.assign(client, { clean: false });
    } catch (error) {
      const refusal = error as Refusal;
      layer.refuseConnect(client, refusal);
      count(peer?.identity ? `Connect.${faultOf(refusal)}` : "Connection.AuthNError");
      if (peer?.identity && refusal.disconnectReason === "AUTH_ERROR")
        connections.refused(clientId, peer.identity.id, peer.sourceIp);
      throw error;
    }
  }

  async function publish(client: Client | null, packet: PublishPacket): Promise<void> {
    const session = client && connections.session(client);
    if (!session) throw new Error("Only a connected client can publish.");
    const discarded = await authorizer.publish(session, packet);
    if (discarded) {
      count("PublishIn.Throttle");
      if (packet.qos === 1 && isMqtt5(client)) layer.refusePublish(client, packet, discarded);
      return discard(packet);
    }
    const { clientId, sourceIp, identity } = session;
    const payload = Buffer.from(packet.payload);
    const publication = { topic: packet.topic, payload, clientId, sourceIp };
    const headers = isMqtt5(client)
      ? headersOf(packet.properties, layer.userProperties(packet))
      : {};
    await accept({ ...publication, principal: identity.id, ...headers }).catch((error: Error) => {
      const reasonCode = reasonCodes.unspecifiedError;
      throw Object.assign(error, { disconnectReason: "SERVER_ERROR", reasonCode });
    });
    Object.assign(packet, sentWith(headers));
    count("PublishIn.Success");
  }

  /** What the library sends to subscribers beside the payload. */
  const sentWith = (headers: Headers): object => ({
    properties: wireProperties(headers),
    ...(headers.messageExpiry !== undefined && {
      messageExpiry: now() + headers.messageExpiry * 1_000,
    }),
  });

  /** Answers a refused message; the library closes the connection for an error, if it is not of MQTT 5. */
  function answerPublish(
    client: Client | null,
    packet: PublishPacket,
    error: PacketError,
    done: (error?: Error) => void,
  ): void {
    if (client) countFailure(isMqtt5(client) ? packet : client, "PublishIn", error);
    // The will of a connection that has ended.
    if (!client || !isMqtt5(client) || client.closed) return done(error);
    if (!layer.refusePublish(client, packet, error)) return;
    discard(packet);
    done();
  }

  async function subscribe(client: Client, subscription: Subscription): Promise<void> {
    const session = connections.session(client);
    if (!session) throw new Error("Only a connected client can subscribe.");
    const excess = requests.excess(subscription);
    if (excess !== undefined) throw authorizer.refuseFilters(session, "SUBSCRIBE", excess);
    await authorizer.subscribe(session, sentFilter(subscription.topic), subscription.qos);
    granted.add(subscription);
  }

  function answerSubscribe(
    client: Client,
    subscription: Subscription,
    error: PacketError,
    done: (error: Error | null, subscription: Subscription | null) => void,
  ): void {
    if (!isMqtt5(client) || error.closes) {
      countFailure(client, "Subscribe", error);
      return done(error, null);
    }
    layer.refuseSubscription(subscription, error);
    done(null, null);
  }

  function mayReceive(client: Client, topic: string): boolean {
    const session = connections.session(client);
    const may = session && authorizer.receive(session, topic);
    if (may !== undefined) count(may ? "PublishOut.Success" : "PublishOut.AuthError");
    return may ?? false;
  }

  const aedes = await Aedes.createBroker({
    preConnect(client, packet, done) {
      connecting.set(client, packet);
      const error = attempt(() => beforeConnect(packet));
      if (!error) return done(null, true);
      writePacket(unacceptableVersion, client.conn, 3);
      // The packet library sends in the next tick, and the broker library then closes.
      setImmediate(done, error, false);
    },
    authenticate(client, _username, _password, done) {
      connect(client).then(
        () => done(null, true),
        () => done(null, false),
      );
    },
    authorizePublish(client, packet, done) {
      publish(client, packet).then(
        () => done(),
        (error: PacketError) => answerPublish(client, packet, error, done),
      );
    },
    authorizeSubscribe(client, subscription, done) {
      subscribe(client, subscription).then(
        () => done(null, subscription),
        (error: PacketError) => answerSubscribe(client, subscription, error, done),
      );
    },
    authorizeForward: (client, packet) => (mayReceive(client, packet.topic) ? packet : null),
    topicAliasMaximum: mostTopicAliases,
    sessionExpiryIntervalLimit: Math.ceil(sessionExpiryMilliseconds / 1_000),
  });
  const library = aedes as unknown as Library;
  const { persistence } = library;
  const addSubscriptions = persistence.addSubscriptions.bind(persistence);
  // The library adds all filters of a request when it adds one of them, the refused ones included.
  persistence.addSubscriptions = (client, subscriptions) =>
    addSubscriptions(
      client,
      subscriptions.filter((one) => granted.has(one)),
    );
  // Sessions of both versions expire by the same clock.
  Object.assign(aedes, { scheduleSessionExpiry: () => undefined });
  const sessions = keepSessions(aedes, { after, now });
  const { choose = atRandom } = args;
  const expiryMilliseconds = sessionExpiryMilliseconds;
  shareSubscriptions(aedes, { choose, expiryMilliseconds, now, failed: warn });

  aedes.on("client", (client) => {
    sessions.resumed(client.id);
    connections.arrived(client);
    count("Connect.Success");
  });
  aedes.on("clientDisconnect", (client) => {
    const milliseconds = client.sessionExpiryInterval * 1_000;
    const packet = connecting.get(client);
    if (packet && isPersistent(packet) && !closing && !library._takingOver.has(client.id))
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
  aedes.on("clientError", (client, error) => connections.ending(client, reasonOf(error)));
  // Once for all filters of a request, and not for the restored filters of a session.
  aedes.on("subscribe", (subscriptions) => {
    const refusal = subscriptions.map(layer.refusalOf).find((one) => one !== undefined);
    count(refusal ? `Subscribe.${faultOf(refusal)}` : "Subscribe.Success");
  });
  aedes.on("unsubscribe", (filters, client) => {
    for (const filter of filters) connections.session(client)?.filters.delete(sentFilter(filter));
  });

  function deliver(
    ...[topic, payload, qos, retain = false, headers = {}]: Delivery
  ): Promise<void> {
    const message = { topic, payload: Buffer.from(payload), qos, retain, dup: false };
    const packet = { ...message, ...sentWith(headers) };
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

const isMqtt5 = ({ version }: Client): boolean => version === 5;

const unacceptableVersion = { cmd: "connack", returnCode: 1, sessionPresent: false } as const;

/** The library acknowledges every message, or closes the connection, unless it publishes it: a discarded message goes to a topic without subscribers. */
function discard(packet: PublishPacket): void {
  Object.assign(packet, { topic: "$SYS/discarded", qos: 0, retain: false });
}

function attempt(step: () => void): Error | undefined {
  try {
    step();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
