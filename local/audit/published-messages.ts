import { compile, parse } from "../../iot-sql";
import { hashOf } from "../../operations/sinks/message-hash";
import type { Medium } from "../../reading/channel";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import { firstLimited } from "../../reading/measure";
import { createNumberList, createTextNumbers, type NumberList } from "../number-list";

/** A distinct message that a device published. Publishing the same bytes again makes no other message. */
export interface PublishedMessage {
  /** Of the device in the topic and the payload's bytes: finds the message in places that store bytes. */
  hash: string;
  /** `<deviceId>#<timestamp>`, if the payload has a timestamp: finds the message in places that store readings. Of an image, its name. */
  id?: string;
  /** The channel of its topic, or images. @default "telemetry" */
  channel?: Medium;
  /** The kind of message that was generated, for sentences. */
  kind: string;
  /** `timestamp`, the field of the severity, and whether {@link highField} is above its limit, if the payload is a JSON object that rules can read. */
  fields: Record<string, unknown>;
  publishes: number;
}

/** A message that the broker acknowledged, or an image that S3 has taken, whose payload is a reference to it. */
export interface Published {
  deviceId: string;
  /** @default "telemetry" */
  channel?: Medium;
  payload: Uint8Array;
  kind: string;
  /** The name of an image. */
  id?: string;
}

export interface PublishedMessages {
  add(message: Published): void;
  all(): PublishedMessage[];
}

/**
 * Collects the messages that were published, from their bytes alone: independent of the rules that the audit checks. Keeps about a
 * hundred bytes for each, so that a run may last; `all` makes objects of them.
 */
export function createPublishedMessages(): PublishedMessages {
  const fieldsOf = createReader();
  /** The position of each message in the lists, by the bytes of its hash. */
  const positions = new Map<string, number>();
  const [devices, kinds, fields] = [createTextNumbers(), createTextNumbers(), createTextNumbers()];
  const [device, kind, rest, publishes] = [0, 1, 2, 3].map(() => createNumberList("integer")) as [
    NumberList,
    NumberList,
    NumberList,
    NumberList,
  ];
  const timestamps = createNumberList("any");
  /** The positions of messages of other channels than telemetry, of which there are few. */
  const others = new Map<number, Pick<PublishedMessage, "channel" | "id">>();

  function messageAt(hash: string, index: number): PublishedMessage {
    const other = JSON.parse(fields.textOf(rest.at(index))) as Fields;
    const timestamp = timestamps.at(index);
    return {
      hash: Buffer.from(hash.slice(-hashBytes), "latin1").toString("hex"),
      ...others.get(index),
      ...(Number.isNaN(timestamp)
        ? { fields: other }
        : {
            id: `${devices.textOf(device.at(index))}#${timestamp}`,
            fields: { timestamp, ...other },
          }),
      kind: kinds.textOf(kind.at(index)),
      publishes: publishes.at(index),
    };
  }

  return {
    add(message) {
      const { channel = "telemetry" } = message;
      const hash = Buffer.from(hashOf(message.deviceId, message.payload), "hex").toString("latin1");
      const key = channel === "telemetry" ? hash : channel + hash;
      const known = positions.get(key);
      if (known !== undefined) return publishes.set(known, publishes.at(known) + 1);
      const { id } = message;
      if (channel !== "telemetry") others.set(positions.size, { channel, ...(id && { id }) });
      positions.set(key, positions.size);
      const { timestamp, ...further } = channel === "images" ? {} : fieldsOf(message.payload);
      const isTime = typeof timestamp === "number";
      device.push(devices.numberOf(message.deviceId));
      kind.push(kinds.numberOf(message.kind));
      timestamps.push(isTime ? timestamp : NaN);
      rest.push(fields.numberOf(JSON.stringify(isTime ? further : { timestamp, ...further })));
      publishes.push(1);
    },
    all: () => [...positions].map(([hash, index]) => messageAt(hash, index)),
  };
}

type Fields = Record<string, unknown>;

/** Of SHA-256. */
const hashBytes = 32;

/** True of a message in which the first field with an upper limit is above it. */
export const highField = "is_high";

/** A comparison converts a number in a string; a sum is equal to a number only. */
const numberAbove = ({ field, above }: { field: string; above: number }): string =>
  `${field} > ${above} AND ${field} + 0 = ${field}`;

/**
 * Reads only the fields that audits use: a load has many messages, and some are long. Reads them as rules do, so that no integration is
 * expected to have a payload that its rule cannot read, such as one of 1,001 levels.
 */
function createReader(of: Definition = definition): (payload: Uint8Array) => Fields {
  const { severity } = of;
  const limited = firstLimited(of);
  const names = [
    "timestamp",
    ...(severity ? [severity.field] : []),
    ...(limited ? [`${numberAbove(limited)} AS ${highField}`] : []),
  ];
  const parsing = parse(`SELECT ${names.join(", ")} FROM 'published'`);
  const compilation = parsing.ok && compile(parsing.statement);
  if (!compilation || !compilation.ok)
    throw new Error("The statement that reads published messages does not compile.");
  return (payload) => {
    const evaluation = compilation.evaluate({ topic: "published", payload: Buffer.from(payload) });
    return evaluation.matched ? ((evaluation.output ?? {}) as Fields) : {};
  };
}
