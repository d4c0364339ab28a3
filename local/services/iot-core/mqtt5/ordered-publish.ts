import { generate, type IPublishPacket } from "mqtt-packet";
import { encodedPairs, loseOrder, pairsOf } from "./user-properties";

const version = { protocolVersion: 5 };

/**
 * The bytes of a PUBLISH of MQTT 5 whose user properties the packet library would write in another order; undefined for one that
 * it writes correctly. Receivers get user properties in the order in which they were sent.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-properties
 */
export function orderedPublish(packet: IPublishPacket): Buffer | undefined {
  const { userProperties, ...others } = packet.properties ?? {};
  if (!loseOrder(userProperties)) return undefined;
  const bytes = generate({ ...packet, properties: others }, version);
  const pairs = encodedPairs(pairsOf(userProperties));
  // Header, length, topic and message id stand before the properties.
  const remaining = readLength(bytes, 1);
  const topicEnd = remaining.end + 2 + bytes.readUInt16BE(remaining.end);
  const headEnd = topicEnd + (packet.qos > 0 ? 2 : 0);
  const properties = readLength(bytes, headEnd);
  const body = Buffer.concat([
    bytes.subarray(remaining.end, headEnd),
    writtenLength(properties.length + pairs.length),
    pairs,
    bytes.subarray(properties.end),
  ]);
  return Buffer.concat([bytes.subarray(0, 1), writtenLength(body.length), body]);
}

/** A variable byte integer, and where it ends. */
function readLength(bytes: Buffer, at: number): { length: number; end: number } {
  let [length, factor, end] = [0, 1, at];
  for (;;) {
    const byte = bytes.readUInt8(end++);
    length += (byte & 127) * factor;
    if (byte < 128) return { length, end };
    factor *= 128;
  }
}

function writtenLength(length: number): Buffer {
  const bytes: number[] = [];
  let left = length;
  do {
    bytes.push((left % 128) + (left >= 128 ? 128 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.from(bytes);
}
