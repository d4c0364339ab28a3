import { compile, parse } from "../../iot-sql";
import { hashOf } from "../../operations/sinks/message-hash";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import { firstLimited } from "../../reading/measure";
import { createNumberList, createTextNumbers, type NumberList } from "../number-list";

/** A distinct message that a device published. Publishing the same bytes again makes no other message. */
export interface PublishedMessage {
  /** @default "telemetry" */
  channel?: Channel;
  /** Of the device in the topic and the payload's bytes: finds the message in places that store bytes. */
  hash: string;
  /** `<deviceId>#<timestamp>`, if the payload has a timestamp: finds the message in places that store readings. Of an image, its name. */
  id?: string;
  /** The kind of message that was generated, for sentences. */
  kind: string;
  /** `timestamp`, the field of the severity, and whether {@link highField} is above its limit, if the payload is a JSON object that rules can read. */
  fields: Record<string, unknown>;
  publishes: number;
}

/** Messages by MQTT, or images by uploads to S3, whose payload is a reference to the image. */
export type Channel = "telemetry" | "images";

/** A message that was taken. */
export interface Published {
  deviceId: string;
  payload: Uint8Array;
  kind: string;
  /** @default "telemetry" */
  channel?: Channel;
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
  /** The names of images, by their positions in the lists. */
  const images = new Map<number, string>();

  function messageAt(hash: string, index: number): PublishedMessage {
    const image = images.get(index);
    const other = JSON.parse(fields.textOf(rest.at(index))) as Fields;
    const timestamp = timestamps.at(index);
    return {
      hash: Buffer.from(hash, "latin1").toString("hex"),
      ...(image !== undefined && { channel: "images" as const }),
      ...(Number.isNaN(timestamp)
        ? { fields: other, ...(image !== undefined && { id: image }) }
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
      const key = Buffer.from(hashOf(message.deviceId, message.payload), "hex").toString("latin1");
      const known = positions.get(key);
      if (known !== undefined) return publishes.set(known, publishes.at(known) + 1);
      if (message.channel === "images") images.set(positions.size, message.id ?? "");
      positions.set(key, positions.size);
      const { timestamp, ...others } =
        message.channel === "images" ? {} : fieldsOf(message.payload);
      const isTime = typeof timestamp === "number";
      device.push(devices.numberOf(message.deviceId));
      kind.push(kinds.numberOf(message.kind));
      timestamps.push(isTime ? timestamp : NaN);
      rest.push(fields.numberOf(JSON.stringify(isTime ? others : { timestamp, ...others })));
      publishes.push(1);
    },
    all: () => [...positions].map(([hash, index]) => messageAt(hash, index)),
  };
}

type Fields = Record<string, unknown>;

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
