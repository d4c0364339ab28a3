import * as assert from "node:assert/strict";
import { firesAboveSome, firesAtFirst } from "../../../policies/monitoring/first";
import { unknown } from "../../support/policy";
import { alarmIn } from "./alarm-in";

describe("An alarm on the first message", () => {
  for (const [comparisonOperator, threshold, first, some] of [
    ["GreaterThanThreshold", -1, false, false],
    ["GreaterThanThreshold", 0, true, true],
    ["GreaterThanThreshold", undefined, true, true],
    ["GreaterThanThreshold", 0.5, true, true],
    ["GreaterThanThreshold", 1, false, true],
    ["GreaterThanOrEqualToThreshold", 0, false, false],
    ["GreaterThanOrEqualToThreshold", 0.5, true, true],
    ["GreaterThanOrEqualToThreshold", 1, true, true],
    ["GreaterThanOrEqualToThreshold", 2, false, true],
    ["LessThanThreshold", 0, false, false],
    ["LessThanOrEqualToThreshold", 1, false, false],
    ["GreaterThanUpperThreshold", 1, false, false],
    [undefined, 0, false, false],
    [unknown, 5, true, true],
    ["LessThanThreshold", unknown, true, true],
  ] as const)
    it(`fires by ${comparisonOperator} ${threshold}: ${first}, by more: ${some}`, async () => {
      const inputs = Object.entries({ comparisonOperator, threshold });
      const given = await alarmIn(
        Object.fromEntries(inputs.filter(([, value]) => value !== undefined)),
      );
      assert.equal(firesAtFirst(given), first);
      assert.equal(firesAboveSome(given), some);
    });
});
