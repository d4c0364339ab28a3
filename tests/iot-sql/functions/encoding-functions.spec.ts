import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { outputOf, refusalOf, table, valueOf } from "../evaluation";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

describe("iot-sql encoding functions", () => {
  describe("encode", () => {
    table([
      ["encode('hi', 'base64')", base64("hi")],
      ["encode(12.5, 'base64')", base64("12.5")],
      ["encode({'a': [1]}, \"base64\")", base64('{"a":[1]}')],
      ["encode(a, 'base64')", base64("é"), { a: "é" }],
      ["encode(null, 'base64')", undefined],
      ["encode(missing, 'base64')", undefined],
    ]);

    it("keeps every byte of any payload by encode(*, 'base64')", () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
          const expected = Buffer.from(bytes).toString("base64");
          assert.deepEqual(outputOf("encode(*, 'base64') AS v", bytes), { v: expected });
        }),
      );
    });

    it("encodes only the payload's part of the buffer behind it", () => {
      const view = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
      assert.equal(valueOf("encode(*, 'base64')", view), "AgM=");
    });
  });

  describe("decode", () => {
    table([
      ["decode(a, 'base64').temperature", 33, { a: "eyAidGVtcGVyYXR1cmUiOiAzMyB9Cg==" }],
      ["decode(a, 'base64')", "hello", { a: base64("hello") }],
      ["decode(a, 'base64')", 42, { a: base64("42") }],
      ["decode(a, 'base64')", null, { a: base64("null") }],
      ["decode(a, 'base64')", "hi", { a: "aGk" }],
      ["decode('', 'base64')", ""],
      ["decode('*', 'base64')", null],
      ["decode('aGk=\n', 'base64')", null],
      ["decode('aGkxx', 'base64')", null],
      ["decode('/w==', 'base64')", null],
      ["isNull(decode('%', 'base64'))", true],
      ["decode(null, 'base64')", undefined],
      ["decode(missing, 'base64')", undefined],
    ]);
  });

  it("refuses every scheme but the literal 'base64', at its place", () => {
    const reason = "The encoding scheme must be the literal 'base64'";
    const refusals = ["encode(a, 'hex')", "decode(a, scheme)", "encode(*, 1)"].map((call) =>
      refusalOf(`SELECT ${call} AS v FROM 'a'`),
    );
    assert.deepEqual(
      refusals,
      [18, 18, 18].map((column) => `Line 1, column ${column}: ${reason}.`),
    );
  });
});
