import { gzipSync } from "node:zlib";
import { describeError } from "../shared/log";
import type { ReadToken } from "./token";

/** What a collector answered; without a status, it did not answer. */
export interface Answer {
  status?: number;
  body: string;
}

/** Posts a body to the collector with a token. Never throws. */
export type Post = (body: string, token: string) => Promise<Answer>;

/** What became of one request. */
export type Sent =
  | { kind: "accepted" }
  /** The collector refuses one event of the request, by its position, and no other. */
  | { kind: "refused event"; position: number; reason: string }
  | { kind: "failed"; reason: string };

export interface CollectorPorts {
  post: Post;
  token: ReadToken;
  /** Waits before another attempt. */
  pause: (milliseconds: number) => Promise<void>;
}

/** Attempts at one request; a longer failure is the queue's to bridge. */
const mostAttempts = 3;
const firstPauseMilliseconds = 500;

/** Codes of events that are refused for themselves: format, missing or blank event, indexed fields. */
const ofOneEvent = [6, 12, 13, 15];

/**
 * Makes the function that sends events to Splunk's HTTP Event Collector: concatenated objects, not an array. Retries when the collector is
 * busy, fails or does not answer as a collector, and once with a renewed token when it refuses the token.
 * @see https://docs.splunk.com/Documentation/Splunk/latest/Data/TroubleshootHTTPEventCollector
 */
export function createCollector({ post, token, pause }: CollectorPorts) {
  const verdictOf = createJudge();
  const most = mostAttempts;
  const firstPause = firstPauseMilliseconds;
  return async (events: string[]): Promise<Sent> => {
    const body = events.join("");
    let renewed = false;
    let verdict: Verdict = { kind: "failed", reason: "", retry: false };
    for (let attempt = 1; attempt <= most; attempt += 1) {
      if (attempt > 1) await pause(firstPause * 2 ** (attempt - 2));
      let secret: string;
      try {
        secret = await token(renewed);
      } catch (error) {
        return { kind: "failed", reason: describeError(error) };
      }
      verdict = verdictOf(await post(body, secret));
      if (verdict.kind !== "failed") return verdict;
      if (verdict.token === "refused") {
        if (renewed) break;
        renewed = true;
      } else if (!verdict.retry) break;
    }
    return { kind: "failed", reason: verdict.kind === "failed" ? verdict.reason : "" };
  };
}

type Verdict =
  | Exclude<Sent, { kind: "failed" }>
  | { kind: "failed"; reason: string; retry: boolean; token?: "refused" };

/** Makes the function that reads an answer. A 200 counts only with the code of a collector: a proxy may answer 200 as well. */
function createJudge(): (answer: Answer) => Verdict {
  const { parse } = JSON;
  const codes = ofOneEvent;
  const read = (text: string): Record<string, unknown> => {
    try {
      return (parse(text) as Record<string, unknown> | null) ?? {};
    } catch {
      return {};
    }
  };
  return ({ status, body }) => {
    if (status === undefined) return { kind: "failed", reason: body, retry: true };
    const { code, text, ["invalid-event-number"]: position } = read(body);
    if (status === 200 && code === 0) return { kind: "accepted" };
    const said =
      typeof text === "string" ? `${text} (code ${String(code)})` : "no collector's answer";
    const reason = `The collector answered ${status}: ${said}.`;
    if (status === 401 || status === 403)
      return { kind: "failed", reason, retry: false, token: "refused" };
    if (status === 400 && codes.includes(code as number) && Number.isInteger(position))
      return { kind: "refused event", position: position as number, reason };
    return { kind: "failed", reason, retry: status === 200 || status === 429 || status >= 500 };
  };
}

/** Posts by HTTP, compressed. The answer must come within 10 s. */
export function postTo(endpoint: string): Post {
  const url = `${endpoint.replace(/\/+$/, "")}/services/collector/event`;
  return async (body, token) => {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          authorization: `Splunk ${token}`,
          "content-type": "application/json",
          "content-encoding": "gzip",
        },
        body: gzipSync(body),
        redirect: "error",
        signal: AbortSignal.timeout(10_000),
      });
      return { status: response.status, body: await response.text() };
    } catch (error) {
      return { body: describeError(error) };
    }
  };
}
