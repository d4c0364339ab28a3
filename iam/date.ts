// The W3C profile of ISO 8601: from a year to fractions of a second, with a time zone from the hour on.
const ISO =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d))?)?)?$/;
const EPOCH = /^(?:\d{1,3}|\d{5,})(?:\.\d+)?$/;

/**
 * Milliseconds since the epoch of a date that a policy or a request writes: the W3C profile of ISO 8601, or seconds since the
 * epoch. Four digits are a year. Undefined for anything else, a day that no month has included.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date
 */
export function instantOf(text: string): number | undefined {
  if (EPOCH.test(text)) return Number(text) * 1000;
  const written = ISO.exec(text);
  if (!written) return undefined;
  const [
    ,
    year,
    month = "01",
    day = "01",
    hour = "00",
    minute = "00",
    second = "00",
    fraction,
    zone,
  ] = written;
  const date = `${year}-${month}-${day}`;
  const midnight = Date.parse(`${date}T00:00:00Z`);
  // Date.parse takes 30 February for 1 March.
  if (Number.isNaN(midnight) || !new Date(midnight).toISOString().startsWith(date))
    return undefined;
  const time = `${hour}:${minute}:${second}.${(fraction ?? "").padEnd(3, "0").slice(0, 3)}`;
  const instant = Date.parse(`${date}T${time}${zone ?? "Z"}`);
  return Number.isNaN(instant) ? undefined : instant;
}
