import { once } from "node:events";
import * as net from "node:net";
import type { BrokerWorld } from "./broker-world";

/** A connection whose packets a test writes itself, for those that client libraries do not send. */
export async function rawSession(
  { port }: Pick<BrokerWorld, "port">,
  clientId: string,
  clean = true,
): Promise<net.Socket> {
  const socket = net.connect(port, "127.0.0.1");
  const keepAlive = [0, 60];
  const flags = clean ? 2 : 0;
  socket.write(packet(0x10, [...text("MQTT"), 4, flags, ...keepAlive, ...text(clientId)]));
  // The CONNACK.
  await once(socket, "data");
  return socket;
}

/** A SUBSCRIBE; every filter has QoS 0 unless `qos` gives another. */
export const subscribePacket = (
  messageId: number,
  filters: readonly string[],
  qos: readonly number[] = [],
): Buffer =>
  packet(0x82, [
    0,
    messageId,
    ...filters.flatMap((filter, index) => [...text(filter), qos[index] ?? 0]),
  ]);

/** Packets of up to 127 bytes, whose length is one byte. */
const packet = (header: number, body: number[]): Buffer =>
  Buffer.from([header, body.length, ...body]);

const text = (value: string): number[] => {
  const bytes = Buffer.from(value);
  return [0, bytes.length, ...bytes];
};
