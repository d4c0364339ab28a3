/** Which number of `03/04/2026` is the day. */
export type DateOrder = "day first" | "month first";

/** The parts of a date that starts with a day or a month, such as `24.11.2026 10:00`. */
const local =
  /^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d\d)(?:(?:,? +|T)(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?: ?([ap])\.?m\.?)?(?: ?(Z|UTC|GMT|[+-]\d\d:?\d\d))?)?$/i;

/** What a text says about the order of its numbers; undefined for a text of another form. */
export function orderIn(text: string): DateOrder | "either" | "two-digit year" | undefined {
  const [, first, sign, second, year] = local.exec(text) ?? [];
  if (first === undefined) return undefined;
  if (year?.length === 2) return "two-digit year";
  // With points, the day comes first in every country that writes dates so.
  if (sign === "." || Number(first) > 12) return "day first";
  if (Number(second) > 12) return "month first";
  return "either";
}

/** A date of this form in ms since the epoch, in UTC unless it names a zone; undefined for a day that no calendar has. */
export function readLocalDate(text: string, order: DateOrder | undefined): number | undefined {
  const found = local.exec(text);
  if (!found || order === undefined) return undefined;
  const [, first, , second, year, hour = "0", minute = "0", seconds = "0"] = found;
  const [fraction = "0", half, zone = "Z"] = found.slice(8);
  const [day, month] = order === "day first" ? [first, second] : [second, first];
  if (half !== undefined && (Number(hour) < 1 || Number(hour) > 12)) return undefined;
  const hours =
    half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toLowerCase() === "p" ? 12 : 0);
  const two = (number: unknown): string => String(number).padStart(2, "0");
  const date = `${year}-${two(month)}-${two(day)}`;
  const time = `${two(hours)}:${two(minute)}:${two(seconds)}.${fraction.padEnd(3, "0").slice(0, 3)}`;
  const offset = /^[+-]/.test(zone) ? zone.replace(/^(...):?/, "$1:") : "Z";
  const start = Date.parse(`${date}T00:00:00Z`);
  // JavaScript makes a day of March of a 30th of February.
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== date) return undefined;
  const milliseconds = Date.parse(`${date}T${time}${offset}`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}
