import { epochOf } from "./zone";

/** English names, as Java has them in its root and US locales. */
export const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );
/** From Monday. */
export const DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(" ");

const DAY = 86_400_000;

/** Whether a year of the Gregorian calendar has 366 days. */
export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** The day of the week, from 1 for Monday. */
export function weekdayOf(local: Date): number {
  return local.getUTCDay() || 7;
}

/** The day of the year, from 1. */
export function dayOfYear(local: Date): number {
  const start = epochOf(local.getUTCFullYear(), 1, 1);
  return Math.floor((local.getTime() - start) / DAY) + 1;
}

/** The week of ISO 8601, from 1, and the year that it belongs to. */
export function weekOf(local: Date): { year: number; week: number } {
  const thursday = new Date(local.getTime() + (4 - weekdayOf(local)) * DAY);
  return {
    year: thursday.getUTCFullYear(),
    week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1,
  };
}
