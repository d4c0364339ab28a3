import * as assert from "node:assert/strict";
import { watchesGrowth } from "../../../policies/monitoring/growth";
import { unknown } from "../../support/policy";
import { alarmIn } from "./alarm-in";

describe("An alarm on growth", () => {
  const growing = async (...metricQueries: object[]) =>
    watchesGrowth(await alarmIn({ metricQueries }));

  it("contains a difference or a rate in one of its expressions", async () => {
    for (const expression of ["DIFF(m1)", "RATE(m1)", "1 + diff (m1)", "FILL(rate(m1), 0)"])
      assert.equal(await growing({ id: "m1", metric: {} }, { id: "e", expression }), true);
  });

  it("contains neither in a metric, another function, or an expression that is not known yet", async () => {
    for (const query of [{}, { expression: "DIFF_TIME(m1)" }, { expression: unknown }])
      assert.equal(await growing({ id: "q", ...query }), false);
    assert.equal(await growing({ id: "q", expression: "m1 + rates" }), false);
    assert.equal(watchesGrowth(await alarmIn({})), false);
  });
});
