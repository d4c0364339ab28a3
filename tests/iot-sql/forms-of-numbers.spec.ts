import * as assert from "node:assert/strict";
import { Decimal } from "decimal.js";
import {
  ARITHMETIC,
  compareNumbers,
  finite,
  isDecimal,
  isInt,
  negated,
  numberJson,
  numberText,
  type Numeric,
  parseNumber,
  readNumber,
  rounded,
  sameNumber,
  truncated,
  wholePart,
} from "../../iot-sql/numbers";

const number = (text: string): Numeric => {
  const value = readNumber(text);
  assert.notEqual(value, undefined, text);
  return value as Numeric;
};
const sameForm = (found: Numeric | undefined, expected: Numeric | undefined): void => {
  if (isDecimal(expected)) {
    assert.ok(isDecimal(found));
    assert.equal(found.toString(), expected.toString());
  } else assert.equal(found, expected);
};

describe("the one form of a number of AWS IoT SQL", () => {
  const long = `1.${"1".repeat(1500)}`;
  const forms: readonly [text: string, value: Numeric | undefined][] = [
    ["0", 0],
    ["-0", 0],
    ["-0.0", 0],
    ["-0e5", 0],
    ["1e-400", number("1e-400")],
    ["1e2", 100],
    ["1.50", 1.5],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
    ["9007199254740992", 9_007_199_254_740_992n],
    ["1.00000000000000000000000000000000000000001", number(`1.${"0".repeat(40)}1`)],
    ["9.5e37", 95n * 10n ** 36n],
    ["1e38", 1e38],
    [`-${"9".repeat(38)}`, -(10n ** 38n) + 1n],
    ["9.999E999", number("9.999E999")],
    ["1E1000", undefined],
    ["1E-1000", 0],
  ];
  for (const [text, value] of forms)
    it(`of ${text} is ${typeof value} ${String(value)}`, () => {
      sameForm(readNumber(text), value);
    });

  it("is a Decimal for what neither a double nor a whole number of 38 digits holds", () => {
    for (const text of ["1e-400", "1.00000000000000000001", "9007199254740993.5", "1e400"]) {
      assert.ok(isDecimal(readNumber(text)), text);
    }
    for (const text of ["0.1", "1e300", "9007199254740993", "5"]) {
      assert.ok(!isDecimal(readNumber(text)), text);
    }
  });

  it("keeps 1,000 digits of a text", () => {
    assert.equal(numberJson(number(long)), `1.${"1".repeat(999)}`);
    assert.equal(numberJson(number(long.slice(0, 1001))), `1.${"1".repeat(999)}`);
  });

  it("has no negative zero, and no infinity", () => {
    for (const value of [
      finite(-0),
      ARITHMETIC["*"](0, -5),
      ARITHMETIC["/"](0, -5),
      ARITHMETIC["/"](-1, 5),
      ARITHMETIC["÷"](0, -5),
      ARITHMETIC["%"](-5, 5),
      negated(0),
      truncated(-0.4, 0),
      rounded(-0.4, Decimal.ROUND_CEIL),
    ])
      assert.equal(value, 0);
    for (const value of [Infinity, -Infinity, NaN]) assert.equal(finite(value), undefined);
    assert.equal(finite(0.5), 0.5);
    // A double counts by its shortest digits.
    assert.equal(finite(2 ** 60), 1_152_921_504_606_847_000n);
    assert.equal(finite(1e300), 1e300);
  });
});

describe("a text that converts to a number", () => {
  const texts: readonly [text: string, value: Numeric | undefined][] = [
    ["5", 5],
    ["-5", -5],
    ["12.25", 12.25],
    ["5E3", 5000],
    ["5e3", 5000],
    ["5E12", 5e12],
    ["-5.5E-1", -0.55],
    ["5x", undefined],
    ["x5", undefined],
    ["5E", undefined],
    ["5Ex", undefined],
    ["5E+3", undefined],
    ["5.", undefined],
    [".5", undefined],
    ["--5", undefined],
    ["5 ", undefined],
    ["5.x", undefined],
    ["", undefined],
  ];
  for (const [text, value] of texts)
    it(`'${text}' is ${value === undefined ? "none" : String(value)}`, () => {
      assert.equal(parseNumber(text), value);
    });
});

describe("an Int", () => {
  it("is whole and has at most 34 digits", () => {
    const most = 10n ** 34n;
    for (const value of [0, -5, 2 ** 53 - 1, most - 1n, 1n - most])
      assert.equal(isInt(value), true, String(value));
    for (const value of [0.5, 1e300, most, -most, number("1e400"), number("9007199254740993.5")])
      assert.equal(isInt(value), false, String(value));
  });

  it("is written digit by digit, and a Decimal with a large E", () => {
    assert.equal(numberText(10n ** 33n), `1${"0".repeat(33)}`);
    assert.equal(numberText(10n ** 34n), `1${"0".repeat(34)}`);
    assert.equal(numberText(1e300), "1E+300");
    assert.equal(numberText(1.5e-7), "1.5E-7");
    assert.equal(numberText(number("1e400")), "1E+400");
    assert.equal(numberJson(1e300), "1e+300");
    assert.equal(numberJson(0.5), "0.5");
    assert.equal(numberJson(2n ** 60n), "1152921504606846976");
    assert.equal(numberJson(number("-1.5e-400")), "-1.5e-400");
  });
});

describe("the order of numbers", () => {
  const rising: readonly Numeric[] = [
    "-1e400",
    "-9007199254740993",
    "-1",
    "1e-400",
    "0.1",
    "0.1000000000000000055511151231257827",
    "9.5",
    "10",
    "9007199254740992",
    "9007199254740992.5",
    "9007199254740993",
    "10000000000000000.5",
    "1e300",
    "1e400",
  ].map(number);
  it("is that of their values, whatever form holds them", () => {
    for (const [index, left] of rising.entries())
      for (const [other, right] of rising.entries()) {
        const shown = `${String(left)} and ${String(right)}`;
        assert.equal(Math.sign(compareNumbers(left, right)), Math.sign(index - other), shown);
        assert.equal(sameNumber(left, right), index === other, shown);
      }
  });
});

describe("arithmetic", () => {
  const sums: readonly [
    left: string,
    sign: keyof typeof ARITHMETIC,
    right: string,
    result: string | undefined,
  ][] = [
    ["7", "+", "5", "12"],
    ["7", "-", "5", "2"],
    ["7", "*", "5", "35"],
    ["7", "%", "5", "2"],
    ["-7", "%", "5", "-2"],
    ["7", "/", "2", "3"],
    ["-7", "/", "2", "-3"],
    ["7", "÷", "2", "3.5"],
    ["8", "÷", "2", "4"],
    ["1", "÷", "3", `0.${"3".repeat(34)}`],
    ["7", "/", "2.0", "3"],
    ["7.5", "/", "2", "3.75"],
    ["9007199254740991", "+", "2", "9007199254740993"],
    ["9007199254740993", "*", "3", "27021597764222979"],
    ["7", "/", "0", undefined],
    ["7.5", "/", "0", undefined],
    ["7", "÷", "0", undefined],
    ["7", "%", "0", undefined],
    ["1e999", "*", "10", undefined],
    ["1e-999", "÷", "10", "0"],
  ];
  for (const [left, sign, right, result] of sums)
    it(`${left} ${sign} ${right} is ${result ?? "Undefined"}`, () => {
      const found = ARITHMETIC[sign](number(left), number(right));
      assert.equal(found === undefined ? undefined : numberJson(found), result);
    });

  it("changes a sign, and cuts off digits, in every form", () => {
    const signs: readonly [Numeric, Numeric][] = [
      [5, -5],
      [-0.5, 0.5],
      [2n ** 60n, -(2n ** 60n)],
      [number("1e400"), number("-1e400")],
    ];
    for (const [value, expected] of signs) sameForm(negated(value), expected);
    sameForm(wholePart(-0.5), -1);
    sameForm(wholePart(7), 7);
    sameForm(wholePart(10n ** 37n), 10n ** 37n);
    sameForm(wholePart(1e300), 1e300);
    sameForm(wholePart(number("9007199254740993.5")), 9_007_199_254_740_993n);
    sameForm(rounded(2.5, Decimal.ROUND_HALF_UP), 3);
    sameForm(truncated(2.129, 2), 2.12);
    sameForm(truncated(-2.129, 1), -2.1);
  });
});
