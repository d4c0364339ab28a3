import * as assert from "node:assert/strict";
import { requireBreachingAlarm as rule } from "../../../../policies/rules/ecs/require-breaching-alarm";
import { said, unknown } from "../../../support/policy";

const types = ["aws:ecs/service:Service", "awsx:ecs:FargateService"];
const service = (type: string, inputs: Record<string, unknown> = {}) => ({
  type,
  inputs: { name: "consumer", cluster: "consumers", ...inputs },
});

for (const type of types)
  describe(`${rule.name} of ${type}`, () => {
    const alarm = (inputs: Record<string, unknown>) => ({
      type: "aws:cloudwatch/metricAlarm:MetricAlarm",
      name: "behind",
      inputs: {
        dimensions: { ServiceName: "consumer" },
        treatMissingData: "breaching",
        ...inputs,
      },
    });

    it("accepts a service with an alarm that fires without data", async () => {
      assert.deepEqual(await said(rule, service(type), alarm({})), []);
    });

    it("rejects a service without one, with another's, or with one that waits for data", async () => {
      for (const others of [
        [],
        [alarm({ dimensions: { ServiceName: "other" } })],
        [alarm({ dimensions: {} })],
        [alarm({ treatMissingData: "notBreaching" })],
      ])
        assert.deepEqual(await said(rule, service(type), ...others), [
          "it: Raises no alarm when none of its tasks runs: create an alarm by ServiceName with treatMissingData breaching.",
        ]);
    });

    it("decides nothing of a service whose name is not known yet", async () => {
      const lines = await said(rule, service(type, { name: unknown }));
      assert.deepEqual(
        lines.filter((line) => line.includes("Raises no alarm")),
        [],
      );
    });
  });

describe(rule.name, () => {
  it(`leaves a service of awsx without inputs to its child`, async () => {
    assert.deepEqual(await said(rule, { type: "awsx:ecs:FargateService", inputs: {} }), []);
  });
});
