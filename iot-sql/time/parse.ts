import { patternParts } from "./pattern";
import {
  fraction,
  literal,
  nameOf,
  number,
  oneOf,
  type Read,
  type Reader,
  type Reading,
  zone,
} from "./reader";
import { resolve } from "./resolve";
import { zoneNamed } from "./zone";

const NAME = "[A-Za-z][A-Za-z0-9/_~]*(?:[+-]\\d\\d?)?";
const ZONE_ID = new RegExp(`(?:UTC|GMT|UT)?[+-]\\d\\d?(?::\\d\\d)?(?::\\d\\d)?|${NAME}`);

// Java finds a zone by its short name too; of those that several zones share it takes, in the US
// locale, these.
const SHORT_NAMES: Readonly<Record<string, string>> = {
  EST: "America/New_York",
  EDT: "America/New_York",
  CST: "America/Chicago",
  CDT: "America/Chicago",
  MST: "America/Denver",
  MDT: "America/Denver",
  PST: "America/Los_Angeles",
  PDT: "America/Los_Angeles",
  CET: "Europe/Paris",
  CEST: "Europe/Paris",
  BST: "Europe/London",
  JST: "Asia/Tokyo",
};

const OFFSETS = [
  /[+-]\d\d(?:\d\d)?/,
  /[+-]\d{4}/,
  /[+-]\d\d:\d\d/,
  /[+-]\d{4}(?:\d\d)?/,
  /[+-]\d\d:\d\d(?::\d\d)?/,
];

const withZulu = (form: RegExp): RegExp => new RegExp(`${form.source}|Z`);
const GMT_FULL = /GMT(?:[+-]\d\d:\d\d(?::\d\d)?)?/;

const year = (field: string) => {
  return (count: number): Reader =>
    count === 2
      ? number(field, 2, 2, { base: 2000 })
      : number(field, count, 19, { signed: true, exact: count > 3 });
};

// One letter is a number of as many digits as there are, two are two digits.
const pair = (field: string) => {
  return (count: number): Reader | undefined =>
    count > 2 ? undefined : number(field, count, count === 1 ? 19 : 2);
};

const month = (count: number): Reader | undefined => {
  if (count > 4) return undefined;
  return count > 2 ? nameOf("month", count > 3) : pair("month")(count);
};

const offset = (forms: readonly RegExp[]) => {
  return (count: number): Reader | undefined => {
    const form = forms[count - 1];
    return form && zone(form);
  };
};

/**
 * The letters of Java's DateTimeFormatter that say when something was; those of weeks and quarters,
 * and padding, are left out.
 */
const FIELDS: Readonly<Record<string, (count: number) => Reader | undefined>> = {
  G: (count) => oneOf("era", count === 4 ? ["Before Christ", "Anno Domini"] : ["BC", "AD"], 0),
  u: year("year"),
  y: year("yearOfEra"),
  M: month,
  L: month,
  d: pair("day"),
  D: (count) => (count > 3 ? undefined : number("dayOfYear", count, count === 1 ? 19 : 3)),
  E: (count) => (count > 4 ? undefined : nameOf("weekday", count > 3)),
  a: (count) => (count > 1 ? undefined : oneOf("half", ["AM", "PM"], 0)),
  h: pair("clockHourOfHalf"),
  K: pair("hourOfHalf"),
  H: pair("hour"),
  k: pair("clockHour"),
  m: pair("minute"),
  s: pair("second"),
  S: (count) => (count > 9 ? undefined : fraction(count)),
  n: (count) => number("nano", count, 19),
  A: (count) => number("milliOfDay", count, 19),
  N: (count) => number("nanoOfDay", count, 19),
  V: (count) => (count === 2 ? zone(ZONE_ID) : undefined),
  z: (count) => (count > 4 ? undefined : zone(ZONE_ID, (id) => zoneNamed(SHORT_NAMES[id] ?? id))),
  O: (count) => {
    if (count === 1) return zone(/GMT(?:[+-]\d\d?(?::\d\d)?)?/);
    return count === 4 ? zone(GMT_FULL) : undefined;
  },
  X: offset(OFFSETS.map(withZulu)),
  x: offset(OFFSETS),
  Z: offset([/[+-]\d{4}/, /[+-]\d{4}/, /[+-]\d{4}/, GMT_FULL, withZulu(/[+-]\d\d:\d\d(?::\d\d)?/)]),
};

/** Reads a text; gives milliseconds since the epoch, or undefined if it is none of this pattern. */
export type Parse = (text: string) => number | undefined;

/** Prepares a pattern of Java's DateTimeFormatter; undefined for one that is none, or not read here. */
export function parserOf(pattern: string): Parse | undefined {
  const sections = sectionsOf(pattern);
  if (!sections) return undefined;
  return (text) => {
    let reading: Reading = { fields: new Map(), zone: undefined };
    let at = 0;
    for (const { optional, reads } of sections) {
      const attempt = { ...reading, fields: new Map(reading.fields) };
      const end = readAll(reads, text, at, attempt);
      if (end === undefined && !optional) return undefined;
      if (end === undefined) continue;
      reading = attempt;
      at = end;
    }
    return at === text.length ? resolve(reading) : undefined;
  };
}

interface Section {
  optional: boolean;
  reads: Read[];
}

function readAll(
  reads: readonly Read[],
  text: string,
  start: number,
  reading: Reading,
): number | undefined {
  let at: number | undefined = start;
  for (const read of reads) {
    at = read(text, at, reading);
    if (at === undefined) return undefined;
  }
  return at;
}

// `[…]` is optional; inside another one it is not read here.
function sectionsOf(pattern: string): Section[] | undefined {
  const parts = patternParts(pattern);
  if (!parts) return undefined;
  const sections: { optional: boolean; readers: Reader[] }[] = [{ optional: false, readers: [] }];
  const last = () => sections[sections.length - 1] as (typeof sections)[number];
  for (const part of parts) {
    if ("letter" in part) {
      const reader = FIELDS[part.letter]?.(part.count);
      if (!reader) return undefined;
      last().readers.push(reader);
      continue;
    }
    for (const piece of part.quoted ? [part.text] : part.text.split(/([[\]{}#])/)) {
      const bracket = !part.quoted && /^[[\]{}#]$/.test(piece);
      if (!bracket) last().readers.push(literal(piece));
      else if (piece === (last().optional ? "]" : "[")) {
        sections.push({ optional: piece === "[", readers: [] });
      } else return undefined;
    }
  }
  if (last().optional) return undefined;
  return sections.map(({ optional, readers }) => ({ optional, reads: prepared(readers) }));
}

// A number without a fixed width leaves room for those with one that follow it directly.
function prepared(readers: readonly Reader[]): Read[] {
  return readers.map((reader, index) => {
    let reserved = 0;
    for (let next = index + 1; (readers[next]?.width ?? 0) > 0; next += 1) {
      reserved += (readers[next] as Reader).width;
    }
    return reader.read(reserved);
  });
}
