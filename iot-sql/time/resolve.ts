import { isLeap, weekdayOf } from "./calendar";
import type { Reading } from "./reader";
import { epochOf, instantOf, UTC } from "./zone";

/**
 * The instant that the fields of a text say, by Java's SMART rules: a day beyond the end of its
 * month is the last one, and 24:00 the end of the day. Undefined if they say no day, or contradict
 * each other. Without a time it is midnight, without a zone UTC (page `iot-sql-functions`,
 * time_to_epoch).
 */
export function resolve({ fields, zone = UTC }: Reading): number | undefined {
  const day = dayOf(fields);
  const time = timeOf(fields);
  if (day === undefined || time === undefined) return undefined;
  const weekday = fields.get("weekday");
  if (weekday !== undefined && weekdayOf(new Date(day)) !== weekday) return undefined;
  const instant = instantOf(day + time, zone);
  return Number.isNaN(instant) ? undefined : instant;
}

type Fields = ReadonlyMap<string, number>;

function yearOf(fields: Fields): number | undefined {
  const ofEra = fields.get("yearOfEra");
  if (ofEra === undefined) return fields.get("year");
  return fields.get("era") === 0 ? 1 - ofEra : ofEra;
}

function dayOf(fields: Fields): number | undefined {
  const year = yearOf(fields);
  if (year === undefined || Math.abs(year) > 270_000) return undefined;
  const ofYear = fields.get("dayOfYear");
  if (ofYear !== undefined) {
    return within(ofYear, 1, isLeap(year) ? 366 : 365) ? epochOf(year, 1, ofYear) : undefined;
  }
  const month = fields.get("month");
  const day = fields.get("day");
  if (!within(month, 1, 12) || !within(day, 1, 31)) return undefined;
  const last = new Date(epochOf(year, month + 1, 0)).getUTCDate();
  return epochOf(year, month, Math.min(day, last));
}

function timeOf(fields: Fields): number | undefined {
  const whole = fields.get("milliOfDay") ?? scaled(fields.get("nanoOfDay"));
  if (whole !== undefined) return whole < DAY ? whole : undefined;
  const hour = hourOf(fields);
  const minute = fields.get("minute") ?? 0;
  const second = fields.get("second") ?? 0;
  const milli = scaled(fields.get("nano")) ?? 0;
  const later = minute > 0 || second > 0 || milli > 0;
  if (hour === undefined || minute > 59 || second > 59 || milli > 999) return undefined;
  if (hour > 24 || (hour === 24 && later)) return undefined;
  return ((hour * 60 + minute) * 60 + second) * 1000 + milli;
}

const DAY = 86_400_000;

function scaled(nanos: number | undefined): number | undefined {
  return nanos === undefined ? undefined : Math.floor(nanos / 1_000_000);
}

// Midnight, if nothing says an hour; undefined if a half of the day has no hour, or an hour no half.
function hourOf(fields: Fields): number | undefined {
  const half = fields.get("half");
  const ofHalf = fields.get("hourOfHalf") ?? clock(fields.get("clockHourOfHalf"), 12);
  const hour = fields.get("hour") ?? clock(fields.get("clockHour"), 24);
  if (hour !== undefined) return hour;
  if (half === undefined && ofHalf === undefined) {
    return fields.has("minute") || fields.has("second") ? undefined : 0;
  }
  if (half === undefined || ofHalf === undefined || ofHalf > 11) return undefined;
  return half * 12 + ofHalf;
}

// A clock shows 12, or 24, for zero.
function clock(hour: number | undefined, hours: number): number | undefined {
  if (hour === undefined) return undefined;
  return within(hour, 1, hours) ? hour % hours : NaN;
}

function within(value: number | undefined, least: number, most: number): value is number {
  return value !== undefined && value >= least && value <= most;
}
