import * as assert from "node:assert/strict";
import { Decimal } from "decimal.js";
import * as fc from "fast-check";
import { plainOf, readJson, writeJson } from "../../iot-sql/json";
import type { Json } from "../../iot-sql/values";

const read = (text: string): unknown => readJson(Buffer.from(text));
const nested = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
const depthOf = (value: unknown): number => {
  let depth = 0;
  for (let inner = value; Array.isArray(inner); inner = (inner as unknown[])[0]) depth += 1;
  return depth;
};

describe("iot-sql payloads", () => {
  it("reads any JSON that JavaScript reads", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6 }), (text) => {
        assert.deepEqual(plainOf(read(text) as Json), JSON.parse(text));
      }),
    );
  });

  it("keeps every digit of its numbers", () => {
    const kept =
      '{"a":[12345678901234567890123456789012,-9007199254740993],"__proto__":{"b\\"1":1}}';
    assert.equal(writeJson(read(kept) as Json), kept);
    assert.deepEqual(read("[1700000000123456789]"), [1_700_000_000_123_456_789n]);
    assert.deepEqual(read('["1700000000123456789",true,null,-1]'), [
      "1700000000123456789",
      true,
      null,
      -1,
    ]);
    const [decimal, ...whole] = read("[36.903999599999977,9007199254740993.0,1e20]") as Json[];
    assert.equal(writeJson(decimal as Json), "36.903999599999977");
    assert.deepEqual(whole, [9_007_199_254_740_993n, 10n ** 20n]);
    assert.deepEqual(read(`[${"9".repeat(38)}]`), [10n ** 38n - 1n]);
    assert.deepEqual(read("[0.1,1e300,-2.50,1E2]"), [0.1, 1e300, -2.5, 100]);
    const forms: readonly [text: string, written: string][] = [
      ["9".repeat(39), `9.${"9".repeat(38)}e+38`],
      ["1e400", "1e+400"],
      ["-1E-0400", "-1e-400"],
      ["-0", "0"],
      ["-0.0e5", "0"],
      ["1.10", "1.1"],
      ["12345678901234567890.12345678901234567", "12345678901234567890.12345678901234567"],
      ["0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"],
      ["9007199254740992.5", "9007199254740992.5"],
      ["5e-324", "5e-324"],
      ["1e-1000", "0"],
    ];
    for (const [text, written] of forms) {
      assert.equal(writeJson(read(`{"a":[${text}]}`) as Json), `{"a":[${written}]}`);
      // The number is read the same beside one that takes the other way.
      const beside = writeJson(read(`[${text},9007199254740993,1e-400]`) as Json);
      assert.equal(beside, `[${written},9007199254740993,1e-400]`);
    }
  });

  it("writes any document as JavaScript does, and shows it in JavaScript's numbers", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.maxSafeInteger(), (value, digits) => {
        const document = JSON.parse(JSON.stringify({ value })) as { value: Json };
        assert.equal(writeJson(document), JSON.stringify(document));
        const wide = BigInt(digits) * 10n ** 16n + 1n;
        const text = writeJson({ ...document, wide });
        assert.equal(text, `{"value":${JSON.stringify(document.value)},"wide":${wide}}`);
        assert.deepEqual(plainOf({ ...document, wide }), { ...document, wide: Number(wide) });
      }),
    );
  });

  it("is undefined for what is not JSON in UTF-8", () => {
    for (const text of ["", " ", "{temperature: 50}", "{'a': 1}", "[1,]", "NaN", "\uFEFF{}"]) {
      assert.equal(read(text), undefined, text);
    }
    assert.equal(readJson(new Uint8Array([0x22, 0xff, 0x22])), undefined);
  });

  it("reads documents up to 1,000 levels and no deeper ones, even of 65,536", () => {
    assert.equal(depthOf(read(nested(1000))), 1000);
    assert.equal(read(nested(1001)), undefined);
    assert.equal(read(nested(65_536)), undefined);
    assert.equal(read('{"a":'.repeat(20_000) + "1" + "}".repeat(20_000)), undefined);
  });

  it("does not count brackets in strings, nor those of neighbours", () => {
    const text = JSON.stringify(['[{\\"'.repeat(2000)]);
    assert.deepEqual(read(text), JSON.parse(text));
    const flat = `[${"[],".repeat(2000)}{}]`;
    assert.deepEqual(read(flat), JSON.parse(flat));
  });

  it("leaves out numbers beyond the language's range, 9.999E999", () => {
    for (const number of [
      "1e1000",
      "-1E+01000",
      `1${"0".repeat(1000)}`,
      "1e99999999999999999999",
    ]) {
      assert.deepEqual(read(`{"a":[${number},2],"b":1,"c":${number}}`), { a: [2], b: 1 }, number);
      assert.deepEqual(read(`{"a":1,"a":${number}}`), {}, number);
      assert.deepEqual(read(`{"a":${number},"a":1}`), { a: 1 }, number);
      assert.equal(read(number), undefined);
    }
    assert.deepEqual(read('{"a":[1.7e308],"b":"1e1000"}'), { a: [1.7e308], b: "1e1000" });
    assert.deepEqual(plainOf(read('{"a":[1e400,-1e400,1e-400]}') as Json), {
      a: [Infinity, -Infinity, 0],
    });
  });

  it("shows a document in JavaScript's numbers, whatever stands beside them", () => {
    const text = '{"__proto__":-0,"a":[9007199254740993,0.1234567890123456789,-0,"x",null]}';
    assert.deepEqual(plainOf(read(text) as Json), JSON.parse(text));
  });

  it("writes and reads back any decimal number, with all its digits", () => {
    const digits = fc.stringMatching(/^[1-9][0-9]{0,50}$/);
    const number = fc
      .tuple(fc.boolean(), digits, fc.option(digits), fc.integer({ min: -900, max: 900 }))
      .map(([minus, whole, part, power]) => {
        const text = `${minus ? "-" : ""}${whole}${part === null ? "" : `.${part}`}e${power}`;
        return { text, exact: new Decimal(text) };
      });
    fc.assert(
      fc.property(number, ({ text, exact }) => {
        const written = writeJson(read(`{"v":[${text}]}`) as Json);
        const [, back = ""] = /^\{"v":\[(.+)\]\}$/.exec(written) ?? [];
        assert.ok(exact.eq(back), `${text} became ${back}`);
        assert.equal(writeJson(read(written) as Json), written);
      }),
    );
  });
});
