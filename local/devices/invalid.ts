import type { Reading } from "./reading";

/** Makes of a good reading a payload that is none. */
type Spoil = (reading: Reading) => string | Uint8Array;

const day = 86_400_000;
/** Deeper than anything that is read. */
const depth = 2000;
/** Near the 128 KiB that AWS IoT takes. */
const longMessage = 100_000;

const json = (value: unknown): string => JSON.stringify(value);
const without = (reading: Reading, field: keyof Reading): Partial<Reading> =>
  Object.fromEntries(Object.entries(reading).filter(([name]) => name !== field));
/** JSON as text, with one value written as JSON would not write it. */
const written = (reading: Reading, field: keyof Reading, value: string): string =>
  json({ ...reading, [field]: "@" }).replace('"@"', value);

/** What goes wrong in devices, by a word for each. The texts differ from message to message, but for the empty one. */
export const spoils = {
  empty: () => "",
  "not JSON": (reading) => `T=${reading.temperature};ts=${reading.timestamp}`,
  "cut off": (reading) => json(reading).slice(0, -12),
  "not a number": (reading) => written(reading, "temperature", "NaN"),
  "not UTF-8": (reading) => {
    const bytes = Buffer.from(json({ ...reading, message: "@" }));
    bytes[bytes.indexOf("@")] = 0xff;
    return bytes;
  },
  array: (reading) => json([reading]),
  "number as text": (reading) => json({ ...reading, temperature: String(reading.temperature) }),
  "missing field": (reading) => json(without(reading, "humidity")),
  null: (reading) => json({ ...reading, pressure: null }),
  "out of range": (reading) => json({ ...reading, temperature: 1000 }),
  // Whether a reader that gives up on these sees their status is its own affair, so they are not critical.
  "beyond double": (reading) => written({ ...reading, status: "ok" }, "humidity", "1e999"),
  "too deep": (reading) =>
    `${json({ ...reading, status: "ok" }).slice(0, -1)},"x":${"[".repeat(depth)}${"]".repeat(depth)}}`,
  "too long": (reading) => json({ ...reading, message: "x".repeat(longMessage) }),
  "prototype keys": (reading) =>
    `${json(without(reading, "humidity")).slice(0, -1)},"__proto__":{"humidity":40},"constructor":{"prototype":{"humidity":40}}}`,
  "wrong device": (reading) => json({ ...reading, deviceId: `${reading.deviceId}-else` }),
  "clock ahead": (reading) => json({ ...reading, timestamp: reading.timestamp + 2 * day }),
  "clock behind": (reading) => json({ ...reading, timestamp: reading.timestamp - 8 * day }),
  "unknown status": (reading) => json({ ...reading, status: "fine" }),
} satisfies Record<string, Spoil>;

export type Fault = keyof typeof spoils;

export const faults = Object.keys(spoils) as [Fault, ...Fault[]];

export const spoil = (fault: Fault, reading: Reading): Uint8Array =>
  Buffer.from(spoils[fault](reading) as string);
