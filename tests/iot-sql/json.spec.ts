import * as assert from "node:assert/strict";
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

  it("keeps every digit of whole numbers of up to 34, and 17 of others", () => {
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
    assert.deepEqual(read("[36.903999599999977,9007199254740993.0,1e20]"), [
      36.90399959999998,
      9_007_199_254_740_993n,
      10n ** 20n,
    ]);
    assert.deepEqual(read(`[${"9".repeat(35)}]`), [1e35]);
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

  it("is undefined for a document with a number beyond double precision's range", () => {
    for (const number of ["1e400", "-1E+0400", `1${"0".repeat(309)}`, `1${"0".repeat(250)}e99`]) {
      assert.equal(read(`{"a":[${number}],"b":1}`), undefined, number);
    }
    assert.deepEqual(read('{"a":[1.7e308,1e-400],"b":"1e400"}'), { a: [1.7e308, 0], b: "1e400" });
  });
});
