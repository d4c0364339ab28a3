import * as assert from "node:assert/strict";
import { conversion } from "../../reading/units";

describe("units", () => {
  const same: [number, string, number, string][] = [
    [68, "°F", 20, "°C"],
    [68, "Fahrenheit", 20, "C"],
    [20, "°C", 68, "°F"],
    [293.15, "K", 20, "°C"],
    [0.4, "fraction", 40, "%"],
    [101.3, "kPa", 1013, "hPa"],
    [29.92, "inHg", 1013.207489, "hPa"],
    [10, "m/s", 36, "km/h"],
    [60, "mph", 96.56064, "km/h"],
    [3300, "mV", 3.3, "V"],
    [7, "widgets", 7, "widgets"],
  ];
  for (const [value, from, expected, to] of same)
    it(`${value} ${from} are ${expected} ${to}`, () =>
      assert.ok(Math.abs((conversion(from, to)?.(value) ?? NaN) - expected) < 1e-6));

  it("gives round numbers for round numbers", () => assert.equal(conversion("°F", "°C")?.(68), 20));

  it("do not convert to another kind of unit, or one that is not known", () => {
    for (const [from, to] of [
      ["°F", "%"],
      ["widgets", "°C"],
      ["mW", "kPa"],
    ] as const)
      assert.equal(conversion(from, to), undefined);
  });
});
