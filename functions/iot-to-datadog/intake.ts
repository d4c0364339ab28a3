/** An answer of Datadog's intake. */
export interface Answer {
  status: number;
  /** The header `x-ratelimit-reset`, in seconds. */
  resetSeconds?: number;
  text: string;
}

/** What an answer means for the points that were sent. */
export type Verdict =
  | { kind: "accepted" }
  /** Datadog does not take these points, however often they are sent; which of them it means, the answer does not say. */
  | { kind: "refused"; why: string }
  /** The key is not, or no longer, a key of this site. */
  | { kind: "denied"; why: string }
  /** A later attempt may succeed, after `waitSeconds` if the answer says how long. */
  | { kind: "later"; why: string; waitSeconds?: number };

/** The longest part of an answer that is logged or kept with a message. */
const longest = 300;

/** How long submissions stop if an answer of 429 does not say it. */
const usualWaitSeconds = 60;

/**
 * Judges an answer. Points count as accepted only if the answer is what Datadog documents: 202 with a JSON object whose list of errors
 * is empty or missing. Sending the same points again does no harm, since Datadog keeps one value per series and second.
 * @see https://docs.datadoghq.com/api/latest/metrics/submit-metrics/
 * @see https://docs.datadoghq.com/api/latest/rate-limits/
 */
export function judge({ status, resetSeconds, text }: Answer): Verdict {
  const why = `Datadog answered ${status}: ${text.slice(0, longest)}`;
  switch (status) {
    case 202: {
      const errors = errorsIn(text);
      if (!errors) return { kind: "later", why };
      return errors.length === 0 ? { kind: "accepted" } : { kind: "refused", why };
    }
    case 400:
    case 413:
      return { kind: "refused", why };
    case 401:
    case 403:
      return { kind: "denied", why };
    case 429:
      return { kind: "later", why, waitSeconds: resetSeconds ?? usualWaitSeconds };
    default:
      return { kind: "later", why };
  }
}

/** The errors in the body of an accepted request; undefined for a body that is not Datadog's. */
function errorsIn(text: string): unknown[] | undefined {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== "object" || body === null || Array.isArray(body)) return undefined;
    const { errors = [] } = body as { errors?: unknown };
    return Array.isArray(errors) ? errors : undefined;
  } catch {
    return undefined;
  }
}

/** Seconds in a header; undefined for a header that is missing or no whole number. */
export const secondsIn = (header: string | null): number | undefined =>
  header !== null && /^\d{1,6}$/.test(header.trim()) ? Number(header) : undefined;
