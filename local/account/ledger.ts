import { createHash } from "node:crypto";

/** One distinct message that a device published. Published again with the same bytes it is still one. */
export interface Entry {
  /** Of the device by its topic and the payload's bytes: how it is found where bytes are kept. */
  hash: string;
  /** `<deviceId>#<timestamp>`, if the payload has a timestamp: how it is found where readings are kept. */
  id?: string;
  /** What it was made to be, for sentences. */
  kind: string;
  /** What the payload says, if it is a JSON object. */
  fields: Record<string, unknown>;
  publishes: number;
}

export interface Ledger {
  record(message: { deviceId: string; payload: Uint8Array; kind: string }): void;
  entries(): Entry[];
}

/** Device messages are known by who sent them and what they say. */
export const hashOf = (deviceId: string, payload: Uint8Array): string =>
  createHash("sha256").update(deviceId).update("\0").update(payload).digest("hex");

/** The level after the prefix, as the rules take it. */
export const deviceOf = (topic: string, topicPrefix: string): string =>
  topic.slice(topicPrefix.length + 1).split("/")[0] ?? "";

/** Writes down what was published, from the bytes alone. It knows nothing of rules, so that it can hold them to account. */
export function createLedger(): Ledger {
  const byHash = new Map<string, Entry>();
  return {
    record({ deviceId, payload, kind }) {
      const hash = hashOf(deviceId, payload);
      const known = byHash.get(hash);
      if (known) known.publishes += 1;
      else byHash.set(hash, { hash, ...read(deviceId, payload), kind, publishes: 1 });
    },
    entries: () => [...byHash.values()],
  };
}

/** Of the fields only what accounts go by: a load has many messages, and some are long. */
function read(deviceId: string, payload: Uint8Array): Pick<Entry, "id" | "fields"> {
  const { timestamp, status } = fieldsOf(payload);
  const fields = { timestamp, status };
  return typeof timestamp === "number" ? { id: `${deviceId}#${timestamp}`, fields } : { fields };
}

function fieldsOf(payload: Uint8Array): Record<string, unknown> {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(payload);
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}
