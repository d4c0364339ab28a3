/** The parts of a time in a time zone. */
interface Parts {
  y: number;
  M: number;
  d: number;
  H: number;
  m: number;
  s: number;
}

/**
 * Formats a time by a pattern of Java's DateTimeFormatter: years, months, days, hours, minutes, seconds and quoted text. Throws one
 * sentence for other letters or an unknown zone.
 */
export function formatTime(pattern: string, time: Date, zone = "UTC"): string {
  const parts = partsOf(time, zone);
  return pattern.replace(/'((?:[^']|'')*)'|([A-Za-z])\2*/g, (token, quoted?: string) => {
    if (quoted !== undefined) return quoted === "" ? "'" : quoted.replaceAll("''", "'");
    const value = parts[token[0] as keyof Parts];
    if (value === undefined || (token[0] === "M" && token.length > 2))
      throw new Error(`A timestamp's '${token}' in '${pattern}' is not known to the local run.`);
    const digits = token[0] === "y" && token.length === 2 ? value % 100 : value;
    return String(digits).padStart(token.length, "0");
  });
}

function partsOf(time: Date, timeZone: string): Parts {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
    hourCycle: "h23",
  });
  const values = new Map(format.formatToParts(time).map(({ type, value }) => [type, +value]));
  const of = (type: Intl.DateTimeFormatPartTypes): number => values.get(type) ?? 0;
  return {
    y: of("year"),
    M: of("month"),
    d: of("day"),
    H: of("hour"),
    m: of("minute"),
    s: of("second"),
  };
}
