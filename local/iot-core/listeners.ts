import type { IncomingMessage } from "node:http";
import * as https from "node:https";
import * as tls from "node:tls";
import { createWebSocketStream, WebSocketServer } from "ws";
import type { Trace } from "../trace";
import type { Broker, Peer } from "./broker";
import type { KeyPair } from "./certificates";
import { listen, type Listening } from "./listen";
import type { Registry } from "./registry";

export interface ListenersArgs {
  broker: Broker;
  registry: Registry;
  trace: Trace;
  /** The authority that a device's certificate has to come from, in PEM. */
  ca: string;
  server: KeyPair;
  mqttPort?: number;
  websocketPort?: number;
}

/** The two doors of the broker; behind both, TLS wants a certificate of the authority before it lets a byte of MQTT through. */
export interface Listeners {
  mqttPort: number;
  websocketPort: number;
  close: () => Promise<void>;
}

/**
 * MQTT over TLS, and over WebSocket (path `/mqtt`) over TLS. In AWS IoT Core a device comes by WebSocket with a signed URL; here it
 * shows its certificate there too.
 */
export async function openListeners(args: ListenersArgs): Promise<Listeners> {
  const { broker, trace, ca, server } = args;
  const options: tls.TlsOptions = {
    key: server.privateKey,
    cert: server.certificate,
    ca,
    requestCert: true,
    rejectUnauthorized: true,
    minVersion: "TLSv1.2",
  };
  const peerOf = (socket: tls.TLSSocket): Peer => ({
    certificate: args.registry.certificate(idOf(socket)),
    sourceIp: socket.remoteAddress ?? "",
  });
  const warn = (error: Error): void =>
    trace.emit({
      kind: "warning",
      part: "iot-core",
      message: `A client without a certificate of this run was turned away: ${error.message}`,
    });

  const mqtt = tls.createServer(options, (socket) => broker.serve(socket, peerOf(socket)));
  const web = https.createServer(options);
  const sockets = new WebSocketServer({ noServer: true, path: "/mqtt" });
  web.on("upgrade", (request: IncomingMessage, socket: tls.TLSSocket, head: Buffer) =>
    sockets.handleUpgrade(request, socket, head, (webSocket) =>
      broker.serve(createWebSocketStream(webSocket), peerOf(socket)),
    ),
  );
  mqtt.on("tlsClientError", warn);
  web.on("tlsClientError", warn);

  const opened: Listening[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((listening) => listening.close()));
  };
  try {
    opened.push(await listen(mqtt, args.mqttPort));
    opened.push(await listen(web, args.websocketPort));
  } catch (error) {
    await close();
    throw error;
  }
  const [mqttPort = 0, websocketPort = 0] = opened.map(({ port }) => port);
  return { mqttPort, websocketPort, close };
}

const idOf = (socket: tls.TLSSocket): string =>
  socket.getPeerCertificate().fingerprint256.replaceAll(":", "").toLowerCase();
