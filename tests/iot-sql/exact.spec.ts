import * as assert from "node:assert/strict";
import { compile, type Json, readJson, render, writeJson } from "../../iot-sql";
import { messageOf, seen, statementOf } from "./evaluation";

const NUMBERS = [
  "9007199254740993",
  "-9007199254740993",
  "12345678901234567890123456789012345678",
  "0.1234567890123456789012345678901234567",
  "36.903999599999977",
  "9007199254740993.5",
  "1e+400",
  "1e-400",
  "0",
  "1.5e+22",
];
const exactly = (text: string): Json => readJson(Buffer.from(text)) as Json;

describe("iot-sql numbers, in every form of an evaluation,", () => {
  for (const number of NUMBERS) {
    it(`are exact: ${number}`, async () => {
      const written = writeJson(exactly(number));
      const payload = Buffer.from(`{"n":${number},"d":[{"n":[${number},{"m":${number}}]}]}`);
      const sql = "SET @n = n SELECT *, @n AS again, d AS deep.er FROM 'a'";
      const compiled = compile(statementOf(sql));
      assert.ok(compiled.ok);
      const outcome = compiled.evaluate(messageOf(payload));
      assert.ok(outcome.matched);
      const deep = `[{"n":[${written},{"m":${written}}]}]`;
      const expected = `{"n":${written},"d":${deep},"again":${written},"deep":{"er":${deep}}}`;
      assert.equal(Buffer.from(outcome.payload()).toString(), expected);
      assert.ok(!Buffer.isBuffer(outcome.exact));
      assert.equal(writeJson(outcome.exact), expected);
      seen(outcome);

      const template = render("${n}|${get(d, 0).n}", messageOf(payload));
      const text = /e/.test(written) ? undefined : written;
      if (text)
        assert.deepEqual(template, { ok: true, text: `${text}|[${written},{"m":${written}}]` });

      const kept = compile(statementOf("SELECT * FROM 'a'"));
      assert.ok(kept.ok);
      const whole = kept.evaluate(messageOf(payload));
      assert.ok(whole.matched && !Buffer.isBuffer(whole.exact));
      assert.deepEqual(Buffer.from(whole.payload()), payload);
      assert.equal(writeJson(whole.exact), `{"n":${written},"d":${deep}}`);
    });
  }

  it("are exact in what ports are asked and in what they answer", async () => {
    const number = "9007199254740993.5";
    const asked: string[] = [];
    const compiled = compile(
      statementOf("SELECT aws_lambda('f', *) AS f, get_dynamodb('t', 'k', n, 'r').v AS d FROM 'a'"),
      {
        awsLambda: async ({ input }) => {
          asked.push(writeJson(input));
          return exactly(`[${number}]`);
        },
        getDynamodb: async ({ key }) => {
          asked.push(writeJson(key));
          return exactly(`{"v":${number}}`);
        },
      },
    );
    assert.ok(compiled.ok);
    const outcome = seen(await compiled.evaluate(messageOf(Buffer.from(`{"n":${number}}`))));
    assert.deepEqual(asked, [`{"n":${number}}`, `{"k":${number}}`]);
    assert.ok(outcome.matched);
    assert.equal(Buffer.from(outcome.payload).toString(), `{"f":[${number}],"d":${number}}`);
  });

  it("keep their digits through functions that only pick, sign or cut them", () => {
    const rows: readonly [expression: string, value: string][] = [
      ["-n", "-12345678901234567890.1234567890123456789"],
      ["abs(-n)", "12345678901234567890.1234567890123456789"],
      ["- -n", "12345678901234567890.1234567890123456789"],
      ["floor(n)", "12345678901234567890"],
      ["ceil(n)", "12345678901234567891"],
      ["floor(-n)", "-12345678901234567891"],
      ["ceil(-n)", "-12345678901234567890"],
      ["round(n)", "12345678901234567890"],
      ["trunc(n, 2)", "12345678901234567890.12"],
      ["trunc(-n, 0)", "-12345678901234567890"],
      ["cast(n AS Int)", "12345678901234567890"],
      ["cast(n AS Decimal)", "12345678901234567890.1234567890123456789"],
      ["cast(cast(n AS String) AS Decimal)", "12345678901234567890.1234567890123456789"],
      ["sign(-n)", "-1"],
      ["get_or_default(n, 1)", "12345678901234567890.1234567890123456789"],
      [
        "CASE n > 12345678901234567890.12345 WHEN true THEN n END",
        "12345678901234567890.1234567890123456789",
      ],
      ["n IN [n]", "true"],
      ["n = -n", "false"],
      ["mod(n, 1)", "0.1234567890123456789"],
      // Arithmetic has 34 digits.
      ["n + 0", "12345678901234567890.12345678901235"],
      ["9007199254740993", "9007199254740993"],
      ["-9007199254740993", "-9007199254740993"],
      ["CASE -9007199254740993 WHEN -9007199254740993 THEN 1 END", "1"],
    ];
    const payload = Buffer.from('{"n":12345678901234567890.1234567890123456789}');
    for (const [expression, value] of rows) {
      const compiled = compile(statementOf(`SELECT ${expression} AS v FROM 'a'`));
      assert.ok(compiled.ok);
      const outcome = seen(compiled.evaluate(messageOf(payload)));
      assert.ok(outcome.matched);
      assert.equal(Buffer.from(outcome.payload).toString(), `{"v":${value}}`, expression);
    }
  });
});
