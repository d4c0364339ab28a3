import * as assert from "node:assert/strict";
import { growthOf } from "../../../../components/parts/flink/application";
import { readExpression, type Series } from "../../../../local/services/cloudwatch/metric-math";

const values = (series: Record<string, Series>): Map<string, Series> =>
  new Map(Object.entries(series));
const of = (text: string, series: Record<string, Series> = { a: [1, 2], b: [10, 20] }): Series =>
  readExpression(text).evaluate(values(series));

describe("metric math", () => {
  for (const [text, expected] of [
    ["a", [1, 2]],
    ["a + b * 2 - 1", [20, 41]],
    ["(a + b) * 2", [22, 44]],
    ["b / a / 2", [5, 5]],
    ["10 - 4 - 3", [3, 3]],
    ["a < 2", [1, 0]],
    ["a <= 2", [1, 1]],
    ["a > 1", [0, 1]],
    ["a >= 1", [1, 1]],
    ["a == 2", [0, 1]],
    ["a != 2", [1, 0]],
    ["1.5", [1.5, 1.5]],
    ["DIFF(a + b)", [undefined, 11]],
    ["b - DIFF(b)", [undefined, 10]],
    ["IF(a > 1, b, 0)", [0, 20]],
    ["IF(a, 7, 8)", [7, 7]],
    ["IF(0, 7, 8)", [8, 8]],
    ["MAX([a, b, 15])", [15, 20]],
  ] as const)
    it(`evaluates ${text} for each period`, () => assert.deepEqual(of(text), expected));

  const gaps = { a: [undefined, 2, undefined, 5], b: [1, undefined, undefined, 4] };
  for (const [text, expected] of [
    ["a + 1", [undefined, 3, undefined, 6]],
    ["a + b", [undefined, undefined, undefined, 9]],
    ["DIFF(a)", [undefined, undefined, undefined, 3]],
    ["MAX([a, b])", [1, 2, undefined, 5]],
    ["FILL(a, 0)", [0, 2, 0, 5]],
    ["FILL(a, REPEAT)", [undefined, 2, 2, 5]],
    ["FILL(a * 0, 7)", [7, 0, 7, 0]],
    ["IF(a > 0, 1, 0)", [undefined, 1, undefined, 1]],
  ] as const)
    it(`treats missing values in ${text}`, () => assert.deepEqual(of(text, gaps), expected));

  for (const [text, token] of [
    ["SUM([a])", "SUM"],
    ["a % 2", "% 2"],
    ["a +", "an expression that ends early"],
    ["a b", "b"],
    ["(a", "an expression that ends early"],
    ["DIFF(a]", "]"],
    ["METRICS()", "METRICS"],
    ["A", "A"],
    ["", "an expression that ends early"],
  ] as const)
    it(`refuses '${text}'`, () =>
      assert.throws(() => readExpression(text), {
        message: `'${token}' is not evaluated here; use arithmetic, DIFF, FILL, IF or MAX.`,
      }));

  it("refuses an id that the alarm does not have", () =>
    assert.throws(() => of("c"), {
      message: "Metric math names 'c', which is no id of the alarm.",
    }));

  describe("of the growth of a count that may begin again", () => {
    for (const [what, counted, expected] of [
      ["a count that stands", [5, 5], 0],
      ["a count that grows", [5, 7], 2],
      ["a count that began again at 0", [5, 0], 0],
      ["a count that began again and grew", [5, 2], 2],
      ["the first value", [undefined, 5], undefined],
    ] as const)
      it(`is ${expected} for ${what}`, () =>
        assert.equal(of(growthOf("counted"), { counted }).at(-1), expected));
  });

  describe("of a standstill", () => {
    const steps = [
      ["came", "FILL(records, 0)"],
      ["ran", "FILL(MAX([invocations, records * 0]), 0)"],
      ["watched", "IF(ran + ran - DIFF(ran) < 1, came - DIFF(came), 0)"],
    ] as const;
    const last = (records: Series, invocations: Series): number | undefined => {
      const known = values({ records, invocations });
      for (const [id, text] of steps) known.set(id, readExpression(text).evaluate(known));
      return known.get("watched")?.at(-1);
    };

    for (const [what, records, invocations, expected] of [
      ["nothing comes in", [undefined, undefined], [undefined, undefined], 0],
      ["records are processed", [5, 5], [1, 1], 0],
      ["records came and nothing was invoked since", [5, undefined], [undefined, undefined], 5],
      ["more records come and nothing is invoked", [5, 3], [undefined, undefined], 5],
      ["records came at the end of a period", [5, undefined], [undefined, 1], 0],
      ["the first records have just come", [undefined, 5], [undefined, undefined], 0],
      ["the function was invoked before", [5, 5], [2, undefined], 0],
    ] as const)
      it(`is ${expected} when ${what}`, () => assert.equal(last(records, invocations), expected));
  });
});
