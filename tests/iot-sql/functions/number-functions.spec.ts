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
    ["acos(2)", undefined],
    ["asin('0.5') = asin(0.5)", true],
    ["ln(0)", undefined],
    ["log(-1)", undefined],
    ["sqrt(-1)", undefined],
    ["exp(1000)", undefined],
    ["tan(true)", undefined],
    ["atan2('1', 0)", Math.PI / 2],
    ["atan2(1, null)", undefined],
    ["power(2, -1)", 0.5],
    ["power('2', '0.5') = sqrt(2)", true],
    ["power(0, -1)", undefined],
    ["power(-8, 0.5)", undefined],
    ["mod(-8, 3)", -2],
    ["mod('8', 3.5)", 1],
    ["remainder(8, 0)", undefined],
    ["bitand(13.9, '5.2')", 5],
    ["bitand(-1, 255)", 255],
    ["bitor(-8, 5)", -3],
    ["bitand(1e40, 1)", undefined],
    ["bitor(true, 1)", undefined],
    ["bitnot(-1)", 0],
    ["bitnot('13.7')", -14],
    ["bitnot(1e40)", undefined],
    ["bitnot(null)", undefined],
    ["sign('-0.5')", -1],
    ["sign(missing)", undefined],
    ["nanvl(missing, 'x')", "x"],
    ["nanvl(null, 2)", 2],
    ["nanvl('text', 2)", "text"],
    ["nanvl(missing, missing)", undefined],
    ["trunc(-2.789, 1)", -2.7],
    ["trunc('2.789', 1)", 2.7],
    ["trunc(2.789, 1.9)", 2.7],
    ["trunc(2.789, -5)", 2],
    ["trunc(2.789, 99)", 2.789],
    ["trunc(12, 1)", 12],
    ["trunc(2.5, '1')", undefined],
    ["trunc('x', 1)", undefined],
    ["trunc(true, 1)", undefined],
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
