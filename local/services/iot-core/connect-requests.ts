import type { AuthenticateHandler, Client, ConnectPacket, PreConnectHandler } from "aedes";
import type { Trace } from "../../trace";
import type { Authorizer, Peer, Refusal } from "./authorizer";
import { faultOf, type BrokerCounts } from "./broker-metrics";
import { grantKeepAlive, isPersistent, versionFault, type KeepAlive } from "./connect-packet";
import type { Connections } from "./connections";
import type { PacketLayer } from "./mqtt5/packet-layer";
import { writePacket } from "./mqtt5/packet-writer";

export interface ConnectRequestsArgs {
  authorizer: Authorizer;
  connections: Connections;
  layer: PacketLayer;
  count: BrokerCounts["count"];
  trace: Trace;
  keepAliveSeconds: KeepAlive;
  /** The peer of the client's stream. */
  peerOf: (client: Client) => Peer | undefined;
}

/** Handlers of CONNECT for the broker library. */
export interface ConnectRequests {
  preConnect: PreConnectHandler;
  authenticate: AuthenticateHandler;
  /** Whether the client's session outlives its connection. */
  isPersistent(client: Client): boolean;
}

export function createConnectRequests(args: ConnectRequestsArgs): ConnectRequests {
  const { authorizer, connections, layer, count, trace, keepAliveSeconds, peerOf } = args;
  const packets = new WeakMap<Client, ConnectPacket>();

  /** The error of a version that is not supported. */
  function refuseVersion(packet: ConnectPacket): Error | undefined {
    const reason = versionFault(packet);
    if (reason === undefined) return undefined;
    count("Connect.ClientError");
    const { clientId } = packet;
    const resource = `client/${clientId}`;
    trace.emit({ kind: "refused", clientId, action: "iot:Connect", resource, reason });
    return new Error(reason);
  }

  async function connect(client: Client): Promise<void> {
    const packet = packets.get(client);
    const peer = peerOf(client);
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

  return {
    preConnect(client, packet, done) {
      packets.set(client, packet);
      grantKeepAlive(packet, keepAliveSeconds);
      const error = refuseVersion(packet);
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
    isPersistent(client) {
      const packet = packets.get(client);
      return packet !== undefined && isPersistent(packet);
    },
  };
}

const unacceptableVersion = { cmd: "connack", returnCode: 1, sessionPresent: false } as const;
