import * as assert from "node:assert/strict";
import { createRuleCounts } from "../../../../local/services/cloudwatch/rule-counts";
import { noMetrics } from "../../../../local/services/iot-core/rule-metrics";

describe("recent counts of rules", () => {
  it("excludes earlier counts, and those before the first sample", () => {
    let [time, Failure] = [0, 7];
    const totals = () => ({ r: { ...noMetrics(), Failure } });
    const counts = createRuleCounts(totals, 60, () => time);
    const of = (rule = "r") =>
      counts.of({ kind: "rule", rule, metricName: "Failure", seconds: 60 });
    const at = (seconds: number, total: number): number => {
      [time, Failure] = [seconds * 1000, total];
      counts.look();
      return of();
    };
    assert.deepEqual([at(5, 7), at(10, 9), at(50, 10)], [0, 2, 3]);
    assert.deepEqual([at(65, 10), at(70, 10), at(109, 10), at(110, 10)], [3, 1, 1, 0]);
    assert.equal(of("another"), 0);
  });
});
