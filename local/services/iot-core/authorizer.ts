import type { ConnectPacket, PublishPacket } from "aedes";
import { checkTopicFilter, topicMatches } from "../../../iot-sql";
import type { Account } from "../../aws/clients";
import type { Trace } from "../../trace";
import {
  clientIdFault,
  mostFiltersOfRequest,
  mostSubscriptions,
  payloadFault,
  retainFault,
  topicFault,
} from "./limits";
import { decide, type Connection, type DeviceAction, type Identity } from "./permissions";
import type { DisconnectReason } from "./presence";
import { createPublishRate, type PublishRate } from "./publish-rate";
import { reservedFilterFault } from "./reserved-topics";
import { matchedBy, shareNameFault } from "./shared-filter";

/** The peer of a stream, identified by TLS or by a signature. */
export interface Peer {
  /** Undefined for a certificate that is not registered. */
  identity: Identity | undefined;
  sourceIp: string;
  /** Domain name that the client connected to; undefined if it connected to an IP address. */
  domainName?: string;
}

/** A client whose connection was accepted. */
export interface Session extends Connection {
  sourceIp: string;
  filters: Set<string>;
  mayPublishNow: PublishRate;
}

/** The reason why a client was refused; it is traced already. */
export interface Refusal extends Error {
  disconnectReason: DisconnectReason;
}

export interface AuthorizerArgs {
  account: Account;
  trace: Trace;
  /** Messages that one connection may publish in a second; AWS accepts 100. @default no limit */
  publishesPerSecond?: number;
  /** Milliseconds since the epoch. */
  now: () => number;
}

/** Decides what clients may do: by the quotas of AWS IoT Core, then by the policies of their identity. */
export interface Authorizer {
  /** Rejects with a refusal if the client may not connect as it asks to. */
  connect(peer: Peer | undefined, packet: Connecting): Promise<Session>;
  /** Rejects with a refusal if the client may not publish the message; false for a message to discard without closing. */
  publish(session: Session, packet: PublishPacket): Promise<boolean>;
  subscribe(session: Session, filter: string, qos: number): Promise<void>;
  /** The refusal of a request with too many filters. */
  refuseFilters(session: Session, request: "SUBSCRIBE" | "UNSUBSCRIBE", filters: number): Refusal;
  /** Whether the client may receive a message; undefined for a topic that it is not subscribed to. Does not throw. */
  receive(session: Session, topic: string): boolean | undefined;
}

export type Connecting = Pick<ConnectPacket, "clientId" | "clean" | "will">;
type Message = Pick<PublishPacket, "topic" | "payload" | "qos" | "retain">;

export function createAuthorizer({
  account,
  trace,
  publishesPerSecond,
  now,
}: AuthorizerArgs): Authorizer {
  function refuse(
    { clientId }: { clientId: string },
    action: DeviceAction["action"] | "iot:Unsubscribe",
    resource: string,
    reason: string,
    disconnectReason: DisconnectReason = "CLIENT_ERROR",
  ): Refusal {
    trace.emit({ kind: "refused", clientId, action, resource, reason });
    return Object.assign(new Error(reason), { disconnectReason });
  }

  function demand(connection: Connection, asked: DeviceAction): void {
    const { allowed, resource, reason } = decide(account, connection, asked);
    if (!allowed) throw refuse(connection, asked.action, resource, reason, "AUTH_ERROR");
  }

  /** Reads the identity's policies again; a failure is a refusal. */
  async function refresh(
    connection: Connection,
    action: DeviceAction["action"],
    resource: string,
  ): Promise<void> {
    try {
      await connection.identity.refresh?.();
    } catch (error) {
      const reason = `${action} on ${resource} cannot be decided: the policies of ${connection.identity.id} cannot be read: ${(error as Error).message}`;
      throw refuse(connection, action, resource, reason, "SERVER_ERROR");
    }
  }

  function demandPublish(session: Session, { topic, payload, qos, retain }: Message): void {
    const fault =
      topicFault(topic) ??
      payloadFault(Buffer.from(payload)) ??
      qosFault(qos) ??
      (retain ? retainFault(topic) : undefined);
    if (fault) throw refuse(session, "iot:Publish", topic, fault);
    demand(session, { action: "iot:Publish", topic });
    if (retain) demand(session, { action: "iot:RetainPublish", topic });
  }

  return {
    async connect(peer, { clientId, clean, will }) {
      const resource = `client/${clientId}`;
      const fault = clientIdFault(clientId);
      if (fault) throw refuse({ clientId }, "iot:Connect", resource, fault);
      if (!peer?.identity) {
        const reason = "Its certificate is not known, or not active.";
        throw refuse({ clientId }, "iot:Connect", resource, reason, "AUTH_ERROR");
      }
      const { identity, sourceIp, domainName } = peer;
      const mayPublishNow = createPublishRate(publishesPerSecond, now);
      const filters = new Set<string>();
      const session = { identity, sourceIp, domainName, clientId, mayPublishNow, filters };
      await refresh(session, "iot:Connect", resource);
      demand(session, {
        action: "iot:Connect",
        client: clientId,
        attributes: [...(clean ? [] : ["PersistentConnect"]), ...(will ? ["LastWill"] : [])],
        ...(will && { lastWillTopic: will.topic }),
      });
      // AWS checks the will at connection, and again when it is published.
      if (will) demandPublish(session, { qos: 0, retain: false, ...will });
      return session;
    },

    async publish(session, packet) {
      if (!session.mayPublishNow()) {
        const reason = `The connection published more than ${publishesPerSecond} messages within a second; this one is discarded.`;
        refuse(session, "iot:Publish", packet.topic, reason);
        return false;
      }
      await refresh(session, "iot:Publish", packet.topic);
      demandPublish(session, packet);
      return true;
    },

    async subscribe(session, filter, qos) {
      const matched = matchedBy(filter);
      const illegal = checkTopicFilter(matched);
      const fault =
        shareNameFault(filter) ??
        (illegal && `Filter '${filter}' is illegal: ${illegal}.`) ??
        reservedFilterFault(matched) ??
        qosFault(qos);
      if (fault) throw refuse(session, "iot:Subscribe", filter, fault);
      await refresh(session, "iot:Subscribe", filter);
      demand(session, { action: "iot:Subscribe", filter });
      // Nothing is awaited between this and the addition, for the filters of one request are decided at the same time.
      if (!session.filters.has(filter) && session.filters.size >= mostSubscriptions) {
        const reason = `The connection has ${mostSubscriptions} subscriptions, and AWS IoT Core takes no more.`;
        throw refuse(session, "iot:Subscribe", filter, reason);
      }
      session.filters.add(filter);
    },

    refuseFilters(session, request, filters) {
      const action = request === "SUBSCRIBE" ? "iot:Subscribe" : "iot:Unsubscribe";
      const reason = `The ${request} has ${filters} filters; AWS IoT Core accepts ${mostFiltersOfRequest} in one request.`;
      return refuse(session, action, `client/${session.clientId}`, reason);
    },

    receive(session, topic) {
      if (![...session.filters].some((filter) => topicMatches(matchedBy(filter), topic)))
        return undefined;
      const asked = { action: "iot:Receive", topic } as const;
      const { allowed, resource, reason } = decide(account, session, asked);
      if (!allowed) refuse(session, asked.action, resource, reason);
      return allowed;
    },
  };
}

const qosFault = (qos: number): string | undefined =>
  qos === 2 ? "AWS IoT Core has no QoS 2; use 0 or 1." : undefined;
