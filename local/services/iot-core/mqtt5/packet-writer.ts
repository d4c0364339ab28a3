import * as packets from "mqtt-packet";
import { orderedPublish } from "./ordered-publish";

/** A packet to be sent; the library's types do not declare what it adds. */
export type Outgoing = packets.Packet & {
  /** When the message expires, in milliseconds since the epoch; not sent. */
  messageExpiry?: number;
};

/** Changes a packet before it is sent; undefined if it is not to be sent. */
export type Adapt = (packet: Outgoing) => Outgoing | undefined;

const adapters = new WeakMap<object, Adapt>();
const write = packets.writeToStream;

/**
 * The broker library writes each packet with this function of the packet library, and has no hook that would add properties and
 * reason codes. Streams without an adapter, such as those of clients in this process, are not affected.
 */
Object.assign(packets, {
  writeToStream(...[packet, stream, options]: Parameters<typeof write>): boolean {
    const adapt = adapters.get(stream);
    const adapted = adapt ? adapt(packet) : packet;
    return adapted === undefined || writeInOrder(adapted, stream, options);
  },
});

function writeInOrder(...[packet, stream, options]: Parameters<typeof write>): boolean {
  const { protocolVersion }: { protocolVersion?: number } = options ?? {};
  const bytes =
    protocolVersion === 5 && packet.cmd === "publish" ? orderedPublish(packet) : undefined;
  return bytes ? stream.write(bytes) : write(packet, stream, options);
}

/** Adapts the packets that the broker library writes to a stream. */
export const adaptPackets = (stream: object, adapt: Adapt): void =>
  void adapters.set(stream, adapt);

/** Writes a packet as it is. */
export const writePacket = (
  packet: packets.Packet,
  stream: NodeJS.WritableStream,
  protocolVersion: number,
): boolean => writeInOrder(packet, stream, { protocolVersion });
