import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { compile, type Ports } from "../../iot-sql";
import { messageOf, outcomeOf, type Seen, seen, statementOf, table, valueOf } from "./evaluation";

// What is neither true nor false as an operand of AND, OR and NOT, by how it is written and as a value.
const NEITHER: readonly [written: string, payload: object][] = [
  ["gone", {}],
  ["gone.deeper", {}],
  ["a", { a: null }],
  ["a", { a: 1 }],
  ["a", { a: 0 }],
  ["a", { a: "yes" }],
  ["a", { a: "" }],
  ["a", { a: [true] }],
  ["a", { a: { b: true } }],
  ["gone > 0", {}],
  ["gone = 1", {}],
  ["gone <> 1", {}],
  ["NOT gone", {}],
  ["1 IN gone", {}],
  ["CASE gone WHEN 1 THEN true ELSE false END", {}],
  ["upper(gone)", {}],
];
const TRUE = ["true", "'TRUE'", "isUndefined(gone)", "1 = 1", "NOT false"];
const FALSE = ["false", "'False'", "isNull(gone)", "1 = 2", "NOT true"];

describe("iot-sql three-valued logic", () => {
  for (const [neither, payload] of NEITHER) {
    it(`lets a side that decides alone decide beside ${neither} given ${JSON.stringify(payload)}`, () => {
      const is = (expression: string): unknown => valueOf(expression, payload);
      for (const yes of TRUE) {
        assert.equal(is(`${yes} OR (${neither})`), true);
        assert.equal(is(`(${neither}) OR ${yes}`), true);
        assert.equal(is(`${yes} AND (${neither})`), undefined);
        assert.equal(is(`(${neither}) AND ${yes}`), undefined);
        assert.equal(is(`NOT (${yes} OR (${neither}))`), false);
      }
      for (const no of FALSE) {
        assert.equal(is(`${no} AND (${neither})`), false);
        assert.equal(is(`(${neither}) AND ${no}`), false);
        assert.equal(is(`${no} OR (${neither})`), undefined);
        assert.equal(is(`(${neither}) OR ${no}`), undefined);
        assert.equal(is(`NOT (${no} AND (${neither}))`), true);
        assert.equal(is(`NOT ((${neither}) AND ${no})`), true);
      }
      assert.equal(is(`(${neither}) AND (${neither})`), undefined);
      assert.equal(is(`(${neither}) OR (${neither})`), undefined);
      assert.equal(is(`NOT (${neither})`), undefined);
    });
  }

  describe("in chains", () => {
    table([
      ["gone OR gone OR true", true],
      ["gone AND gone AND false", false],
      ["gone AND true OR true", true],
      ["true AND gone OR false", undefined],
      ["(gone OR true) AND (gone OR true)", true],
      ["NOT (gone AND false) AND true", true],
      ["CASE true OR gone WHEN true THEN 'yes' ELSE 'no' END", "yes"],
      ["CASE false AND gone WHEN false THEN 'no' END", "no"],
      ["CASE gone AND true WHEN true THEN 1 ELSE 2 END", undefined],
      ["isUndefined(gone AND true)", true],
      ["isUndefined(gone OR true)", false],
      ["(SELECT VALUE n FROM e WHERE gone > 0 OR n = 2)", [2], { e: [{ n: 1 }, { n: 2 }] }],
      ["EXISTS (SELECT n FROM e WHERE isUndefined(x) OR x > 0)", true, { e: [{ n: 1 }] }],
    ]);
  });

  it("is the logic of true, false and neither, whatever the expression", () => {
    type Truth = boolean | undefined;
    interface Rendered {
      text: string;
      value: Truth;
    }
    const and = (a: Truth, b: Truth): Truth =>
      a === false || b === false ? false : a === undefined || b === undefined ? undefined : true;
    const not = (a: Truth): Truth => (a === undefined ? undefined : !a);
    const { tree } = fc.letrec<{ tree: Rendered }>((tie) => ({
      tree: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.constantFrom<Rendered>(
          { text: "t", value: true },
          { text: "f", value: false },
          { text: "gone", value: undefined },
          { text: "n", value: undefined },
        ),
        tie("tree").map(({ text, value }) => ({ text: `(NOT ${text})`, value: not(value) })),
        fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => ({
          text: `(${a.text} AND ${b.text})`,
          value: and(a.value, b.value),
        })),
        fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => ({
          text: `(${a.text} OR ${b.text})`,
          value: not(and(not(a.value), not(b.value))),
        })),
      ),
    }));
    fc.assert(
      fc.property(tree, ({ text, value }) => {
        assert.equal(valueOf(`true AND ${text}`, { t: true, f: false, n: null }), value);
        const outcome = outcomeOf(`1 AS v WHERE ${text}`, { t: true, f: false, n: null });
        assert.equal(outcome.matched, value === true);
      }),
    );
  });

  describe("beside a side that fails", () => {
    const broken = "aws_lambda('f', 1)";
    const evaluated = async (condition: string): Promise<{ seen: Seen; calls: number }> => {
      let calls = 0;
      const ports: Ports = {
        awsLambda: async () => {
          calls += 1;
          throw new Error("Rate exceeded.");
        },
      };
      const compiled = compile(statementOf(`SELECT 1 AS v FROM 'a' WHERE ${condition}`), ports);
      assert.ok(compiled.ok);
      return { seen: seen(await compiled.evaluate(messageOf({}))), calls };
    };

    it("decides by the other one, and does not call where the left side decides", async () => {
      const rows: readonly [condition: string, matched: boolean, calls: number][] = [
        [`true OR ${broken}`, true, 0],
        [`${broken} OR true`, true, 1],
        [`false AND ${broken}`, false, 0],
        [`${broken} AND false`, false, 1],
        [`NOT (${broken} AND false)`, true, 1],
        [`NOT (false AND ${broken})`, true, 0],
      ];
      for (const [condition, matched, calls] of rows) {
        const outcome = await evaluated(condition);
        assert.deepEqual([outcome.seen.matched, outcome.calls], [matched, calls], condition);
        assert.equal(outcome.seen.error, undefined);
      }
    });

    it("fails where no side decides", async () => {
      for (const condition of [
        `${broken} OR false`,
        `false OR ${broken}`,
        `${broken} AND true`,
        `gone AND ${broken}`,
        `${broken} OR gone`,
      ]) {
        assert.deepEqual((await evaluated(condition)).seen, {
          matched: false,
          error: { kind: "evaluation", message: "Rate exceeded." },
        });
      }
    });
  });
});
