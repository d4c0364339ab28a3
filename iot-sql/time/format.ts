import { DAYS, MONTHS, dayOfYear, weekdayOf, weekOf } from "./calendar";
import { patternParts } from "./pattern";
import type { Zone } from "./zone";

/** A moment to be written: its local time, as if that were UTC, and where it came from. */
interface Moment {
  local: Date;
  instant: number;
  offset: number;
  zone: Zone;
}

type Field = (moment: Moment, count: number) => string;

const padded = (value: number, count: number): string => {
  const digits = String(Math.abs(value)).padStart(count, "0");
  return value < 0 ? `-${digits}` : digits;
};

const number = (read: (local: Date) => number): Field => {
  return ({ local }, count) => padded(read(local), count);
};

// Two letters are a year's last two digits.
const year = (read: (local: Date) => number): Field => {
  return ({ local }, count) =>
    count === 2 ? padded(Math.abs(read(local)) % 100, 2) : padded(read(local), count);
};

const named = (names: readonly string[], index: number, full: boolean): string => {
  const name = names[index] as string;
  return full ? name : name.slice(0, 3);
};

const yearOfEra = (local: Date): number => {
  const whole = local.getUTCFullYear();
  return whole > 0 ? whole : 1 - whole;
};

function offsetText(offset: number, colon: string): string {
  const minutes = Math.floor(Math.abs(offset) / 60_000);
  const hours = padded(Math.floor(minutes / 60), 2);
  return `${offset < 0 ? "-" : "+"}${hours}${colon}${padded(minutes % 60, 2)}`;
}

/** The letters of Joda-Time's DateTimeFormat, in the order of its table. */
const FIELDS: Readonly<Record<string, Field>> = {
  G: ({ local }) => (local.getUTCFullYear() > 0 ? "AD" : "BC"),
  C: number((local) => Math.floor(yearOfEra(local) / 100)),
  Y: year(yearOfEra),
  x: year((local) => weekOf(local).year),
  w: number((local) => weekOf(local).week),
  e: number(weekdayOf),
  E: ({ local }, count) => named(DAYS, weekdayOf(local) - 1, count > 3),
  y: year((local) => local.getUTCFullYear()),
  D: number(dayOfYear),
  M: ({ local }, count) =>
    count < 3
      ? padded(local.getUTCMonth() + 1, count)
      : named(MONTHS, local.getUTCMonth(), count > 3),
  d: number((local) => local.getUTCDate()),
  a: ({ local }) => (local.getUTCHours() < 12 ? "AM" : "PM"),
  K: number((local) => local.getUTCHours() % 12),
  h: number((local) => local.getUTCHours() % 12 || 12),
  H: number((local) => local.getUTCHours()),
  k: number((local) => local.getUTCHours() || 24),
  m: number((local) => local.getUTCMinutes()),
  s: number((local) => local.getUTCSeconds()),
  // A fraction, not a number: SS are hundredths.
  S: ({ local }, count) => padded(local.getUTCMilliseconds(), 3).padEnd(count, "0").slice(0, count),
  z: ({ zone, instant }, count) => zone.nameAt(instant, count > 3),
  Z: ({ zone, offset }, count) => (count > 2 ? zone.id : offsetText(offset, count > 1 ? ":" : "")),
};

/** Writes an instant, in milliseconds since the epoch; undefined beyond what a date can be. */
export type Format = (instant: number, zone: Zone) => string | undefined;

/** Prepares a pattern of Joda-Time's DateTimeFormat; undefined for one that is none. */
export function formatOf(pattern: string): Format | undefined {
  const parts = patternParts(pattern);
  if (!parts?.every((part) => "text" in part || part.letter in FIELDS)) return undefined;
  return (instant, zone) => {
    if (Number.isNaN(new Date(instant).getTime())) return undefined;
    const offset = zone.offsetAt(instant);
    const local = new Date(instant + offset);
    if (Number.isNaN(local.getTime())) return undefined;
    const moment = { local, instant, offset, zone };
    return parts
      .map((part) =>
        "text" in part ? part.text : (FIELDS[part.letter] as Field)(moment, part.count),
      )
      .join("");
  };
}
