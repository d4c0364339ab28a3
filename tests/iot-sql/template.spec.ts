import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { compileTemplate } from "../../iot-sql";
import { messageOf, refusalOf } from "./evaluation";

const fill = (text: string, payload: unknown = {}): string =>
  compileTemplate(text)(messageOf(payload));

describe("iot-sql substitution templates", () => {
  const rows: readonly [text: string, expected: string, payload?: unknown][] = [
    ["", ""],
    ["plain $ text } {", "plain $ text } {"],
    ["${topic()}/republish", "devices/d1/telemetry/republish"],
    ["${topic(2)}", "d1"],
    ["a-${deviceId}-b-${n + 1}-c", "a-d1-b-3-c", { deviceId: "d1", n: 2 }],
    ["[${missing}]", "[]"],
    ["[${a}]", "[]", { a: null }],
    ["${a}", '{"b":[1,"x"]}', { a: { b: [1, "x"] } }],
    ["${ {'a': '}'} }!", '{"a":"}"}!'],
    ["${'}'}${\"}\"}", "}}"],
    ["${temperature > 30 AND NOT ok}", "true", { temperature: 31, ok: false }],
    ["${CASE a WHEN 1 THEN 'x' ELSE 'y' END}", "y", { a: 2 }],
    ["${a.__proto__}|${constructor}|${__proto__}", "||", { a: 1 }],
    ["$${a}", "$1", { a: 1 }],
    ["${a}${a}", "11", { a: 1 }],
    ["${timestamp}/${timestamp()}", "5/1700000000000", { timestamp: 5 }],
  ];
  for (const [text, expected, payload] of rows) {
    it(`makes ${JSON.stringify(expected)} of ${text || "nothing"}`, () => {
      assert.equal(fill(text, payload), expected);
    });
  }

  it("fills a text for each message anew", () => {
    const template = compileTemplate("${a}");
    assert.deepEqual(
      [1, "x", undefined].map((a) => template(messageOf({ a }))),
      ["1", "x", ""],
    );
  });

  it("leaves attributes empty if the payload is not JSON", () => {
    assert.equal(fill("${topic(2)}:${a}", Buffer.from([0xff, 0x00])), "d1:");
  });

  const refusals: readonly [text: string, message: string][] = [
    ["x${a", "Line 1, column 2: '${' is never closed; add '}'."],
    ["x${{'a': 1}", "Line 1, column 2: '${' is never closed; add '}'."],
    ["${}", "Line 1, column 3: expected an expression, found the closing brace."],
    ["a\n${b c}", "Line 2, column 5: nothing may follow here, found 'c'."],
    ["${'a}", "Line 1, column 3: the string is never closed; add '."],
    [
      "ab${*}",
      "Line 1, column 5: '*' can only be an item of SELECT, or the first argument of encode.",
    ],
    ["${topic(1, 2)}", "Line 1, column 3: function 'topic' takes 0 to 1 arguments, not 2."],
    [
      "${a + '${b}'}",
      "Line 1, column 8: a substitution template inside SQL is not supported yet; write the expression itself.",
    ],
  ];
  for (const [text, message] of refusals) {
    it(`refuses ${JSON.stringify(text)}: ${message}`, () => {
      assert.equal(refusalOf(() => compileTemplate(text)).message, message);
    });
  }

  it("keeps every text without a placeholder as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        fc.pre(!text.includes("${"));
        assert.equal(fill(text), text);
      }),
    );
  });

  it("either refuses a text with a SqlError or fills it for any payload", () => {
    const piece = fc.constantFrom(
      "${",
      "}",
      "a",
      ".",
      "'",
      '"',
      "{",
      ":",
      "1",
      "+",
      "topic(",
      ")",
      " ",
    );
    const texts = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(texts, fc.uint8Array(), (text, bytes) => {
        let template: ReturnType<typeof compileTemplate>;
        try {
          template = compileTemplate(text);
        } catch (error) {
          assert.equal((error as Error).name, "SqlError", text);
          return;
        }
        assert.equal(typeof template(messageOf(bytes)), "string");
      }),
      { numRuns: 1000 },
    );
  });
});
