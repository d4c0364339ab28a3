import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  cut,
  firstFailure,
  settle,
  type Batch,
} from "../../../../../local/services/delivery/streams/batch";

const batch = (records: string[], retries = 0): Batch<string> => ({
  records,
  retries,
  invocations: 1,
});
const again = (records: string[], retries: number): Batch<string> => batch(records, retries);

describe("settle", () => {
  const policy = { maximumRetryAttempts: 2, bisectBatchOnFunctionError: false };
  const bisecting = { ...policy, bisectBatchOnFunctionError: true };

  it("retries the whole batch and counts the retry", () => {
    assert.deepEqual(settle(batch(["a", "b"]), 0, policy), {
      kind: "again",
      batches: [again(["a", "b"], 1)],
      usedRetry: true,
    });
  });

  it("retries from the first failed record", () => {
    assert.deepEqual(settle(batch(["a", "b", "c"], 1), 1, policy), {
      kind: "again",
      batches: [again(["b", "c"], 2)],
      usedRetry: true,
    });
  });

  it("sets the remaining records aside after the last retry", () => {
    assert.deepEqual(settle(batch(["a", "b"], 2), 1, policy), {
      kind: "set-aside",
      batch: batch(["b"], 2),
    });
  });

  it("retries for ever when no maximum is set", () => {
    const patient = { ...policy, maximumRetryAttempts: -1 };
    assert.deepEqual(settle(batch(["a"], 9_999), 0, patient), {
      kind: "again",
      batches: [again(["a"], 10_000)],
      usedRetry: true,
    });
  });

  it("bisects a failed batch without using up a retry", () => {
    assert.deepEqual(settle(batch(["a", "b", "c"], 2), 0, bisecting), {
      kind: "again",
      batches: [again(["a", "b"], 2), again(["c"], 2)],
      usedRetry: false,
    });
  });

  it("with bisection, removes processed records without using up a retry", () => {
    assert.deepEqual(settle(batch(["a", "b", "c"], 2), 1, bisecting), {
      kind: "again",
      batches: [again(["b", "c"], 2)],
      usedRetry: false,
    });
  });

  it("puts every record in exactly one place, in order, for any poison records", () => {
    const records = fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 30 });
    const retries = fc.integer({ min: 0, max: 3 });
    fc.assert(
      fc.property(
        records,
        fc.func(fc.boolean()),
        retries,
        fc.boolean(),
        (all, isPoison, maximumRetryAttempts, reports) => {
          const ended: { record: number; done: boolean }[] = [];
          const end = (part: readonly number[], done: boolean): void =>
            part.forEach((record) => ended.push({ record, done }));
          const pending: Batch<number>[] = [{ records: all, retries: 0, invocations: 0 }];
          for (let next = pending.shift(); next; next = pending.shift()) {
            const poisoned = next.records.findIndex((record) => isPoison(record));
            if (poisoned < 0) {
              end(next.records, true);
              continue;
            }
            const first = reports ? poisoned : 0;
            end(next.records.slice(0, first), true);
            const settlement = settle(next, first, {
              maximumRetryAttempts,
              bisectBatchOnFunctionError: true,
            });
            if (settlement.kind === "again") pending.unshift(...settlement.batches);
            else end(settlement.batch.records, false);
          }
          assert.deepEqual(
            ended,
            all.map((record) => ({ record, done: !isPoison(record) })),
          );
        },
      ),
    );
  });
});

describe("firstFailure", () => {
  const numbers = ["10", "11", "12"];
  const failures = (...itemIdentifiers: unknown[]): unknown => ({
    batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })),
  });

  for (const [what, response] of [
    ["nothing", undefined],
    ["null", null],
    ["an empty object", {}],
    ["a null list", { batchItemFailures: null }],
    ["an empty list", { batchItemFailures: [] }],
  ] as const) {
    it(`takes ${what} for success`, () => assert.equal(firstFailure(response, numbers), undefined));
  }

  it("finds the lowest of several failures", () => {
    assert.equal(firstFailure(failures("12", "11"), numbers), 1);
  });

  for (const [what, response] of [
    ["an empty identifier", failures("")],
    ["a null identifier", failures(null)],
    ["a misnamed identifier", { batchItemFailures: [{ id: "11" }] }],
    ["an identifier of another batch among right ones", failures("12", "99")],
    ["a list that is none", { batchItemFailures: "11" }],
    ["a null item", { batchItemFailures: [null] }],
    ["a text", "ok"],
  ] as const) {
    it(`takes ${what} for the failure of the whole batch`, () =>
      assert.equal(firstFailure(response, numbers), 0));
  }
});

describe("cut", () => {
  const by = (longest: number, heaviest: number) => ({
    longest,
    heaviest,
    weigh: (text: string) => text.length,
  });

  it("keeps order and both limits, except for an oversized record", () => {
    assert.deepEqual(
      cut(["a", "b", "cccc", "dddddd", "e"], by(2, 5)).map(({ records }) => records),
      [["a", "b"], ["cccc"], ["dddddd"], ["e"]],
    );
  });

  it("keeps every record exactly once", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string()),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(20),
        (records, longest, heaviest) => {
          const batches = cut(records, by(longest, heaviest)).map((part) => part.records);
          assert.deepEqual(batches.flat(), records);
          assert.ok(batches.every((part) => part.length >= 1 && part.length <= longest));
        },
      ),
    );
  });
});
