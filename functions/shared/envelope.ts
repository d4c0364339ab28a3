/** One device message on its way to a callback, as `envelopeSql` makes it. */
export interface Envelope {
  /** From the topic, which the device's certificate is bound to. */
  deviceId: string;
  /** When AWS IoT took the message, in ms since the epoch. */
  receivedAt: number;
  /** The MQTT payload as the device sent it, in Base64. */
  payload: string;
}

/** Undefined for what no rule of ours could have sent. */
export function openEnvelope(text: string): Envelope | undefined {
  const value = parsed(text);
  if (typeof value !== "object" || value === null) return undefined;
  const { deviceId, receivedAt, payload } = value as Partial<Envelope>;
  if (typeof deviceId !== "string" || !Number.isSafeInteger(receivedAt)) return undefined;
  // An empty payload encodes to nothing, and a rule leaves out what is undefined.
  if (payload !== undefined && typeof payload !== "string") return undefined;
  return { deviceId, receivedAt: receivedAt as number, payload: payload ?? "" };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
