import * as assert from "node:assert/strict";
import { requireCircuitBreaker as rule } from "../../../../policies/rules/ecs/require-circuit-breaker";
import { said, unknown } from "../../../support/policy";

const types = ["aws:ecs/service:Service", "awsx:ecs:FargateService"];
const service = (type: string, inputs: Record<string, unknown> = {}) => ({
  type,
  inputs: { name: "consumer", cluster: "consumers", ...inputs },
});
const breaker = (enable: boolean, rollback: boolean) => ({
  deploymentCircuitBreaker: { enable, rollback },
});

for (const type of types)
  describe(`${rule.name} of ${type}`, () => {
    it("accepts a circuit breaker that rolls back, and other deployment controllers", async () => {
      const external = { deploymentController: { type: "EXTERNAL" } };
      for (const inputs of [breaker(true, true), external])
        assert.deepEqual(await said(rule, service(type, inputs)), []);
    });

    it("rejects a service without one, or with one that does not roll back", async () => {
      const never =
        "it: Retries a failed deployment for ever: set deploymentCircuitBreaker.enable to true.";
      for (const inputs of [{}, breaker(false, true)])
        assert.deepEqual(await said(rule, service(type, inputs)), [never]);
      assert.deepEqual(await said(rule, service(type, breaker(true, false))), [
        "it: Leaves a failed deployment as it is: set deploymentCircuitBreaker.rollback to true.",
      ]);
    });

    it("decides nothing of a circuit breaker that is not known yet", async () => {
      const lines = await said(rule, service(type, { deploymentCircuitBreaker: unknown }));
      assert.deepEqual(
        lines.filter((line) => line.includes("deployment ")),
        [],
      );
    });
  });

describe(rule.name, () => {
  it(`leaves a service of awsx without inputs to its child`, async () => {
    assert.deepEqual(await said(rule, { type: "awsx:ecs:FargateService", inputs: {} }), []);
  });
});
