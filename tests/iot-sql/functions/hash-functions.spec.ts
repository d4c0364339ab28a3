import * as assert from "node:assert/strict";
import { md2 } from "../../../iot-sql/functions/md2";
import { table } from "../evaluation";

describe("iot-sql hashing functions", () => {
  // FIPS 180-4 and RFC 1321 give these for "abc".
  table([
    ["md5('abc')", "900150983cd24fb0d6963f7d28e17f72"],
    ["sha1('abc')", "a9993e364706816aba3e25717850c26c9cd0d89d"],
    ["sha224('abc')", "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7"],
    ["sha256('abc')", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "sha384('abc')",
      "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
    ],
    [
      "sha512('abc')",
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    ],
    ["md5(12) = md5('12')", true],
    ["md5(null)", undefined],
    ["sha256(missing)", undefined],
  ]);

  // The test suite of RFC 1319.
  const vectors: readonly [text: string, digest: string][] = [
    ["", "8350e5a3e24c153df2275c9f80692773"],
    ["a", "32ec01ec4a6dac72c0ab96fb34c0b5d1"],
    ["abc", "da853b0d3f88d99b30283a69e6ded6bb"],
    ["message digest", "ab4f496bfb2a530b219ff33031fe06b0"],
    ["abcdefghijklmnopqrstuvwxyz", "4e8ddff3650292ab5a4108c3aa47940b"],
    [
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
      "da33def2a42df13975352846c30338cd",
    ],
    [
      "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
      "d5976f79d83d3a0dc9806c3c66f3efd8",
    ],
  ];
  for (const [text, digest] of vectors) {
    it(`MD2 of '${text}' is ${digest}`, () => {
      assert.equal(md2(Buffer.from(text)).toString("hex"), digest);
    });
  }
});
