import type { Clock } from "./clock";
import type { FirehoseRecord } from "./firehose-record";

export interface BufferArgs {
  megabytes: number;
  seconds: number;
  clock: Clock;
  deliver: (records: FirehoseRecord[]) => Promise<void>;
}

export interface Buffer {
  add(records: readonly FirehoseRecord[]): void;
  /** Delivers the buffered records without waiting for size or time; resolves when all are delivered. */
  flush(): Promise<void>;
}

/**
 * Gathers records until they reach one of the two buffering hints, counted before transformation. Deliveries follow one another, in
 * order.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/buffering-hints.html
 */
export function createBuffer({ megabytes, seconds, clock, deliver }: BufferArgs): Buffer {
  let waiting: FirehoseRecord[] = [];
  let bytes = 0;
  let cancel: (() => void) | undefined;
  let delivering = Promise.resolve();

  function release(): void {
    cancel?.();
    cancel = undefined;
    const records = waiting;
    waiting = [];
    bytes = 0;
    if (records.length > 0) delivering = delivering.then(() => deliver(records));
  }

  return {
    add(records) {
      for (const record of records) {
        waiting.push(record);
        bytes += record.data.length;
        if (bytes >= megabytes * 1_048_576) release();
      }
      if (waiting.length > 0) cancel ??= clock.after(seconds * 1000, release);
    },
    flush() {
      release();
      return delivering;
    },
  };
}
