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
import { defaultKeepAlive, grantKeepAlive, versionFault, type KeepAlive } from "./connect-packet";
import { createConnections, reasonOf, type Connections } from "./connections";
import { createAuthorizer, type Peer, type Refusal } from "./authorizer";
import { mostFiltersOfRequest } from "./limits";
import type { PresenceEvent } from "./presence";
import { createRequestPackets } from "./request-packets";
import { atRandom, shareSubscriptions } from "./shared-subscriptions";
import {
  afterMilliseconds,
  defaultExpiryMilliseconds,
  keepSessions,
  type After,
  type Sessions,
} from "./sessions";

/** A message that a client may publish. */
export interface Publication {
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
  /** Speaks MQTT 3.1.1 on a stream. */
  serve(stream: Duplex, peer: Peer): void;
  /** Sends a message that did not come from a client to subscribers, and retains it if requested. */
  deliver(topic: string, payload: Uint8Array, qos: 0 | 1, retain?: boolean): Promise<void>;
  close: () => Promise<void>;
}

/**
 * The message broker. A denied request closes the connection, as in AWS IoT Core, and is traced with the reason. AWS IoT Core
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
      authorizer.refuseFilters(session, "UNSUBSCRIBE", filters);
      count("Unsubscribe.ClientError");
    },
  });
  // What the broker cuts off when it closes is not a client's failure.
  const { count, countFailure } = createCounts((metric) => {
    if (!closing) args.count?.(metric);
  });
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
    const { clientId, protocolVersion } = packet;
    const resource = `client/${clientId}`;
    trace.emit({ kind: "refused", clientId, action: "iot:Connect", resource, reason });
    // The library itself rejects MQTT 5 with the correct return code, but would accept MQTT 3.1.
    if (protocolVersion !== 5) throw new Error(reason);
  }

  async function connect(client: Client): Promise<void> {
    const packet = connecting.get(client);
    const peer = peers.get(client.conn);
    if (!packet) throw new Error("A client has to connect first.");
    // The library generates an id for a client without one.
    const clientId = client.id;
    try {
      connections.open(client, await authorizer.connect(peer, { ...packet, clientId }));
    } catch (error) {
      const refusal = error as Partial<Refusal>;
      count(peer?.identity ? `Connect.${faultOf(refusal)}` : "Connection.AuthNError");
      if (peer?.identity && refusal.disconnectReason === "AUTH_ERROR")
        connections.refused(clientId, peer.identity.id, peer.sourceIp);
      throw error;
    }
  }

  async function publish(client: Client | null, packet: PublishPacket): Promise<void> {
    const session = client && connections.session(client);
    if (!session) throw new Error("Only a connected client can publish.");
    if (!(await authorizer.publish(session, packet))) {
      count("PublishIn.Throttle");
      return discard(packet);
    }
    const { clientId, sourceIp, identity } = session;
    const payload = Buffer.from(packet.payload);
    const publication = { topic: packet.topic, payload, clientId, sourceIp };
    await accept({ ...publication, principal: identity.id }).catch((error: Error) => {
      throw Object.assign(error, { disconnectReason: "SERVER_ERROR" });
    });
    count("PublishIn.Success");
  }

  async function subscribe(client: Client, subscription: Subscription): Promise<void> {
    const session = connections.session(client);
    if (!session) throw new Error("Only a connected client can subscribe.");
    const excess = requests.excess(subscription);
    if (excess !== undefined) throw authorizer.refuseFilters(session, "SUBSCRIBE", excess);
    await authorizer.subscribe(session, subscription.topic, subscription.qos);
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
      done(error ?? null, error === undefined);
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
        (error: Error) => {
          if (client) countFailure(client, "PublishIn", error);
          done(error);
        },
      );
    },
    authorizeSubscribe(client, subscription, done) {
      subscribe(client, subscription).then(
        () => done(null, subscription),
        (error: Error) => {
          countFailure(client, "Subscribe", error);
          done(error, null);
        },
      );
    },
    authorizeForward: (client, packet) => (mayReceive(client, packet.topic) ? packet : null),
  });
  const sessions = keepSessions(aedes, {
    expiryMilliseconds: sessionExpiryMilliseconds,
    after,
    now,
  });
  const { choose = atRandom } = args;
  const expiryMilliseconds = sessionExpiryMilliseconds;
  shareSubscriptions(aedes, { choose, expiryMilliseconds, now, failed: warn });

  aedes.on("client", (client) => {
    sessions.resumed(client.id);
    connections.arrived(client);
    count("Connect.Success");
  });
  aedes.on("clientDisconnect", (client) => {
    if (!client.clean && !closing) sessions.left(client.id);
    connections.left(client);
  });
  aedes.on("keepaliveTimeout", (client) => connections.ending(client, "MQTT_KEEP_ALIVE_TIMEOUT"));
  aedes.on("clientError", (client, error) => connections.ending(client, reasonOf(error)));
  // Once for all filters of a request, and not for the restored filters of a session.
  aedes.on("subscribe", () => count("Subscribe.Success"));
  aedes.on("unsubscribe", (filters, client) => {
    for (const filter of filters) connections.session(client)?.filters.delete(filter);
  });

  function deliver(topic: string, payload: Uint8Array, qos: 0 | 1, retain = false): Promise<void> {
    const packet = { topic, payload: Buffer.from(payload), qos, retain, dup: false };
    return new Promise((resolve, reject) =>
      aedes.publish({ cmd: "publish", ...packet }, (error) => (error ? reject(error) : resolve())),
    );
  }

  return {
    serve(stream, peer) {
      peers.set(stream, peer);
      requests.watch(aedes.handle(stream));
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
