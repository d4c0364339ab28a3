import type { ConnectPacket, PublishPacket } from "aedes";
import { checkTopicFilter, topicMatches } from "../../../iot-sql";
import type { Account } from "../../aws/clients";
import type { Trace } from "../../trace";
import {
  clientIdFault,
  mostFiltersOfRequest,
  mostSubscriptions,
  packetFault,
  packetSizeFault,
  payloadFault,
  propertiesFault,
  retainFault,
  topicFault,
} from "./limits";
import { reasonCodes, type ReasonCode } from "./mqtt5/reason-codes";
import { pairsOf } from "./mqtt5/user-properties";
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
  /** What a client of MQTT 5 learns. */
  reasonCode: ReasonCode;
  /** Whether it ends the connection of a client of MQTT 5, too. */
  closes?: boolean;
  /** Whether a client of MQTT 3.1.1 stays connected, too. */
  stays?: boolean;
}

/** Why a request is refused whatever the policies say, in one sentence. */
interface Fault extends Pick<Refusal, "reasonCode" | "closes" | "stays"> {
  reason: string;
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
  /** Rejects with a refusal if the client may not publish the message; resolves to one for a message to discard without closing. */
  publish(session: Session, packet: PublishPacket): Promise<Refusal | undefined>;
  subscribe(session: Session, filter: string, qos: number): Promise<void>;
  /** The refusal of a request with too many filters. */
  refuseFilters(session: Session, request: "SUBSCRIBE" | "UNSUBSCRIBE", filters: number): Refusal;
  /** Whether the client may receive a message; undefined for a topic that it is not subscribed to. Does not throw. */
  receive(session: Session, topic: string): boolean | undefined;
}

export type Connecting = Pick<ConnectPacket, "clientId" | "clean" | "will" | "properties">;
type Message = Pick<
  PublishPacket,
  "topic" | "payload" | "qos" | "retain" | "length" | "properties"
>;

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
    { reason, ...rest }: Fault,
    disconnectReason: DisconnectReason = "CLIENT_ERROR",
  ): Refusal {
    trace.emit({ kind: "refused", clientId, action, resource, reason });
    return Object.assign(new Error(reason), { disconnectReason, ...rest });
  }

  function demand(connection: Connection, asked: DeviceAction): void {
    const { allowed, resource, reason } = decide(account, connection, asked, now());
    const fault = { reason, reasonCode: reasonCodes.notAuthorized };
    if (!allowed) throw refuse(connection, asked.action, resource, fault, "AUTH_ERROR");
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
      const fault = { reason, reasonCode: reasonCodes.unspecifiedError };
      throw refuse(connection, action, resource, fault, "SERVER_ERROR");
    }
  }

  function demandPublish(session: Session, message: Message): void {
    const { topic, payload, qos, retain, length = 0, properties } = message;
    const { topicNameInvalid, packetTooLarge, quotaExceeded } = reasonCodes;
    const limited = { ...properties, userProperties: pairsOf(properties?.userProperties) };
    const fault =
      faultOf(topicNameInvalid, topicFault(topic)) ??
      faultOf(packetTooLarge, payloadFault(Buffer.from(payload)) ?? packetFault(length), true) ??
      faultOf(quotaExceeded, propertiesFault(limited)) ??
      qosFault(qos) ??
      (retain ? faultOf(topicNameInvalid, retainFault(topic)) : undefined);
    if (fault) throw refuse(session, "iot:Publish", topic, fault);
    demand(session, { action: "iot:Publish", topic });
    if (retain) demand(session, { action: "iot:RetainPublish", topic });
  }

  return {
    async connect(peer, { clientId, clean, will, properties }) {
      const resource = `client/${clientId}`;
      const fault =
        faultOf(reasonCodes.clientIdentifierNotValid, clientIdFault(clientId)) ??
        faultOf(
          // The protocol itself forbids 0.
          properties?.maximumPacketSize === 0
            ? reasonCodes.protocolError
            : reasonCodes.quotaExceeded,
          packetSizeFault(properties?.maximumPacketSize),
        );
      if (fault) throw refuse({ clientId }, "iot:Connect", resource, fault);
      if (!peer?.identity) {
        const reason = "Its certificate is not known, or not active.";
        const unknown = { reason, reasonCode: reasonCodes.notAuthorized };
        throw refuse({ clientId }, "iot:Connect", resource, unknown, "AUTH_ERROR");
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
        const fault = { reason, reasonCode: reasonCodes.quotaExceeded };
        return refuse(session, "iot:Publish", packet.topic, fault);
      }
      await refresh(session, "iot:Publish", packet.topic);
      demandPublish(session, packet);
      return undefined;
    },

    async subscribe(session, filter, qos) {
      const matched = matchedBy(filter);
      const illegal = checkTopicFilter(matched);
      const fault =
        faultOf(
          reasonCodes.topicFilterInvalid,
          shareNameFault(filter) ??
            (illegal && `Filter '${filter}' is illegal: ${illegal}.`) ??
            reservedFilterFault(matched),
        ) ?? qosFault(qos);
      if (fault) throw refuse(session, "iot:Subscribe", filter, fault);
      await refresh(session, "iot:Subscribe", filter);
      demand(session, { action: "iot:Subscribe", filter });
      // Nothing is awaited between this and the addition, for the filters of one request are decided at the same time.
      if (!session.filters.has(filter) && session.filters.size >= mostSubscriptions) {
        const reason = `The connection has ${mostSubscriptions} subscriptions, and AWS IoT Core takes no more.`;
        const excess = { reason, reasonCode: reasonCodes.quotaExceeded, stays: true };
        throw refuse(session, "iot:Subscribe", filter, excess);
      }
      session.filters.add(filter);
    },

    refuseFilters(session, request, filters) {
      const action = request === "SUBSCRIBE" ? "iot:Subscribe" : "iot:Unsubscribe";
      const reason = `The ${request} has ${filters} filters; AWS IoT Core accepts ${mostFiltersOfRequest} in one request.`;
      const fault = { reason, reasonCode: reasonCodes.quotaExceeded, closes: true };
      return refuse(session, action, `client/${session.clientId}`, fault);
    },

    receive(session, topic) {
      if (![...session.filters].some((filter) => topicMatches(matchedBy(filter), topic)))
        return undefined;
      const asked = { action: "iot:Receive", topic } as const;
      const { allowed, resource, reason } = decide(account, session, asked, now());
      const fault = { reason, reasonCode: reasonCodes.notAuthorized };
      if (!allowed) refuse(session, asked.action, resource, fault);
      return allowed;
    },
  };
}

const faultOf = (
  reasonCode: ReasonCode,
  reason: string | undefined,
  closes = false,
): Fault | undefined => (reason === undefined ? undefined : { reason, reasonCode, closes });

/** A packet with QoS 2 is not acknowledged. */
const qosFault = (qos: number): Fault | undefined =>
  faultOf(
    reasonCodes.qosNotSupported,
    qos === 2 ? "AWS IoT Core has no QoS 2; use 0 or 1." : undefined,
    true,
  );
