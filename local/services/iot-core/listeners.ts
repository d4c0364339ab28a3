import * as http from "node:http";
import * as tls from "node:tls";
import { createWebSocketStream, WebSocketServer } from "ws";
import type { Trace } from "../../trace";
import type { Broker } from "./broker";
import type { CountBrokerMetric } from "./broker-metrics";
import type { KeyPair } from "./certificates";
import type { Peer } from "./authorizer";
import { listen, type Listening } from "../../listen";
import type { Identity } from "./permissions";
import type { Registry } from "./registry";
import { isSigned, type UpgradeRequest } from "./signed-url";

export interface ListenersArgs {
  broker: Pick<Broker, "serve">;
  registry: Registry;
  trace: Trace;
  count: CountBrokerMetric;
  /** The authority that must have issued a device's certificate, in PEM. */
  ca: string;
  server: KeyPair;
  /** The signer of a URL; rejects with one sentence if the signature is invalid. */
  signer: (request: UpgradeRequest) => Promise<Identity>;
  mqttPort?: number;
  websocketPort?: number;
}

/** The two listeners of the broker. */
export interface Listeners {
  mqttPort: number;
  websocketPort: number;
  close: () => Promise<void>;
}

/** The ALPN protocol by which a device asks for MQTT without WebSocket on the HTTPS port. */
const mqttByAlpn = "x-amzn-mqtt-ca";

/**
 * One listener is AWS's port 8883: MQTT over TLS with a certificate. The other is its port 443: MQTT with a certificate for clients
 * that ask for it by ALPN, else WebSocket (path `/mqtt`) with a signed URL. Unlike AWS, WebSocket accepts a certificate as well.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html
 */
export async function openListeners(args: ListenersArgs): Promise<Listeners> {
  const { broker, trace, ca, server, signer } = args;
  const options: tls.TlsOptions = {
    key: server.privateKey,
    cert: server.certificate,
    ca,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
  };
  const deviceAt = (socket: tls.TLSSocket): Peer => ({
    identity: args.registry.certificate(certificateOf(socket)),
    ...addressesOf(socket),
  });
  function turnedAway(message: string): void {
    args.count("Connection.AuthNError");
    trace.emit({ kind: "warning", part: "iot-core", message });
  }
  const noCertificate = (reason: unknown): void =>
    turnedAway(`A client without a certificate of this run was turned away: ${String(reason)}`);

  const mqtt = tls.createServer(options, (socket) => broker.serve(socket, deviceAt(socket)));
  mqtt.on("tlsClientError", noCertificate);

  const web = http.createServer((_request, response) => response.writeHead(404).end());
  const door = tls.createServer(
    // Whether a client needs a certificate is known only after the handshake.
    { ...options, rejectUnauthorized: false, ALPNProtocols: [mqttByAlpn, "http/1.1"] },
    (socket) => {
      if (socket.alpnProtocol !== mqttByAlpn) return void web.emit("connection", socket);
      if (socket.authorized) return broker.serve(socket, deviceAt(socket));
      noCertificate(socket.authorizationError);
      socket.destroy();
    },
  );

  const sockets = new WebSocketServer({ noServer: true, path: "/mqtt" });
  async function peerOf(request: http.IncomingMessage, socket: tls.TLSSocket): Promise<Peer> {
    if (socket.authorized) return deviceAt(socket);
    const { url = "", headers } = request;
    const asked = { url, host: headers.host ?? "", headers };
    if (!isSigned(asked)) throw new Error("It has no certificate of this run and no signed URL.");
    return { identity: await signer(asked), ...addressesOf(socket) };
  }
  web.on("upgrade", (request: http.IncomingMessage, socket: tls.TLSSocket, head: Buffer) => {
    socket.on("error", () => undefined);
    peerOf(request, socket).then(
      (peer) =>
        sockets.handleUpgrade(request, socket, head, (webSocket) =>
          broker.serve(createWebSocketStream(webSocket), peer),
        ),
      ({ message }: Error) => {
        turnedAway(`A client was turned away from the WebSocket: ${message}`);
        socket.end(forbidden);
      },
    );
  });

  const opened: Listening[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((listening) => listening.close()));
  };
  try {
    opened.push(await listen(mqtt, args.mqttPort));
    opened.push(await listen(door, args.websocketPort));
  } catch (error) {
    await close();
    throw error;
  }
  const [mqttPort = 0, websocketPort = 0] = opened.map(({ port }) => port);
  return { mqttPort, websocketPort, close };
}

/** AWS returns the same response for every signature error; the trace has the reason. */
const forbidden = [
  "HTTP/1.1 403 Forbidden",
  "content-type: application/json",
  "content-length: 23",
  "connection: close",
  "",
  '{"message":"Forbidden"}',
].join("\r\n");

/** Server Name Indication carries the domain name; a client that connects to an IP address sends none. */
function addressesOf(socket: tls.TLSSocket): Omit<Peer, "identity"> {
  const { remoteAddress: sourceIp = "", servername } = socket;
  return typeof servername === "string" && servername !== ""
    ? { sourceIp, domainName: servername }
    : { sourceIp };
}

/** The id of a client's certificate. Empty if the client has left already: its certificate is gone then. */
export function certificateOf(socket: tls.TLSSocket): string {
  const { fingerprint256 = "" }: Partial<tls.PeerCertificate> = socket.getPeerCertificate();
  return fingerprint256.replaceAll(":", "").toLowerCase();
}
