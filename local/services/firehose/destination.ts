import { pause } from "../delivery/pause";
import type { Clock } from "./clock";
import type { FailedRecord, FirehoseRecord } from "./firehose-record";

/** What a destination refused, to be written below the error prefix of this kind. */
export interface Delivered {
  failed: FailedRecord[];
  errorType: string;
}

export interface Destination {
  /** A bucket's ARN or a URL, for the trace. */
  name: string;
  /** `DeliveryToS3`, the beginning of its metrics' names. */
  metric: string;
  /** Resolves when every record is delivered or given up. */
  deliver(records: readonly FirehoseRecord[]): Promise<Delivered>;
}

export interface RetryArgs {
  /** How long an endpoint is retried. */
  seconds: number;
  clock: Clock;
  retryDelayMilliseconds: number;
  stopped: AbortSignal;
}

/** Why an attempt failed; a permanent failure is not retried. */
export interface Attempt {
  code: string;
  message: string;
  permanent?: boolean;
}

/** Retries until an attempt resolves with undefined or the time is over; resolves with the last failure, or undefined. */
export async function tryFor(
  { seconds, clock, retryDelayMilliseconds, stopped }: RetryArgs,
  attempt: () => Promise<Attempt | undefined>,
): Promise<(Attempt & { attempts: number }) | undefined> {
  const until = clock.now() + seconds * 1000;
  for (let attempts = 1; ; attempts++) {
    const failure = await attempt().catch((error: unknown): Attempt => ({
      code: "ConnectionFailed",
      message: String(error),
    }));
    if (!failure) return undefined;
    if (failure.permanent || stopped.aborted || clock.now() >= until)
      return { ...failure, attempts };
    await pause(retryDelayMilliseconds * 2 ** Math.min(attempts - 1, 6), stopped);
  }
}
