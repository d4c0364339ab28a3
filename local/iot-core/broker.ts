import { Aedes, type Client, type PublishPacket } from "aedes";
import type { Duplex } from "node:stream";
import { checkTopicFilter, topicMatches } from "../../iot-sql";
import type { Account } from "../aws/clients";
import type { Trace } from "../trace";
import { payloadFault, reservedFault, topicFault } from "./limits";
import { decide, type Connection, type DeviceAction } from "./permissions";
import type { DeviceCertificate } from "./registry";

/** A message that a device may publish. */
export interface Publication {
  topic: string;
  payload: Uint8Array;
  clientId: string;
  /** The id of the device's certificate. */
  principal: string;
  sourceIp: string;
}

export interface BrokerArgs {
  account: Account;
  trace: Trace;
  /** Resolves when the rules engine has the message: only then is it acknowledged and sent to subscribers. */
  accept: (publication: Publication) => Promise<void>;
}

/** Who is at the other end of a stream, as TLS found out. */
export interface Peer {
  /** Undefined for a certificate that is not registered. */
  certificate: DeviceCertificate | undefined;
  sourceIp: string;
}

export interface Broker {
  /** Speaks MQTT 3.1.1 on a stream. */
  serve(stream: Duplex, peer: Peer): void;
  /** Sends to subscribers what did not come from a device. */
  deliver(topic: string, payload: Uint8Array, qos: 0 | 1): Promise<void>;
  close: () => Promise<void>;
}

interface Session extends Connection {
  sourceIp: string;
  filters: Set<string>;
}

/**
 * The message broker. What a device may not do ends its connection, as in AWS IoT Core, and is traced with the reason.
 * AWS IoT Core differs from the MQTT standard: no QoS 2, 128 KiB, 8 levels, and `sensor/#` without `sensor`.
 */
export async function createBroker({ account, trace, accept }: BrokerArgs): Promise<Broker> {
  const peers = new WeakMap<object, Peer>();
  const sessions = new WeakMap<Client, Session>();

  function refuse(clientId: string, action: string, resource: string, reason: string): Error {
    trace.emit({ kind: "refused", clientId, action, resource, reason });
    return new Error(reason);
  }

  function demand(session: Session, asked: DeviceAction): void {
    const { allowed, resource, reason } = decide(account, session, asked);
    if (!allowed) throw refuse(session.clientId, asked.action, resource, reason);
  }

  function connect(client: Client): void {
    const { certificate, sourceIp } = peers.get(client.conn) ?? {};
    const clientId = client.id;
    if (!certificate || !sourceIp)
      throw refuse(clientId, "iot:Connect", `client/${clientId}`, "Its certificate is not known.");
    const session = { certificate, clientId, sourceIp, filters: new Set<string>() };
    demand(session, { action: "iot:Connect", client: clientId });
    sessions.set(client, session);
  }

  async function publish(client: Client | null, packet: PublishPacket): Promise<void> {
    const session = client && sessions.get(client);
    if (!session) throw new Error("Only a connected device can publish.");
    const { topic, qos, retain } = packet;
    const { clientId, sourceIp, certificate } = session;
    const payload = Buffer.from(packet.payload);
    const fault = topicFault(topic) ?? payloadFault(payload) ?? qosFault(qos);
    if (fault) throw refuse(clientId, "iot:Publish", topic, fault);
    demand(session, { action: "iot:Publish", topic });
    if (retain) demand(session, { action: "iot:RetainPublish", topic });
    await accept({ topic, payload, clientId, principal: certificate.id, sourceIp });
  }

  function subscribe(client: Client, filter: string, qos: number): void {
    const session = sessions.get(client);
    if (!session) throw new Error("Only a connected device can subscribe.");
    const illegal = checkTopicFilter(filter);
    const fault = illegal ? `Filter '${filter}' is illegal: ${illegal}.` : reservedFault(filter);
    const refusal = fault ?? qosFault(qos);
    if (refusal) throw refuse(session.clientId, "iot:Subscribe", filter, refusal);
    demand(session, { action: "iot:Subscribe", filter });
    session.filters.add(filter);
  }

  function mayReceive(client: Client, topic: string): boolean {
    const session = sessions.get(client);
    if (!session || ![...session.filters].some((filter) => topicMatches(filter, topic)))
      return false;
    const { clientId } = session;
    const { allowed, resource, reason } = decide(account, session, {
      action: "iot:Receive",
      topic,
    });
    if (!allowed)
      trace.emit({ kind: "refused", clientId, action: "iot:Receive", resource, reason });
    return allowed;
  }

  const aedes = await Aedes.createBroker({
    authenticate(client, _username, _password, done) {
      const error = attempt(() => connect(client));
      done(null, error === undefined);
    },
    authorizePublish(client, packet, done) {
      publish(client, packet).then(() => done(), done);
    },
    authorizeSubscribe(client, subscription, done) {
      const error = attempt(() => subscribe(client, subscription.topic, subscription.qos));
      done(error ?? null, subscription);
    },
    authorizeForward: (client, packet) => (mayReceive(client, packet.topic) ? packet : null),
  });
  aedes.on("unsubscribe", (filters, client) => {
    for (const filter of filters) sessions.get(client)?.filters.delete(filter);
  });

  return {
    serve(stream, peer) {
      peers.set(stream, peer);
      aedes.handle(stream);
    },
    deliver: (topic, payload, qos) =>
      new Promise((resolve, reject) =>
        aedes.publish(
          { cmd: "publish", topic, payload: Buffer.from(payload), qos, retain: false, dup: false },
          (error) => (error ? reject(error) : resolve()),
        ),
      ),
    close: () => new Promise((resolve) => aedes.close(resolve)),
  };
}

const qosFault = (qos: number): string | undefined =>
  qos === 2 ? "AWS IoT Core has no QoS 2; use 0 or 1." : undefined;

function attempt(step: () => void): Error | undefined {
  try {
    step();
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
