import * as assert from "node:assert/strict";
import { forbidPublicAddresses as rule } from "../../../../policies/rules/ecs/forbid-public-addresses";
import { said } from "../../../support/policy";

const types = ["aws:ecs/service:Service", "awsx:ecs:FargateService"];
const service = (type: string, inputs: Record<string, unknown> = {}) => ({
  type,
  inputs: { name: "consumer", cluster: "consumers", ...inputs },
});

for (const type of types)
  describe(`${rule.name} of ${type}`, () => {
    it("accepts tasks without public addresses", async () => {
      for (const inputs of [{}, { networkConfiguration: { assignPublicIp: false } }])
        assert.deepEqual(await said(rule, service(type, inputs)), []);
    });

    it("rejects public addresses, however they are set", async () => {
      for (const inputs of [
        { assignPublicIp: true },
        { networkConfiguration: { assignPublicIp: true } },
      ])
        assert.deepEqual(await said(rule, service(type, inputs)), [
          "it: Gives its tasks public addresses: set assignPublicIp to false.",
        ]);
    });
  });

describe(rule.name, () => {
  it(`leaves a service of awsx without inputs to its child`, async () => {
    assert.deepEqual(await said(rule, { type: "awsx:ecs:FargateService", inputs: {} }), []);
  });
});
