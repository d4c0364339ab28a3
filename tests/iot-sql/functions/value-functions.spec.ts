import { table } from "../evaluation";

describe("iot-sql value functions", () => {
  describe("isUndefined and isNull", () => {
    table([
      ["isUndefined(missing)", true],
      ["isUndefined(5)", false],
      ["isUndefined(null)", false],
      ["isUndefined(floor([1, 2, 3]))", true],
      ["ISUNDEFINED(a.b)", true, { a: {} }],
      ["isNull(null)", true],
      ["isNull(5)", false],
      ["isNull(missing)", false],
      ["isnull(a)", true, { a: null }],
    ]);
  });

  describe("get", () => {
    table([
      ["get(['a', 'b', 'c'], 1)", "b"],
      ["get(['a'], 1)", undefined],
      ["get(['a'], -1)", undefined],
      ["get(['a'], 'x')", undefined],
      ["get(['a'], '0')", "a"],
      ["get(['a'], true)", undefined],
      ["get({'a': 'b'}, 'a')", "b"],
      ["get({'1': 'b'}, 1)", undefined],
      ["get({'a': 'b'}, 'constructor')", undefined],
      ["get(['a'], 'length')", undefined],
      ["get('abc', 1)", "b"],
      ["get('abc', 3)", undefined],
      ["get(5, 0)", undefined],
      ["get(null, 0)", undefined],
      ["get(missing, 0)", undefined],
      ["get(list, 0).n", "temperature", { list: [{ n: "temperature" }] }],
    ]);
  });

  describe("get_or_default (page iot-sql-functions)", () => {
    table([
      ["get_or_default(a, 'b')", 1, { a: 1 }],
      ["get_or_default(a, 'b')", false, { a: false }],
      ["get_or_default(a, 'b')", "b", { a: null }],
      ["get_or_default(a, 'b')", "b"],
      ["get_or_default(floor(a), c)", 2, { a: "x", c: 2 }],
      ["get_or_default(a)", undefined],
      ["get_or_default(a, null)", null],
      ["get_or_default(a, missing)", undefined],
      ["get_or_default(a.b.c, {'d': a})", { d: 1 }, { a: 1 }],
    ]);
  });

  describe("transform", () => {
    table([
      ["transform('enrichArray', {'a': 1}, [{'a': 2, 'b': 3}])", [{ a: 1, b: 3 }]],
      ["transform('enrichArray', {'a': 1}, [])", []],
      ["transform('enrichArray', [1], [{}])", undefined],
      ["transform('enrichArray', {'a': 1}, {'b': 2})", undefined],
      ["transform('enrichArray', {'a': 1}, [{}, 2])", undefined],
      ["transform('enrichArray', missing, [{}])", undefined],
      ["isUndefined(transform('enrichArray', o, [o]))", true, { o: { a: "x".repeat(131_072) } }],
      [
        "isUndefined(transform('enrichArray', {'b': 1}, o))",
        true,
        { o: [{ a: "x".repeat(131_072) }] },
      ],
    ]);
  });
});
