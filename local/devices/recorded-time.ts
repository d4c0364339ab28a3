import { timeBoundsOf } from "../../reading/clock";
import { readLocalDate, type DateOrder } from "./date-order";

const { mostAhead, mostBehind } = timeBoundsOf();

/** What the time of a reading may be from now: AWS IoT's clock is not ours, and a replay takes time, hence the margins. */
const oldest = mostBehind - 0.1 * 86_400_000;
const newest = 0.9 * mostAhead;

/**
 * A recorded time in ms since the epoch: a number of seconds, ms, µs or ns, or a date, in UTC unless it names a zone. Dates are ISO 8601,
 * with a name of the month, or local dates such as 24.11.2026 in the given order.
 */
export function readTime(value: unknown, order?: DateOrder): number | undefined {
  if (typeof value === "number") return inMilliseconds(value);
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const number = Number(value);
  return Number.isNaN(number) ? readDate(value.trim(), order) : inMilliseconds(number);
}

function inMilliseconds(number: number): number | undefined {
  if (!Number.isFinite(number)) return undefined;
  // Whatever unit makes it a time before 5138: seconds, ms, µs, else ns.
  const unit = [1000, 1, 1e-3].find((factor) => Math.abs(number * factor) < 1e14) ?? 1e-6;
  return Math.round(number * unit);
}

const iso = /^\d{4}[-/]\d\d[-/]\d\d([ T]\d\d:\d\d(:\d\d([.,]\d+)?)?)?/;
const monthNamed = /^([A-Z]{3,9},? )?(\d{1,2} [A-Z]{3,9}\.?,?|[A-Z]{3,9}\.? \d{1,2},?) \d{4}\b/i;
const zoned = /(Z|UTC|GMT|[+-]\d\d(:?\d\d)?)$/i;

/** JavaScript reads dates of any other form in the zone of this machine, and dates out of words with numbers. */
function readDate(text: string, order: DateOrder | undefined): number | undefined {
  const isIso = iso.test(text);
  if (!isIso && !monthNamed.test(text)) return readLocalDate(text, order);
  const written = isIso
    ? text
        .replace(/[/]/g, "-")
        .replace(/^(.{10}) /, "$1T")
        .replace(",", ".")
    : text;
  // JavaScript reads an ISO date without a time in UTC.
  const isComplete = isIso && text.length === 10;
  const zone = isComplete || zoned.test(text.slice(10)) ? "" : isIso ? "Z" : " UTC";
  const time = Date.parse(`${written}${zone}`);
  return Number.isNaN(time) ? undefined : time;
}

/** How recorded times are mapped to valid times of readings. */
export interface Shift {
  /** A description, for users who compare it with the recording. */
  described: string;
  move: (time: number) => number;
}

/**
 * Leaves recorded times as they are if AWS would take all of them; otherwise moves them together, so that the newest is now,
 * and where they span more than a reading may be old, closer to each other too.
 */
export function shiftTimes(first: number, last: number, now: number): Shift {
  if (first >= now - oldest && last <= now + newest)
    return { described: "times as recorded", move: (time) => time };
  const span = last - first;
  const scale = span > oldest ? oldest / span : 1;
  const described =
    scale === 1 ? "times moved to end now" : "times moved and pressed together to end now";
  return { described, move: (time) => Math.round(now - (last - time) * scale) };
}

/** Moves the times of one device, so that those that were different stay different. */
export function createMover({ move }: Shift): (time: number) => number {
  let last = { recorded: Infinity, moved: -Infinity };
  return (recorded) => {
    const moved =
      recorded > last.recorded ? Math.max(move(recorded), last.moved + 1) : move(recorded);
    last = { recorded, moved };
    return moved;
  };
}
