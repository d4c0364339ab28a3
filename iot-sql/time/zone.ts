/** A time zone: where its clocks stand at an instant, and what they are called then. */
export interface Zone {
  readonly id: string;
  /** Milliseconds that the local time is ahead of UTC. */
  offsetAt(instant: number): number;
  /** The English name, such as CST or, in full, Central Standard Time. */
  nameAt(instant: number, full: boolean): string;
}

const MINUTE = 60_000;

/** UTC itself. */
export const UTC: Zone = {
  id: "UTC",
  offsetAt: () => 0,
  nameAt: (_, full) => (full ? "Coordinated Universal Time" : "UTC"),
};

const FIXED = /^(?:UTC|GMT|UT)?([+-])(\d{1,2})(?::?(\d\d)(?::?(\d\d))?)?$/;

/**
 * The zone of an id as Java and Joda-Time know them: a region of the tz database, which is the
 * runtime's own, an offset such as +05:30 or UTC+01:00, or UTC. Undefined if there is none.
 */
export function zoneNamed(id: string): Zone | undefined {
  if (["UTC", "GMT", "UT", "Z"].includes(id)) return { ...UTC, id };
  const [, sign, hours, minutes = "0", seconds = "0"] = FIXED.exec(id) ?? [];
  if (sign !== undefined) {
    const size = (Number(hours) * 60 + Number(minutes)) * MINUTE + Number(seconds) * 1000;
    return size > 18 * 60 * MINUTE ? undefined : fixedZone(id, sign === "-" ? -size : size);
  }
  return regionNamed(id);
}

function fixedZone(id: string, offset: number): Zone {
  return { id, offsetAt: () => offset, nameAt: () => id };
}

const regions = new Map<string, Zone | undefined>();
const MOST_REGIONS = 1000;

function regionNamed(id: string): Zone | undefined {
  if (!/^[A-Za-z][A-Za-z0-9/_+-]{1,63}$/.test(id)) return undefined;
  if (!regions.has(id) && regions.size < MOST_REGIONS) regions.set(id, makeRegion(id));
  return regions.get(id) ?? makeRegion(id);
}

function makeRegion(timeZone: string): Zone | undefined {
  try {
    const clock = new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "gregory",
      era: "short",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
      hourCycle: "h23",
    });
    return {
      id: timeZone,
      offsetAt: (instant) => localOf(clock, instant) - Math.floor(instant / 1000) * 1000,
      nameAt: (instant, full) => nameOf(timeZone, instant, full),
    };
  } catch {
    return undefined;
  }
}

function localOf(clock: Intl.DateTimeFormat, instant: number): number {
  const parts = new Map(clock.formatToParts(instant).map(({ type, value }) => [type, value]));
  const number = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.get(type));
  const year = parts.get("era") === "BC" ? 1 - number("year") : number("year");
  return epochOf(year, number("month"), number("day")) + timeOf(number);
}

function timeOf(number: (type: Intl.DateTimeFormatPartTypes) => number): number {
  return (number("hour") * 60 + number("minute")) * MINUTE + number("second") * 1000;
}

// The runtime says GMT+1 where English of the zone's own part of the world has a name, such as CET.
const ENGLISH = ["en-US", "en-GB", "en-AU", "en-IN", "en-NZ", "en-ZA"];

function nameOf(timeZone: string, instant: number, full: boolean): string {
  const names = ENGLISH.map((locale) => {
    const timeZoneName = full ? "long" : "short";
    const name = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName });
    const part = name.formatToParts(instant).find(({ type }) => type === "timeZoneName");
    return part?.value ?? timeZone;
  });
  return names.find((name) => !/^(?:GMT|UTC)[+-]/.test(name)) ?? (names[0] as string);
}

/** Milliseconds since the epoch at which a day of the Gregorian calendar begins in UTC. */
export function epochOf(year: number, month: number, day: number): number {
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  return new Date(0).setUTCFullYear(year, month - 1, day);
}

const DAY = 24 * 60 * MINUTE;

/**
 * The instant of a local time, given as if it were UTC. As in Java, a time that occurs twice is the
 * earlier one, and one that is left out moves by what was left out.
 */
export function instantOf(local: number, zone: Zone): number {
  const before = zone.offsetAt(local - DAY);
  const after = zone.offsetAt(local + DAY);
  const fits = [before, after].find((offset) => zone.offsetAt(local - offset) === offset);
  return local - (fits ?? before);
}
