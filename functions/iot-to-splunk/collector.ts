import { describeError } from "../shared/log";
import { describeAnswer, membersOf, refusesToken, type Answer } from "./answer";
import type { Post } from "./connection";
import type { ReadToken } from "./token";

/** What became of one request. */
export type Sent =
  /** The id is that of the acknowledgement, if the request had a channel. */
  | { kind: "accepted"; ackId?: number }
  /** The collector refuses one event of the request, by its position, and no other. */
  | { kind: "refused event"; position: number; reason: string }
  | { kind: "failed"; reason: string };

/** Sends events; with a channel, they are to be acknowledged. */
export type Send = (events: string[], channel?: string) => Promise<Sent>;

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
export function createCollector({ post, token, pause }: CollectorPorts): Send {
  return async (events, channel) => {
    const body = events.join("");
    let renewed = false;
    let verdict: Verdict = { kind: "failed", reason: "", retry: false };
    for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
      if (attempt > 1) await pause(firstPauseMilliseconds * 2 ** (attempt - 2));
      let secret: string;
      try {
        secret = await token(renewed);
      } catch (error) {
        return { kind: "failed", reason: describeError(error) };
      }
      verdict = judge(await post(body, secret, channel), channel !== undefined);
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

/** Reads an answer. A 200 counts only with the code of a collector, and the id if one is needed: a proxy may answer 200 as well. */
function judge(answer: Answer, acknowledged: boolean): Verdict {
  const { status } = answer;
  const reason = describeAnswer(answer);
  if (status === undefined) return { kind: "failed", reason, retry: true };
  const { code, ackId, ["invalid-event-number"]: position } = membersOf(answer);
  if (status === 200 && code === 0) {
    if (!acknowledged) return { kind: "accepted" };
    if (Number.isInteger(ackId)) return { kind: "accepted", ackId: ackId as number };
    const off = "The collector gave no ackId: turn on indexer acknowledgement for the token.";
    return { kind: "failed", reason: off, retry: false };
  }
  if (refusesToken(answer)) return { kind: "failed", reason, retry: false, token: "refused" };
  if (status === 400 && ofOneEvent.includes(code as number) && Number.isInteger(position))
    return { kind: "refused event", position: position as number, reason };
  return { kind: "failed", reason, retry: status === 200 || status === 429 || status >= 500 };
}
