import * as net from "node:net";
import { generate, parser as createParser, type IConnectPacket, type Packet } from "mqtt-packet";
import type { BrokerWorld } from "./broker-world";

/** A packet of the broker, with the fields that tests read. */
export interface Answer {
  cmd: string;
  reasonCode?: number;
  returnCode?: number;
  messageId?: number;
  topic?: string;
  text?: string;
  granted?: number[];
  sessionPresent?: boolean;
  dup?: boolean;
  properties?: Record<string, unknown>;
  /** The user properties, in the order of the packet. */
  pairs?: { key: string; value: string }[];
}

/** A connection, of MQTT 5 unless a test asks for another version, whose packets a test writes itself, for what client libraries do not send or show. */
export interface Mqtt5Session {
  socket: net.Socket;
  send(packet: Packet): void;
  /** The next packet; `closed` once the broker has ended the connection. */
  next(): Promise<Answer>;
}

export async function mqtt5Session(
  { port }: Pick<BrokerWorld, "port">,
  connect: Partial<IConnectPacket> = {},
): Promise<Mqtt5Session & { connack: Answer }> {
  const socket = net.connect(port, "127.0.0.1");
  const { protocolVersion = 5 } = connect;
  const parser = createParser({ protocolVersion });
  // The packet library groups user properties by name.
  const reader = parser as unknown as { _parseByType(type: string): unknown };
  const parse = reader._parseByType.bind(parser);
  const pairs: { key: string; value: string }[] = [];
  reader._parseByType = (type) => {
    const value = parse(type);
    if (type === "pair") {
      const { name, value: text } = value as { name: string; value: string };
      pairs.push({ key: name, value: text });
    }
    return value;
  };
  const answers: Answer[] = [];
  const waiting: ((answer: Answer) => void)[] = [];
  function arrived(answer: Answer): void {
    const next = waiting.shift();
    if (next) next(answer);
    else answers.push(answer);
  }
  parser.on("packet", (packet: Packet) => {
    const { payload } = packet as { payload?: Buffer };
    const text = Buffer.isBuffer(payload) ? { text: String(payload) } : {};
    arrived({ ...(packet as Answer), ...text, pairs: pairs.splice(0) });
  });
  socket.on("data", (bytes) => parser.parse(bytes));
  socket.on("error", () => undefined);
  socket.on("close", () => arrived({ cmd: "closed" }));

  const session: Mqtt5Session = {
    socket,
    send: (packet) => void socket.write(generate(packet, { protocolVersion })),
    next: () =>
      new Promise((resolve) => {
        const answer = answers.shift();
        if (answer) resolve(answer);
        else waiting.push(resolve);
      }),
  };
  session.send({
    cmd: "connect",
    protocolId: "MQTT",
    protocolVersion,
    clientId: "sensor-1",
    clean: true,
    keepalive: 60,
    ...connect,
  });
  return { ...session, connack: await session.next() };
}
