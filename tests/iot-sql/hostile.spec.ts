import * as assert from "node:assert/strict";
import { parse, render } from "../../iot-sql";
import { match, messageOf, outcomeOf, refusalOf, ruleOf, valueOf } from "./evaluation";

// Each of these would take minutes, or the stack, where work grows faster than what is read.
describe("iot-sql on hostile input", () => {
  const patterns: readonly [pattern: string, text: string, found: boolean][] = [
    ["(a+)+$", `${"a".repeat(100_000)}!`, false],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", "a".repeat(100_000), false],
    ["(x+x+)+y", "x".repeat(100_000), false],
    ["(a|aa)+$", `${"a".repeat(100_000)}b`, false],
    ["(.*)*=(.*)*", "x".repeat(100_000), false],
    ["^(a?){50}a{50}$", "a".repeat(50), true],
  ];
  for (const [pattern, text, found] of patterns) {
    it(`matches ${pattern} in time linear in the text`, () => {
      const matches = `regexp_matches(text, '${pattern}')`;
      assert.equal(valueOf(matches, { text }), found);
      assert.equal(valueOf("regexp_matches(text, pattern)", { text, pattern }), found);
    });
  }

  it("gives up on patterns of a message that are too long, or ask for too much", () => {
    for (const pattern of [
      "a".repeat(10_001),
      "a{1001}",
      "((a{1000}){1000}){1000}",
      "(".repeat(5000),
    ]) {
      assert.equal(valueOf("isUndefined(regexp_matches('a', pattern))", { pattern }), true);
    }
  });

  it("refuses a statement beyond the size of a rule", () => {
    const sql = (length: number): string => `SELECT a FROM 'a'${" ".repeat(length - 17)}`;
    assert.equal(parse(sql(256 * 1024)).ok, true);
    assert.equal(
      refusalOf(sql(256 * 1024 + 1)),
      "Line 1, column 1: The statement is longer than the 256 KiB of a rule.",
    );
  });

  it("refuses long lists, and texts of nothing but openings", () => {
    const many = (open: string, item: string): string =>
      `SELECT ${open}${`${item},`.repeat(40_000)}`;
    for (const [open, item] of [
      ["", "a"],
      ["[", "1"],
      ["concat(", "a"],
      ["{", "'a':1"],
    ] as const) {
      assert.match(refusalOf(many(open, item)), /The statement has more than 1000 operands\.$/);
    }
    for (const text of [
      "(",
      "[",
      "{",
      "'",
      '"',
      "@",
      "-",
      "${",
      "CASE ",
      "NOT ",
      "(SELECT a FROM ",
    ]) {
      const sql = text.repeat(Math.floor(250_000 / text.length));
      assert.equal(parse(sql).ok, false);
      assert.equal(parse(`SELECT ${sql}`).ok, false);
      assert.equal(render(sql, messageOf({})).ok, !text.includes("${"));
    }
  });

  it("reads a text of 130,000 placeholders", () => {
    const rendering = render("${a}".repeat(130_000), messageOf({ a: 1 }));
    assert.deepEqual(rendering, { ok: true, text: "1".repeat(130_000) });
  });

  it("does not let variables, sums or nested lists multiply a message", () => {
    const doubled = Array.from({ length: 9 }, (_, n) => `@v${n + 1} = [@v${n}, @v${n}]`);
    const bomb = `SET @v0 = [a, a, a, a, a, a, a, a], ${doubled.join(", ")} SELECT @v9 AS v FROM 'a'`;
    assert.deepEqual(ruleOf(bomb).evaluate(messageOf({ a: "x".repeat(1000) })), {
      matched: false,
      error: { kind: "evaluation", message: "With @v4, the variables hold more than 128 KiB." },
    });
    const a = "x".repeat(120_000);
    const sum = Array.from({ length: 20 }, () => "a").join(" + ");
    assert.equal(valueOf(`isUndefined(${sum})`, { a }), true);
    assert.equal(valueOf(`isUndefined(concat(${sum.replaceAll(" + ", ", ")}))`, { a }), true);
    const values = Array.from({ length: 20_000 }, () => ({}));
    const object = { b: "x".repeat(20_000) };
    assert.equal(
      valueOf("isUndefined(transform('enrichArray', o, v))", { o: object, v: values }),
      true,
    );
  });

  it("evaluates payloads of 128 KiB, deep or wide", () => {
    const deep = Buffer.from('{"a":'.repeat(999) + "1" + "}".repeat(999));
    const path = `a${".a".repeat(400)}`;
    assert.equal(outcomeOf(`${path} AS v`, deep).matched, true);
    const wide = Buffer.from(`{"e":[${"{},".repeat(40_000)}{}]}`);
    assert.equal(valueOf("length((SELECT * FROM e))", wide), 40_001 * 3 + 1);
    assert.equal(valueOf("EXISTS (SELECT * FROM e WHERE a = 1)", wide), false);
    const long = Buffer.from(`{"n":${"7".repeat(130_000)}}`);
    assert.deepEqual(outcomeOf("n", long), match({}));
    const digits = Buffer.from(`{"n":0.${"7".repeat(130_000)}}`);
    assert.equal(valueOf("n * n * n * n < 1", digits), true);
    assert.equal(valueOf("isUndefined(n * 1)", { n: "7".repeat(130_000) }), true);
    assert.equal(valueOf("rtrim(a)", { a: `${" ".repeat(130_000)}.` })?.toString().length, 130_001);
  });
});
