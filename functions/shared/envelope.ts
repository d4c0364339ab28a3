import type { Channel } from "../../reading/channel";

/** One device message on its way to a callback, as the rule with `envelopeSql` sends it. */
export interface Envelope {
  /** From the topic, which the device's certificate is bound to. */
  deviceId: string;
  /** When AWS IoT received the message, in ms since the epoch. */
  receivedAt: number;
  /** Left out for telemetry. */
  channel?: Channel;
  /** The MQTT payload as the device sent it, in Base64. */
  payload: string;
}

/** Returns undefined for text that no rule of this program sends. */
export type EnvelopeOpener = (text: string) => Envelope | undefined;

/** Makes the opener. It looks up what it needs per record once (docs/bench.md, "Handler CPU"). */
export function createEnvelopeOpener(): EnvelopeOpener {
  const { parse } = JSON;
  const { isSafeInteger } = Number;
  const nothing = undefined;
  const parsed = (text: string): unknown => {
    try {
      return parse(text);
    } catch {
      return nothing;
    }
  };
  return (text) => {
    const value = parsed(text);
    if (typeof value !== "object" || value === null) return nothing;
    const { deviceId, receivedAt, channel, payload } = value as Partial<Envelope>;
    if (typeof deviceId !== "string" || !isSafeInteger(receivedAt)) return nothing;
    // An empty payload encodes to Undefined, which a rule leaves out.
    if (payload !== nothing && typeof payload !== "string") return nothing;
    const sent = { deviceId, receivedAt: receivedAt as number };
    if (channel === "logs") return { ...sent, channel, payload: payload ?? "" };
    return { ...sent, payload: payload ?? "" };
  };
}
