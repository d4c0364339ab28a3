import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { table, valueOf } from "../evaluation";

describe("iot-sql number functions", () => {
  table([
    ["abs(-5)", 5],
    ["abs('-5.123')", 5.123],
    ["abs(true)", undefined],
    ["ceil(1.2)", 2],
    ["ceil(-1.2)", -1],
    ["ceil('1.2')", 2],
    ["floor(1.2)", 1],
    ["floor(-1.2)", -2],
    ["floor(7)", 7],
    ["floor('x')", undefined],
    ["floor([1, 2, 3])", undefined],
    ["floor({'a': 1})", undefined],
    ["floor(null)", undefined],
    ["floor(missing)", undefined],
    ["Round(1.2)", 1],
    ["Round(1.5)", 2],
    ["Round(1.7)", 2],
    ["Round(-1.1)", -1],
    ["Round(-1.5)", -2],
    ["round(0.49999999999999994)", 0],
    ["round('2.5')", 3],
    ["floor(timestamp() / 1000) + 2592000", 1_702_592_000],
  ]);

  it("agrees with JavaScript on every finite number", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (a) => {
        assert.equal(valueOf("floor(a)", { a }), Math.floor(a) + 0);
        assert.equal(valueOf("ceil(a)", { a }), Math.ceil(a) + 0);
        assert.equal(valueOf("abs(a)", { a }), Math.abs(a));
      }),
    );
  });
});
