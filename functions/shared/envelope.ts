/** One device message on its way to a callback, as `envelopeSql` makes it. */
export interface Envelope {
  /** From the topic, which the device's certificate is bound to. */
  deviceId: string;
  /** When AWS IoT took the message, in ms since the epoch. */
  receivedAt: number;
  /** The MQTT payload as the device sent it, in Base64. */
  payload: string;
}

/** Answers with undefined for what no rule of ours could have sent. */
export type EnvelopeOpener = (text: string) => Envelope | undefined;

/** Makes the opener; what it needs of the world it looks up here, once (docs/bench.md, "Handler CPU"). */
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
    const { deviceId, receivedAt, payload } = value as Partial<Envelope>;
    if (typeof deviceId !== "string" || !isSafeInteger(receivedAt)) return nothing;
    // An empty payload encodes to nothing, and a rule leaves out what is undefined.
    if (payload !== nothing && typeof payload !== "string") return nothing;
    return { deviceId, receivedAt: receivedAt as number, payload: payload ?? "" };
  };
}
