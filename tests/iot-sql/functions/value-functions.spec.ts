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
});
