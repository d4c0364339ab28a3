import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { prepareTemplate, render, type Rendering } from "../../iot-sql";
import { messageOf, statementOf } from "./evaluation";

const fill = (text: string, payload: unknown = {}): string => {
  const rendering = render(text, messageOf(payload));
  assert.ok(rendering.ok, JSON.stringify(rendering));
  return rendering.text;
};

const anyCharacter = fc.constantFrom(..."ab$${}'\n\0é€\u{1F600}\uD800");

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
    const template = prepareTemplate("${a}");
    assert.ok(template.ok);
    assert.deepEqual(
      [1, "x", undefined].map((a) => template.render(messageOf({ a }))),
      ["1", "x", ""].map((text) => ({ ok: true, text })),
    );
  });

  it("leaves attributes empty if the payload is not JSON", () => {
    assert.equal(fill("${topic(2)}:${a}", Buffer.from([0xff, 0x00])), "d1:");
  });

  const refusals: readonly [text: string, message: string][] = [
    ["x${a", "Line 1, column 2: '${' is never closed; add '}'."],
    ["x${{'a': 1}", "Line 1, column 2: '${' is never closed; add '}'."],
    ["${}", "Line 1, column 3: Expected an expression, found the closing brace."],
    ["a\n${b c}", "Line 2, column 5: Nothing may follow here, found 'c'."],
    ["${'a}", "Line 1, column 3: The string is never closed; add '."],
    ["${topic(1, 2)}", "Line 1, column 3: Function 'topic' takes 0 to 1 arguments, not 2."],
    [
      "${a + '${b}'}",
      "Line 1, column 8: A substitution template inside SQL is not supported; write the expression itself.",
    ],
  ];
  for (const [text, message] of refusals) {
    it(`refuses ${JSON.stringify(text)}: ${message}`, () => {
      const rendering = render(text, messageOf({}));
      assert.ok(!rendering.ok && "problems" in rendering);
      const [problem] = rendering.problems;
      assert.equal(
        `Line ${problem?.line}, column ${problem?.column}: ${problem?.message}`,
        message,
      );
    });
  }

  it("keeps every text without a placeholder as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        fc.pre(!text.includes("${"));
        assert.equal(fill(text), text);
      }),
    );
  });

  describe("with the variables of its rule (page iot-sql-set)", () => {
    const statement = statementOf(
      "SET @temp_celsius = (temp_fahrenheit - 32) * 5 / 9 SELECT @temp_celsius AS celsius, humidity FROM 'device/data'",
    );
    const key = "temperature-data/${device_id}/temp-${@temp_celsius}C.json";

    it("uses them like the statement", () => {
      const template = prepareTemplate(key, { statement });
      assert.ok(template.ok);
      assert.deepEqual(template.render(messageOf({ temp_fahrenheit: 50, device_id: "d1" })), {
        ok: true,
        text: "temperature-data/d1/temp-10C.json",
      });
    });

    it("refuses them where the statement is not known, and others always", () => {
      const without = prepareTemplate(key);
      assert.ok(!without.ok);
      assert.deepEqual(
        without.problems.map(({ code, column, message }) => [code, column, message]),
        [["variable", 38, "There is no variable @temp_celsius here; assign it by SET before."]],
      );
      const other = prepareTemplate("${@temp_celsus}", { statement });
      assert.ok(!other.ok);
      assert.equal(other.problems[0]?.suggestion, "@temp_celsius");
    });
  });

  it("refuses to decode protobuf (page binary-payloads)", () => {
    const template = prepareTemplate("${decode(*, 'proto', 'b', 'k', 'f', 't')}", { ports: {} });
    assert.ok(!template.ok);
    assert.equal(
      template.problems[0]?.message,
      "Protobuf cannot be decoded in a template; decode it in a variable of SET.",
    );
  });

  it("is an error for a message that it cannot be filled for", () => {
    const statement = statementOf("SET @a = [a, a] SELECT @a AS a FROM 'x'");
    const template = prepareTemplate("${@a}", { statement });
    assert.ok(template.ok);
    const rendering: Rendering = template.render(messageOf({ a: "x".repeat(70_000) }));
    assert.deepEqual(rendering, {
      ok: false,
      error: { kind: "evaluation", message: "With @a, the variables hold more than 128 KiB." },
    });
  });
});
