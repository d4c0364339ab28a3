import type { AuthorizePublishHandler, Client, PublishPacket } from "aedes";
import type { Authorizer } from "./authorizer";
import type { BrokerCounts } from "./broker-metrics";
import type { Connections } from "./connections";
import { headersOf } from "./mqtt5/headers";
import type { PacketLayer } from "./mqtt5/packet-layer";
import { isMqtt5, type PacketError } from "./mqtt5/packet-state";
import { reasonCodes } from "./mqtt5/reason-codes";
import { sentWith, type Publication } from "./publication";

export interface PublishRequestsArgs extends BrokerCounts {
  authorizer: Authorizer;
  connections: Connections;
  layer: PacketLayer;
  /** Resolves when the rules engine has the message: only then is it acknowledged and sent to subscribers. */
  accept: (publication: Publication) => Promise<void>;
  now: () => number;
}

/** The handler of PUBLISH for the broker library. */
export function handlePublish(args: PublishRequestsArgs): AuthorizePublishHandler {
  const { authorizer, connections, layer, accept, now, count, countFailure } = args;

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
    Object.assign(packet, sentWith(headers, now()));
    count("PublishIn.Success");
  }

  /** Answers a refused message; the library closes the connection for an error, if it is not of MQTT 5. */
  function answer(
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

  return (client, packet, done) => {
    publish(client, packet).then(
      () => done(),
      (error: PacketError) => answer(client, packet, error, done),
    );
  };
}

/** The library acknowledges every message, or closes the connection, unless it publishes it: a discarded message goes to a topic without subscribers. */
function discard(packet: PublishPacket): void {
  Object.assign(packet, { topic: "$SYS/discarded", qos: 0, retain: false });
}
