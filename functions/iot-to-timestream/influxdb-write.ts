import { backoff, type Pause } from "../shared/backoff";
import {
  mostNamed,
  namedLines,
  refusesContent,
  wordsOf,
  type InfluxdbResponse,
  type RefusedLine,
} from "./influxdb-responses";

/** Sends lines in one request. Rejects if there was no response. */
export type Post = (lines: readonly string[]) => Promise<InfluxdbResponse>;

/** Writes lines; returns those that InfluxDB refused. Rejects if it is not known that all others are written. */
export type WriteLines = (lines: readonly string[]) => Promise<RefusedLine[]>;

/** A line, with its place among those of the caller. */
interface Numbered {
  index: number;
  line: string;
}

/** The attempts per request; with the timeouts of requests they end before the function's timeout. */
const mostAttempts = 4;

/**
 * Makes the function that writes lines. It retries what a later attempt may not meet (throttling, an overloaded server, lost
 * connections) with growing pauses: to write a line again changes nothing. InfluxDB 3 names refused lines and writes the others; where
 * its list is full, the lines that it did not name are sent again, which takes one request per hundred refused lines. InfluxDB 2 names
 * none, so its requests are halved until the refused lines are alone.
 */
export function createLinesWriter(post: Post, pause: Pause): WriteLines {
  return async (lines) => write(lines.map((line, index) => ({ index, line })));

  async function write(waiting: Numbered[]): Promise<RefusedLine[]> {
    if (waiting.length === 0) return [];
    const response = await attempt(waiting.map(({ line }) => line));
    const { status, body } = response;
    if (status >= 200 && status < 300) return [];
    const named = status === 400 ? namedLines(body, waiting.length) : undefined;
    if (named) {
      const at = new Set(named.map(({ index }) => index));
      const rest = named.length < mostNamed ? [] : waiting.filter((_, index) => !at.has(index));
      const refused = named.map(({ index, reason }) => ({
        index: (waiting[index] as Numbered).index,
        reason,
      }));
      return [...refused, ...(await write(rest))];
    }
    if (status !== 413 && !refusesContent(response)) throw new Error(wordsOf(response));
    const [first] = waiting as [Numbered];
    if (waiting.length === 1) return [{ index: first.index, reason: wordsOf(response) }];
    const half = Math.ceil(waiting.length / 2);
    return [...(await write(waiting.slice(0, half))), ...(await write(waiting.slice(half)))];
  }

  async function attempt(lines: string[]): Promise<InfluxdbResponse> {
    for (let nth = 1; ; nth++) {
      const isLast = nth === mostAttempts;
      try {
        const response = await post(lines);
        const isTransient = response.status === 429 || response.status >= 500;
        if (!isTransient || isLast) return response;
        await pause(backoff(nth, { asked: response.retryAfter }));
      } catch (error) {
        if (isLast) throw error;
        await pause(backoff(nth));
      }
    }
  }
}
