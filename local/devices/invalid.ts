import { timeBoundsOf } from "../../reading/clock";
import type { Definition, Field } from "../../reading/definition";
import { definition } from "../../reading/fields";
import type { Reading } from "../../reading/reading";

/** Creates an invalid payload from a valid reading. */
type Spoil = (reading: Reading) => string | Uint8Array;

const hour = 3_600_000;
/** Deeper than the parsers accept. */
const depth = 2000;
/** Near the 128 KiB limit of AWS IoT. */
const longText = 100_000;

type Values = Record<string, unknown>;

const json = (value: unknown): string => JSON.stringify(value);
const without = (reading: Reading, name: string): Values =>
  Object.fromEntries(Object.entries(reading).filter(([other]) => other !== name));
/** JSON as text, with one value written as JSON would not write it. */
const written = (reading: Values, name: string, value: string): string =>
  json({ ...reading, [name]: "@" }).replace('"@"', value);
const numberOf = (reading: Reading, name: string, field: Field): number =>
  ((reading as Values)[name] as number | undefined) ?? ("least" in field ? field.least : 0);

/**
 * What goes wrong in devices, by a word for each, as far as the definition has fields for it. The texts differ from message to
 * message, except for the empty one.
 */
function kindsOf(of: Definition): Record<string, Spoil> {
  const { severity, unknownFields } = of;
  const { mostAhead, mostBehind } = timeBoundsOf(of);
  const fields = Object.entries(of.fields);
  const others = fields.filter(([name]) => name !== severity?.field);
  const first = (fits: (field: Field) => boolean) => others.find(([, field]) => fits(field));
  const number = first((field) => "least" in field);
  const integer = first(({ type }) => type === "integer");
  const text = first(({ type }) => type === "text");
  const flag = fields.find(([, { type }]) => type === "boolean");
  const choice = fields.find(([, { type }]) => type === "one of");
  const required = first(({ optional }) => !optional);
  const [nullable] = others.slice(-1);
  /** Whether a rule that cannot read a payload to its end sees its severity is not defined, so these are not critical. */
  const calm = (reading: Reading): Reading =>
    severity ? { ...reading, [severity.field]: severity.good[0] } : reading;

  return {
    empty: () => "",
    "not JSON": ({ deviceId, timestamp }) => `id=${deviceId};ts=${timestamp}`,
    "cut off": (reading) => json(reading).slice(0, -12),
    "not UTF-8": (reading) => {
      const bytes = Buffer.from(json({ ...reading, note: "@" }));
      bytes[bytes.indexOf("@")] = 0xff;
      return bytes;
    },
    array: (reading) => json([reading]),
    ...(number && {
      "not a number": (reading) => written(reading, number[0], "NaN"),
      "number as text": (reading) =>
        json({ ...reading, [number[0]]: String(numberOf(reading, ...number)) }),
      "out of range": (reading) =>
        json({ ...reading, [number[0]]: "most" in number[1] ? number[1].most + 100 : 0 }),
      "beyond double": (reading) => written(calm(reading), number[0], "1e999"),
    }),
    ...(integer && {
      fraction: (reading) =>
        json({ ...reading, [integer[0]]: numberOf(reading, ...integer) + 0.5 }),
    }),
    ...(flag && { "boolean as text": (reading) => json({ ...reading, [flag[0]]: "true" }) }),
    ...(required && {
      "missing field": (reading) => json(without(reading, required[0])),
      "prototype keys": (reading) => {
        const [name] = required;
        const forged = json({ [name]: (reading as Values)[name] });
        return `${json(without(reading, name)).slice(0, -1)},"__proto__":${forged},"constructor":{"prototype":${forged}}}`;
      },
    }),
    ...(nullable && { null: (reading) => json({ ...reading, [nullable[0]]: null }) }),
    "too deep": (reading) =>
      `${json(calm(reading)).slice(0, -1)},"x":${"[".repeat(depth)}${"]".repeat(depth)}}`,
    ...(text && {
      "too long": (reading) => json({ ...reading, [text[0]]: "x".repeat(longText) }),
      "lone surrogate": (reading) => written(calm(reading), text[0], '"\\ud800 pill"'),
      "control character": (reading) => json({ ...reading, [text[0]]: "bell\u0007" }),
      noncharacter: (reading) => json({ ...reading, [text[0]]: "end\uffff" }),
    }),
    // In a field that no definition has, so that it is refused for its text alone.
    "lone surrogate elsewhere": (reading) =>
      `${json(calm(reading)).slice(0, -1)},"x":"\\ude00\\ud83d"}`,
    "wrong device": (reading) => json({ ...reading, deviceId: `${reading.deviceId}-else` }),
    "clock ahead": (reading) =>
      json({ ...reading, timestamp: reading.timestamp + mostAhead + hour }),
    "clock behind": (reading) =>
      json({ ...reading, timestamp: reading.timestamp - mostBehind - hour }),
    ...(choice && {
      [`unknown ${choice[0]}`]: (reading: Reading) => json({ ...reading, [choice[0]]: "?" }),
    }),
    ...(unknownFields === "refused" && {
      "unknown field": (reading) => json({ ...reading, firmware: "1.0" }),
    }),
  };
}

/** The kinds of invalid messages, each with a function that creates a payload. */
export type Spoils = [fault: string, spoil: (reading: Reading) => Uint8Array][];

export const spoilsOf = (of: Definition = definition): Spoils =>
  Object.entries(kindsOf(of)).map(([fault, spoil]) => [
    fault,
    (reading) => Buffer.from(spoil(reading) as string),
  ]);
