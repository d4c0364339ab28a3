import { createHash } from "node:crypto";

/** The integrations that are accounted for. */
export type Integration = "iot-to-dynamodb" | "iot-to-sns" | "iot-to-sqs";

/** One distinct message that a device published. Published again with the same bytes it is still one. */
export interface Entry {
  /** Of the device by its topic and the payload's bytes: how it is found where bytes are kept. */
  hash: string;
  /** `<deviceId>#<timestamp>`, if the payload has a timestamp: how it is found where readings are kept. */
  id?: string;
  kind: string;
  addressed: Integration[];
  publishes: number;
}

export interface Ledger {
  record(message: { topic: string; payload: Uint8Array; kind?: string }): void;
  entries(): Entry[];
  /** Distinct messages that an integration has to account for. */
  published(integration: Integration): number;
}

/** Device messages are known by who sent them and what they say. */
export const hashOf = (deviceId: string, payload: Uint8Array): string =>
  createHash("sha256").update(deviceId).update("\0").update(payload).digest("hex");

/** The level after the prefix, as the rules take it. */
export const deviceOf = (topic: string, topicPrefix: string): string =>
  topic.slice(topicPrefix.length + 1).split("/")[0] ?? "";

/**
 * Writes down what was published, and judges by the bytes alone who has to have it: everybody all telemetry, but alerts only
 * what says that it is critical. It knows nothing of rules, so that it can hold them to account.
 */
export function createLedger(topicPrefix: string, integrations: Integration[]): Ledger {
  const byHash = new Map<string, Entry>();
  return {
    record({ topic, payload, kind = "recorded" }) {
      const deviceId = deviceOf(topic, topicPrefix);
      const hash = hashOf(deviceId, payload);
      const known = byHash.get(hash);
      if (known) known.publishes += 1;
      else
        byHash.set(hash, { hash, ...judged(deviceId, payload, integrations), kind, publishes: 1 });
    },
    entries: () => [...byHash.values()],
    published: (integration) =>
      [...byHash.values()].filter(({ addressed }) => addressed.includes(integration)).length,
  };
}

function judged(
  deviceId: string,
  payload: Uint8Array,
  integrations: Integration[],
): Pick<Entry, "id" | "addressed"> {
  const { timestamp, status } = fieldsOf(payload);
  return {
    ...(typeof timestamp === "number" && { id: `${deviceId}#${timestamp}` }),
    addressed: integrations.filter((one) => one !== "iot-to-sns" || status === "critical"),
  };
}

function fieldsOf(payload: Uint8Array): Record<string, unknown> {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(payload);
    return (JSON.parse(text) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
}
