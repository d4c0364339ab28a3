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
  /** The rule whose action failed; undefined if a step behind the rule failed. */
  ruleName?: string;
}

export type Originals = { kind: "originals"; originals: Original[] };

/** A message or an object in no known format. */
export type Unknown = { kind: "unknown"; why: string };

export const unknown = (why: string): Unknown => ({ kind: "unknown", why });

/** Reads envelopes of this project, `{ deviceId, receivedAt, channel?, payload }`, as rules write them: all of them or none. */
export function fromReadings(
  readings: readonly (Json | undefined)[],
  topicPrefix: string,
): Originals | undefined {
  const originals = readings.flatMap((reading): Original[] => {
    const { deviceId, receivedAt, payload: encoded = emptyPayload(reading) } = reading ?? {};
    const payload = decode(encoded);
    if (typeof deviceId !== "string" || !isTopicLevel(deviceId)) return [];
    if (!Number.isSafeInteger(receivedAt) || (receivedAt as number) < 0 || !payload) return [];
    const channel: Channel = reading?.["channel"] === "logs" ? "logs" : "telemetry";
    const topic = deviceTopic(topicPrefix, deviceId, channel);
    return [{ topic, payload, receivedAt: receivedAt as number }];
  });
  const complete = originals.length > 0 && originals.length === readings.length;
  return complete ? { kind: "originals", originals } : undefined;
}

/** A rule leaves the payload of an empty message out; an object with other members is not its envelope. */
const emptyPayload = ({ channel: _, ...others }: Json = {}): string | undefined =>
  Object.keys(others).length === 2 ? "" : undefined;
