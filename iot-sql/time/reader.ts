import { DAYS, MONTHS } from "./calendar";
import { type Zone, zoneNamed } from "./zone";

/** What a text said so far: fields by their names, and the zone. */
export interface Reading {
  fields: Map<string, number>;
  zone: Zone | undefined;
}

/** Reads one field from a place in the text, and gives where it ends; undefined if it is not there. */
export type Read = (text: string, at: number, reading: Reading) => number | undefined;

/** One field of a pattern; a number's fixed `width` is kept back by a number before it. */
export interface Reader {
  width: number;
  read(width: number): Read;
}

const ofText = (read: Read): Reader => ({ width: 0, read: () => read });

function set(reading: Reading, field: string, value: number): boolean {
  const before = reading.fields.get(field);
  reading.fields.set(field, value);
  return before === undefined || before === value;
}

/** Text that must stand there as it is. */
export function literal(expected: string): Reader {
  return ofText((text, at) => (text.startsWith(expected, at) ? at + expected.length : undefined));
}

/**
 * A number of `least` to `most` digits; with `signed` also a negative one, and one of more than
 * `least` digits only after a plus sign.
 */
export function number(
  field: string,
  least: number,
  most: number,
  { signed = false, exact = false, base = 0 } = {},
): Reader {
  return {
    width: least === most ? least : 0,
    read: (reserved) => (text, at, reading) => {
      const sign = signed && "+-".includes(text.charAt(at) || " ") ? text.charAt(at) : "";
      let end = at + sign.length;
      const start = end;
      while (end - start < most + reserved && isDigit(text, end)) end += 1;
      if (reserved > 0) end = Math.max(start + least, end - reserved);
      if (end - start < least || end > text.length || !isDigit(text, end - 1)) return undefined;
      if (exact && sign !== "-" && end - start > least !== (sign === "+")) return undefined;
      const value = Number(text.slice(at, end));
      return set(reading, field, base + value) ? end : undefined;
    },
  };
}

function isDigit(text: string, at: number): boolean {
  const character = text.charAt(at);
  return character >= "0" && character <= "9";
}

/** A fraction of a second of exactly so many digits, up to nanoseconds. */
export function fraction(digits: number): Reader {
  return {
    width: digits,
    read: () => (text, at, reading) => {
      const found = text.slice(at, at + digits);
      if (!/^\d+$/.test(found) || found.length < digits) return undefined;
      return set(reading, "nano", Number(found.padEnd(9, "0"))) ? at + digits : undefined;
    },
  };
}

/** One of some names, the longest that stands there; the value of the first is `first`. */
export function oneOf(field: string, names: readonly string[], first: number): Reader {
  const byLength = names
    .map((name, index) => ({ name, value: first + index }))
    .sort((a, b) => b.name.length - a.name.length);
  return ofText((text, at, reading) => {
    const found = byLength.find(({ name }) => text.startsWith(name, at));
    return found && set(reading, field, found.value) ? at + found.name.length : undefined;
  });
}

/** The name of a month or of a day of the week, in full or its first three letters. */
export function nameOf(field: "month" | "weekday", full: boolean): Reader {
  const names = field === "month" ? MONTHS : DAYS;
  return oneOf(field, full ? names : names.map((name) => name.slice(0, 3)), 1);
}

/** An offset or a zone by the form that a regular expression describes. */
export function zone(form: RegExp, resolve: (id: string) => Zone | undefined = zoneNamed): Reader {
  return ofText((text, at, reading) => {
    const sticky = new RegExp(form.source, "y");
    sticky.lastIndex = at;
    const [id] = sticky.exec(text) ?? [];
    reading.zone = id === undefined ? undefined : resolve(id);
    return reading.zone && id !== undefined ? at + id.length : undefined;
  });
}
