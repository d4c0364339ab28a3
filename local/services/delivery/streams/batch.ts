/** Records of one shard, in order, that are passed to the consumer together. */
export interface Batch<R> {
  records: readonly R[];
  /** How many of the mapping's retries these records have used. */
  retries: number;
  /** How often the consumer has been invoked with them, including before a split. */
  invocations: number;
}

/** How a mapping treats a batch that failed. */
export interface RetryPolicy {
  /** −1 retries until the records are too old. */
  maximumRetryAttempts: number;
  bisectBatchOnFunctionError: boolean;
}

/** What follows for a batch that failed: it is retried, whole or in parts, or set aside. */
export type Settlement<R> =
  | { kind: "again"; batches: Batch<R>[]; usedRetry: boolean }
  | { kind: "set-aside"; batch: Batch<R> };

/**
 * Decides what follows if the record at `firstFailed` and all after it have failed. A split does not use a retry: neither halving, nor
 * cutting off the records that succeeded if bisecting is on.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export function settle<R>(
  batch: Batch<R>,
  firstFailed: number,
  { maximumRetryAttempts, bisectBatchOnFunctionError: bisect }: RetryPolicy,
): Settlement<R> {
  const rest = { ...batch, records: batch.records.slice(firstFailed) };
  if (bisect && firstFailed > 0) return { kind: "again", batches: [rest], usedRetry: false };
  if (bisect && rest.records.length > 1) {
    const middle = Math.ceil(rest.records.length / 2);
    const halves = [rest.records.slice(0, middle), rest.records.slice(middle)];
    const batches = halves.map((records) => ({ ...rest, records }));
    return { kind: "again", batches, usedRetry: false };
  }
  if (maximumRetryAttempts >= 0 && rest.retries >= maximumRetryAttempts) {
    return { kind: "set-aside", batch: rest };
  }
  return { kind: "again", batches: [{ ...rest, retries: rest.retries + 1 }], usedRetry: true };
}

/**
 * Returns the index of the first failed record of a partial batch response, or undefined if all succeeded. Records are in order, so the
 * lowest index has the lowest sequence number. An identifier that is empty, misnamed or not of this batch fails the whole batch.
 */
export function firstFailure(
  response: unknown,
  sequenceNumbers: readonly string[],
): number | undefined {
  if (response === null || response === undefined) return undefined;
  if (typeof response !== "object") return 0;
  const { batchItemFailures: failures } = response as { batchItemFailures?: unknown };
  if (failures === null || failures === undefined) return undefined;
  if (!Array.isArray(failures)) return 0;
  if (failures.length === 0) return undefined;
  const indices = failures.map((failure: { itemIdentifier?: unknown } | null) =>
    sequenceNumbers.indexOf(String(failure?.itemIdentifier)),
  );
  return Math.max(0, Math.min(...indices));
}

/**
 * Splits records, in order, into batches of at most `longest` records and `heaviest` bytes. A record that is heavier forms a batch of
 * its own.
 */
export function cut<R>(
  records: readonly R[],
  { longest, heaviest, weigh }: { longest: number; heaviest: number; weigh: (record: R) => number },
): Batch<R>[] {
  const batches: R[][] = [];
  let weight = 0;
  for (const record of records) {
    const last = batches.at(-1);
    const added = weigh(record);
    if (last && last.length < longest && weight + added <= heaviest) {
      last.push(record);
      weight += added;
    } else {
      batches.push([record]);
      weight = added;
    }
  }
  return batches.map((batch) => ({ records: batch, retries: 0, invocations: 0 }));
}
