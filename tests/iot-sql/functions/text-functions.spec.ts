import * as assert from "node:assert/strict";
import { table, valueOf } from "../evaluation";

describe("iot-sql text functions", () => {
  describe("concat", () => {
    table([
      ["concat()", undefined],
      ["concat(1)", 1],
      ["concat(missing)", undefined],
      ["concat([1, 2, 3], 4)", [1, 2, 3, 4]],
      ["concat([1, 2, 3], 'hello')", [1, 2, 3, "hello"]],
      ["concat('con', 'cat')", "concat"],
      ["concat(1, 'hello')", "1hello"],
      ["concat('he', 'is', 'man')", "heisman"],
      ["concat([1, 2, 3], 'hello', [4, 5, 6])", [1, 2, 3, "hello", 4, 5, 6]],
      ["concat([[1]], [2])", [[1], 2]],
      ["concat(1, 2)", undefined],
      ["concat('a', null)", undefined],
      ["concat('a', missing)", undefined],
      ["concat([1], missing)", undefined],
    ]);
  });

  describe("parts of strings", () => {
    table([
      ["substring('012345', 0)", "012345"],
      ["substring('012345', 2)", "2345"],
      ["substring('012345', 2.745)", "2345"],
      ["substring(123, 2)", "3"],
      ["substring('012345', -1)", "012345"],
      ["substring(true, 1.2)", "rue"],
      ["substring(false, -2.411E247)", "false"],
      ["substring('012345', 1, 3)", "12"],
      ["substring('012345', -50, 50)", "012345"],
      ["substring('012345', 3, 1)", ""],
      ["substring('012345', 3, -1)", ""],
      ["substring('012345', '2', '4')", "23"],
      ["substring('abc', 'x')", undefined],
      ["substring('abc', 0, missing)", undefined],
      ["substring(null, 0)", undefined],
      ["startswith('ranger', 'ran')", true],
      ["startswith('ranger', 'ger')", false],
      ["startswith(12, 1)", true],
      ["startswith(null, 'n')", undefined],
      ["endswith('cat', 'at')", true],
      ["endswith('cat', 'ca')", false],
      ["endswith('cat', missing)", undefined],
      ["indexof('abcd', 'bc')", 1],
      ["indexof('abcd', 'x')", -1],
      ["indexof(123, 3)", 2],
      ["indexof(null, 'n')", undefined],
    ]);
  });

  describe("sizes and cases", () => {
    table([
      ["length('hi')", 2],
      ["length(false)", 5],
      ["length('\u{1F600}')", 2],
      ["length(null)", undefined],
      ["length(missing)", undefined],
      ["numbytes('hi')", 2],
      ["numbytes('€')", 3],
      ["numbytes(12)", 2],
      ["numbytes(missing)", undefined],
      ["lower('HELLO')", "hello"],
      ["lower(['HELLO'])", '["hello"]'],
      ["upper('hello')", "HELLO"],
      ["upper(['hello'])", '["HELLO"]'],
      ["upper(missing)", undefined],
      ["Trim(' hi ')", "hi"],
      ["trim(12)", "12"],
      ["trim(null)", undefined],
    ]);
  });

  describe("replace", () => {
    table([
      ["replace('abcd', 'bc', 'x')", "axd"],
      ["replace('abcdabcd', 'b', 'x')", "axcdaxcd"],
      ["replace('a.b.c', '.', '$&')", "a$&b$&c"],
      ["replace('ab', '', '-')", "-a-b-"],
      ["replace(1231, 1, 4)", "4234"],
      ["replace('a', 'b', null)", undefined],
    ]);

    it("is Undefined where a message would grow beyond a million characters", () => {
      const half = "a".repeat(60_000);
      assert.equal(valueOf("isUndefined(replace(a, '', a))", { a: half }), true);
      assert.equal(valueOf("length(replace(a, 'a', 'bc'))", { a: half }), 120_000);
    });
  });

  describe("characters and white space", () => {
    table([
      ["chr('65.9')", "A"],
      ["chr(0)", "\0"],
      ["chr(127)", "\x7f"],
      ["chr(128)", undefined],
      ["chr(-1)", undefined],
      ["chr(1e40)", undefined],
      ["chr(true)", undefined],
      ["chr(null)", undefined],
      ["lpad('a', -5)", "a"],
      ["rpad('a', '2.9')", "a  "],
      ["lpad(null, 2)", undefined],
      ["rpad('a', true)", undefined],
      ["numbytes(lpad('', 5000))", 1000],
      ["ltrim('\t \na ')", "\na "],
      ["rtrim(' a\t ')", " a"],
      ["rtrim('  ')", ""],
      ["ltrim(12)", "12"],
      ["rtrim([1])", "[1]"],
      ["ltrim(missing)", undefined],
      ["replace('abc', '', '-')", "-a-b-c-"],
      ["replace('', '', 'x')", "x"],
    ]);
  });
});
