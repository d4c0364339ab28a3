import { gzipSync } from "node:zlib";
import { describeError, log } from "../shared/log";
import { redact } from "../shared/redact";
import type { ApiKey } from "./api-key";
import { judge, type Answer, type Verdict } from "./intake";
import type { Moment, Series } from "./series";

/** Posts a compressed payload. */
export type Post = (apiKey: string, body: Buffer) => Promise<Answer>;

/** What became of moments. */
export interface Submitted {
  accepted: Moment[];
  /** Each is refused by itself. */
  refused: { moment: Moment; why: string }[];
  /** To be sent again later. */
  failed: Moment[];
}

export interface SubmissionArgs {
  seriesOf: (moments: Moment[]) => Series[];
  apiKey: ApiKey;
  post: Post;
  now: () => number;
}

/**
 * The limits of a payload: compressed, and before compression.
 * @see https://docs.datadoghq.com/api/latest/metrics/submit-metrics/
 */
const mostCompressedBytes = 512_000;
const mostBytes = 5_242_879;

/**
 * No call begins later than this after the beginning of the invocation, the second call with a renewed key included. A call takes 8 s at most,
 * and the function has 30 s: the rest is for what it sets aside.
 */
const longestMilliseconds = 18_000;

/** Enough to isolate three refused moments among a thousand. */
const mostCalls = 64;

const overtime = { kind: "later", why: "The time is over." } as const;

/**
 * Makes the function that submits moments in as few calls as the limits of a payload allow. A refused payload is sent again in halves,
 * until each refused moment is alone. After any other failure, nothing more is sent, and what is left has failed. `startedAt` is the beginning
 * of the invocation, in ms since the epoch.
 */
export function createSubmission({
  seriesOf,
  apiKey,
  post,
  now,
}: SubmissionArgs): (moments: Moment[], startedAt: number) => Promise<Submitted> {
  let notBefore = 0;
  const attempt = async (key: string, body: Buffer): Promise<Verdict> => {
    try {
      const answer = await post(key, body);
      return judge({ ...answer, text: redact(answer.text, key) });
    } catch (error) {
      return { kind: "later", why: redact(describeError(error), key) };
    }
  };
  const send = async (body: Buffer, inTime: () => boolean): Promise<Verdict> => {
    try {
      const key = await apiKey.get();
      if (!inTime()) return overtime;
      const verdict = await attempt(key, body);
      if (verdict.kind !== "denied" || !inTime() || !(await apiKey.refresh(key))) return verdict;
      return inTime() ? await attempt(await apiKey.get(), body) : verdict;
    } catch (error) {
      // The secret cannot be read.
      return { kind: "later", why: describeError(error) };
    }
  };
  return async (moments, startedAt) => {
    const result: Submitted = { accepted: [], refused: [], failed: [] };
    if (moments.length === 0) return result;
    const waiting: Moment[][] = [moments];
    const inTime = (): boolean => now() - startedAt <= longestMilliseconds;
    let calls = 0;
    const giveUp = (some: Moment[], why: string): Submitted => {
      log("error", "points not submitted", { error: why });
      result.failed.push(...some, ...waiting.flat());
      return result;
    };
    for (let some = waiting.pop(); some; some = waiting.pop()) {
      if (now() < notBefore) return giveUp(some, "Datadog asked to wait.");
      if (!inTime()) return giveUp(some, overtime.why);
      const series = seriesOf(some);
      if (series.length === 0) {
        result.accepted.push(...some);
        continue;
      }
      const body = payloadOf(series);
      if (body && ++calls > mostCalls) return giveUp(some, "Datadog refuses too many points.");
      const verdict: Verdict = body
        ? await send(body, inTime)
        : { kind: "refused", why: "The points are larger than a payload may be." };
      if (verdict.kind === "accepted") result.accepted.push(...some);
      else if (verdict.kind === "refused") {
        const [first, ...others] = some;
        if (first && others.length === 0) result.refused.push({ moment: first, why: verdict.why });
        else waiting.push(...halvesOf(some));
      } else {
        if (verdict.kind === "later" && verdict.waitSeconds !== undefined)
          notBefore = now() + verdict.waitSeconds * 1000;
        const wrongSite = " Check the key in the secret, and that it is of the site of this stack.";
        return giveUp(some, verdict.kind === "denied" ? verdict.why + wrongSite : verdict.why);
      }
    }
    return result;
  };
}

/** The compressed payload; undefined if it is larger than Datadog takes. */
function payloadOf(series: Series[]): Buffer | undefined {
  const text = JSON.stringify({ series });
  if (Buffer.byteLength(text) > mostBytes) return undefined;
  const body = gzipSync(text);
  return body.length <= mostCompressedBytes ? body : undefined;
}

/** The later half first, since the last list is sent next. */
function halvesOf(moments: Moment[]): [Moment[], Moment[]] {
  const middle = Math.ceil(moments.length / 2);
  return [moments.slice(middle), moments.slice(0, middle)];
}
