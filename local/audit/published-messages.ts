import { createHash } from "node:crypto";
import { compile, parse } from "../../iot-sql";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";

/** A distinct message that a device published. Publishing the same bytes again makes no other message. */
export interface PublishedMessage {
  /** Of the device in the topic and the payload's bytes: finds the message in places that store bytes. */
  hash: string;
  /** `<deviceId>#<timestamp>`, if the payload has a timestamp: finds the message in places that store readings. */
  id?: string;
  /** The kind of message that was generated, for sentences. */
  kind: string;
  /** `timestamp` and the field of the severity, if the payload is a JSON object that rules can read. */
  fields: Record<string, unknown>;
  publishes: number;
}

export interface PublishedMessages {
  add(message: { deviceId: string; payload: Uint8Array; kind: string }): void;
  all(): PublishedMessage[];
}

/** Identifies a message by its device and its bytes. */
export const hashOf = (deviceId: string, payload: Uint8Array): string =>
  createHash("sha256").update(deviceId).update("\0").update(payload).digest("hex");

/** The device in a topic: the level after the prefix, as in the rules. */
export const deviceOf = (topic: string, topicPrefix: string): string =>
  topic.slice(topicPrefix.length + 1).split("/")[0] ?? "";

/** Collects the messages that were published, from their bytes alone: independent of the rules that the audit checks. */
export function createPublishedMessages(): PublishedMessages {
  const fieldsOf = createReader();
  const byHash = new Map<string, PublishedMessage>();
  return {
    add({ deviceId, payload, kind }) {
      const hash = hashOf(deviceId, payload);
      const known = byHash.get(hash);
      if (known) known.publishes += 1;
      else byHash.set(hash, { hash, ...named(deviceId, fieldsOf(payload)), kind, publishes: 1 });
    },
    all: () => [...byHash.values()],
  };
}

type Fields = Record<string, unknown>;

const named = (deviceId: string, fields: Fields): Pick<PublishedMessage, "id" | "fields"> =>
  typeof fields.timestamp === "number"
    ? { id: `${deviceId}#${fields.timestamp}`, fields }
    : { fields };

/**
 * Reads only the fields that audits use: a load has many messages, and some are long. Reads them as rules do, so that no integration is
 * expected to have a payload that its rule cannot read, such as one of 1,001 levels.
 */
function createReader({ severity }: Definition = definition): (payload: Uint8Array) => Fields {
  const names = ["timestamp", ...(severity ? [severity.field] : [])];
  const parsing = parse(`SELECT ${names.join(", ")} FROM 'published'`);
  const compilation = parsing.ok && compile(parsing.statement);
  if (!compilation || !compilation.ok)
    throw new Error("The statement that reads published messages does not compile.");
  return (payload) => {
    const evaluation = compilation.evaluate({ topic: "published", payload: Buffer.from(payload) });
    return evaluation.matched ? ((evaluation.output ?? {}) as Fields) : {};
  };
}
