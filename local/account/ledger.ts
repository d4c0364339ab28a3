import { createHash } from "node:crypto";
import { compile, parse } from "../../iot-sql";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";

/** One distinct message that a device published. Published again with the same bytes it is still one. */
export interface Entry {
  /** Of the device by its topic and the payload's bytes: how it is found where bytes are kept. */
  hash: string;
  /** `<deviceId>#<timestamp>`, if the payload has a timestamp: how it is found where readings are kept. */
  id?: string;
  /** What it was made to be, for sentences. */
  kind: string;
  /** `timestamp` and the field of the severity, if the payload is a JSON object that rules can read. */
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
  const fieldsOf = createReader();
  const byHash = new Map<string, Entry>();
  return {
    record({ deviceId, payload, kind }) {
      const hash = hashOf(deviceId, payload);
      const known = byHash.get(hash);
      if (known) known.publishes += 1;
      else byHash.set(hash, { hash, ...named(deviceId, fieldsOf(payload)), kind, publishes: 1 });
    },
    entries: () => [...byHash.values()],
  };
}

type Fields = Record<string, unknown>;

const named = (deviceId: string, fields: Fields): Pick<Entry, "id" | "fields"> =>
  typeof fields.timestamp === "number"
    ? { id: `${deviceId}#${fields.timestamp}`, fields }
    : { fields };

/**
 * Reads only what accounts go by: a load has many messages, and some are long. As rules read, since a rule is not to be held to account
 * for a payload that it cannot read, such as one of 1,001 levels.
 */
function createReader({ severity }: Definition = definition): (payload: Uint8Array) => Fields {
  const names = ["timestamp", ...(severity ? [severity.field] : [])];
  const parsing = parse(`SELECT ${names.join(", ")} FROM 'published'`);
  const compilation = parsing.ok && compile(parsing.statement);
  if (!compilation || !compilation.ok) throw new Error("The ledger's own statement is refused.");
  return (payload) => {
    const evaluation = compilation.evaluate({ topic: "published", payload: Buffer.from(payload) });
    return evaluation.matched ? ((evaluation.output ?? {}) as Fields) : {};
  };
}
