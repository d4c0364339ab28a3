/** The response of a request to InfluxDB. */
export interface InfluxdbResponse {
  status: number;
  body: string;
  /** The server's wish to wait, in ms; 0 for none. */
  retryAfter: number;
}

/** A line that InfluxDB refused, by its place among those that were sent, and why, in InfluxDB's words. */
export interface RefusedLine {
  index: number;
  reason: string;
}

/** The most lines that InfluxDB 3 names. @see https://docs.influxdata.com/influxdb3/core/write-data/troubleshoot/ */
export const mostNamed = 100;

/** One of InfluxDB 3's rejected lines; numbers begin with 1. */
interface Rejection {
  line_number?: unknown;
  error_message?: unknown;
}

/**
 * The lines that InfluxDB 3 names in its response to a partial write; it has written all others. Undefined if the response names none, or
 * any that was not sent, since then nothing is known about the others.
 * @see https://docs.influxdata.com/influxdb3/core/write-data/http-api/v3-write-lp/
 */
export function namedLines(body: string, sent: number): RefusedLine[] | undefined {
  const data = membersOf(body).data;
  if (!Array.isArray(data) || data.length === 0) return undefined;
  const lines = (data as Rejection[]).map(({ line_number, error_message }) => ({
    index: Number(line_number) - 1,
    reason: String(error_message),
  }));
  const isSent = ({ index }: RefusedLine): boolean =>
    Number.isInteger(index) && index >= 0 && index < sent;
  return lines.every(isSent) ? lines : undefined;
}

/**
 * Whether InfluxDB 2 refused the content of lines, rather than the request: it names no more than one of them.
 * @see https://docs.influxdata.com/influxdb/v2/write-data/troubleshoot/
 */
export const refusesContent = ({ status, body }: InfluxdbResponse): boolean =>
  (status === 400 || status === 422) &&
  ["invalid", "unprocessable entity"].includes(String(membersOf(body).code));

/** What a response says, for a log or a quarantine. */
export const wordsOf = ({ status, body }: InfluxdbResponse): string => {
  const { message, error } = membersOf(body);
  const words = [message, error].find((one) => typeof one === "string");
  return `${status} ${words === undefined ? body : words}`;
};

function membersOf(body: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(body)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
