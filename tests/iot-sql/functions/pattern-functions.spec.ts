import * as assert from "node:assert/strict";
import { messageOf, problemsOf, refusalOf, ruleOf, table, valueOf } from "../evaluation";

describe("iot-sql pattern functions", () => {
  table([
    ["regexp_matches('aaaa', 'a{2,}')", true],
    ["regexp_matches('aaaa', 'b')", false],
    ["regexp_matches(112, '1{2}')", true],
    ["regexp_matches(topic(2), '^[A-Za-z0-9:_-]{1,128}$')", true],
    ["regexp_matches('a b', '^[A-Za-z0-9:_-]{1,128}$')", false],
    ["regexp_matches('\u{1F600}', '^.$')", true],
    ["regexp_matches('[&]', '\\[[a&]\\]')", true],
    ["regexp_matches(null, 'a')", undefined],
    ["regexp_matches(missing, 'a')", undefined],
    ["regexp_matches('a', missing)", undefined],
    ["regexp_matches('a', pattern)", undefined, { pattern: "(" }],
    ["regexp_matches('aXa', pattern)", true, { pattern: "[X]" }],
    ["regexp_substr('hihihello', 'hi')", "hi"],
    ["regexp_substr('hihihello', '(hi)*')", "hihi"],
    ["regexp_substr('hello', 'x')", undefined],
    ["regexp_substr(null, 'x')", undefined],
    ["regexp_replace('abcd', 'bc', 'x')", "axd"],
    ["regexp_replace('abcd', 'b(.*)d', '$1')", "ac"],
    ["regexp_replace('abab', 'a(b)', '$1$0')", "babbab"],
    ["regexp_replace('ab', 'a(x)?', '[$1]')", "[]b"],
    ["regexp_replace('a1b2', '[0-9]', '')", "ab"],
    ["regexp_replace('ab', 'b', by)", "a$&", { by: "\\$&" }],
    ["regexp_replace('ab', 'b', by)", "a\\", { by: "\\\\" }],
    ["regexp_replace('ab', 'b', by)", undefined, { by: "$" }],
    ["regexp_replace('ab', 'b', by)", undefined, { by: "$x" }],
    ["regexp_replace('ab', 'b', by)", undefined, { by: "\\" }],
    ["regexp_replace('ab', 'b', '$1')", undefined],
    ["regexp_replace('ab', 'b', null)", undefined],
    ["regexp_replace(12, 2, 3)", "13"],
  ]);

  it("finds the same in every message, whatever the message before held", () => {
    const rule = ruleOf("SELECT regexp_substr('aXbY', pattern) AS v FROM 'a'");
    const find = (pattern: string): unknown => {
      const outcome = rule.evaluate(messageOf({ pattern }));
      return outcome.matched && (outcome.output as { v?: unknown }).v;
    };
    assert.deepEqual(["[A-Z]", "[A-Z]", "b.", "[A-Z]", "("].map(find), [
      "X",
      "X",
      "bY",
      "X",
      undefined,
    ]);
  });

  it("is Undefined for a pattern that is valid but too large to be run", () => {
    const pattern = "(".repeat(20_000) + ")".repeat(20_000);
    assert.equal(valueOf("regexp_matches('a', pattern)", { pattern }), undefined);
  });

  it("is Undefined where a message would grow beyond a million characters", () => {
    const payload = { a: "a".repeat(60_000) };
    assert.equal(valueOf("isUndefined(regexp_replace(a, 'a', a))", payload), true);
  });

  it("refuses a written pattern that is not valid, at its place", () => {
    assert.equal(
      refusalOf("SELECT regexp_matches(a, '(') AS v FROM 'a'"),
      "Line 1, column 26: This pattern cannot be used: missing closing ): `(`.",
    );
  });

  it("refuses written patterns that only backtracking can follow, or that Java reads differently", () => {
    for (const pattern of [
      "a*+",
      "(?=a)",
      "(a)\\1",
      "(?>a)",
      "[[:alpha:]]",
      "[a-z&&[^b]]",
      "\\p{Punct}",
      "[]a]",
    ]) {
      const [problem] = problemsOf(`SELECT regexp_matches(a, '${pattern}') AS v FROM 'a'`);
      assert.equal(problem?.code, "argument", pattern);
    }
  });
});
