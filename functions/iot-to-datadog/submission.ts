import { gzipSync } from "node:zlib";
import { describeError, log } from "../shared/log";
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

/** No call begins later than this after the first, so that the function ends before its timeout. */
const longestMilliseconds = 18_000;

/** Enough to isolate three refused moments among a thousand. */
const mostCalls = 64;

/**
 * Makes the function that submits moments in as few calls as the limits of a payload allow. A refused payload is sent again in halves,
 * until each refused moment is alone. After any other failure, nothing more is sent, and what is left has failed.
 */
export function createSubmission({
  seriesOf,
  apiKey,
  post,
  now,
}: SubmissionArgs): (moments: Moment[]) => Promise<Submitted> {
  let notBefore = 0;
  const send = async (body: Buffer): Promise<Verdict> => {
    try {
      const key = await apiKey.get();
      const verdict = judge(await post(key, body));
      if (verdict.kind !== "denied" || !(await apiKey.refresh(key))) return verdict;
      return judge(await post(await apiKey.get(), body));
    } catch (error) {
      return { kind: "later", why: describeError(error) };
    }
  };
  return async (moments) => {
    const result: Submitted = { accepted: [], refused: [], failed: [] };
    if (moments.length === 0) return result;
    const waiting: Moment[][] = [moments];
    const startedAt = now();
    let calls = 0;
    const giveUp = (some: Moment[], why: string): Submitted => {
      log("error", "points not submitted", { error: why });
      result.failed.push(...some, ...waiting.flat());
      return result;
    };
    for (let some = waiting.pop(); some; some = waiting.pop()) {
      if (now() < notBefore) return giveUp(some, "Datadog asked to wait.");
      if (now() - startedAt > longestMilliseconds) return giveUp(some, "The time is over.");
      const series = seriesOf(some);
      if (series.length === 0) {
        result.accepted.push(...some);
        continue;
      }
      const body = payloadOf(series);
      if (body && ++calls > mostCalls) return giveUp(some, "Datadog refuses too many points.");
      const verdict: Verdict = body
        ? await send(body)
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
