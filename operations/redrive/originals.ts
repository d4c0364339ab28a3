import type { Channel } from "../../reading/channel";
import { decode, type Json } from "./json";
import { deviceTopic, isTopicLevel } from "./topics";

/** A device message as its device published it. */
export interface Original {
  topic: string;
  payload: Uint8Array;
  /** When AWS IoT first received it, in ms since the epoch; undefined if the envelope does not say. */
  receivedAt?: number;
  /** `<deviceId>#<timestamp>` if the payload is a reading that was written again, not the bytes of the device. */
  rewritten?: string;
  /** The rule whose action failed, or before the stream of a failed batch; undefined if a step behind the part's own rule failed. */
  ruleName?: string;
}

export type Originals = { kind: "originals"; originals: Original[] };

/** A message or an object in no known format. */
export type Unknown = { kind: "unknown"; why: string };

export const unknown = (why: string): Unknown => ({ kind: "unknown", why });

/** The messages of all records, or undefined if there are none or one of them is no message. */
export function allOrNone(read: readonly (Original | undefined)[]): Originals | undefined {
  const originals = read.filter((one) => one !== undefined);
  const complete = originals.length > 0 && originals.length === read.length;
  return complete ? { kind: "originals", originals } : undefined;
}

/** Reads envelopes of this project, `{ deviceId, receivedAt, channel?, payload }`, as rules write them: all of them or none. */
export function fromReadings(
  readings: readonly (Json | undefined)[],
  topicPrefix: string,
): Originals | undefined {
  return allOrNone(
    readings.map((reading): Original | undefined => {
      const { deviceId, receivedAt, payload: encoded = emptyPayload(reading) } = reading ?? {};
      const payload = decode(encoded);
      if (typeof deviceId !== "string" || !isTopicLevel(deviceId)) return undefined;
      if (!Number.isSafeInteger(receivedAt) || (receivedAt as number) < 0 || !payload)
        return undefined;
      const channel: Channel = reading?.["channel"] === "logs" ? "logs" : "telemetry";
      const topic = deviceTopic(topicPrefix, deviceId, channel);
      return { topic, payload, receivedAt: receivedAt as number };
    }),
  );
}

/** A rule leaves the payload of an empty message out; an object with other members is not its envelope. */
const emptyPayload = ({ channel: _, ...others }: Json = {}): string | undefined =>
  Object.keys(others).length === 2 ? "" : undefined;

/** A reading in a vendor's form, which has lost the bytes of its device. */
export interface Stored {
  deviceId: unknown;
  reading: Json | undefined;
  receivedAt: number;
}

/**
 * The message of a reading that a delivery stream has stored as it was after the transformation: the reading is written again. It has the
 * same content, and therefore the same `reading_id`.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/retry.html
 */
export function rewritten(
  { deviceId, reading, receivedAt }: Stored,
  topicPrefix: string,
): Original | undefined {
  if (typeof deviceId !== "string" || !isTopicLevel(deviceId)) return undefined;
  if (reading?.["deviceId"] !== deviceId) return undefined;
  if (!Number.isSafeInteger(receivedAt) || receivedAt < 0) return undefined;
  return {
    topic: deviceTopic(topicPrefix, deviceId, "telemetry"),
    payload: Buffer.from(JSON.stringify(reading)),
    receivedAt,
    rewritten: `${deviceId}#${String(reading["timestamp"])}`,
  };
}
