import * as assert from "node:assert/strict";
import { requireEdgePrincipals as rule } from "../../../../policies/rules/iam/require-edge-principals";
import { said } from "../../../support/policy";
import { distribution, lambda, role } from "../cloudfront/edge";

const both = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"];

describe(rule.name, () => {
  it("accepts a role that trusts both services", async () => {
    assert.deepEqual(await said(rule, lambda(), role(...both), distribution()), []);
  });

  for (const [nth, missing] of both.entries())
    it(`rejects a role that does not trust ${missing}`, async () =>
      assert.deepEqual(await said(rule, lambda(), role(both[1 - nth] as string), distribution()), [
        `role: Is the role of function guard at the edge and does not trust ${missing}.`,
      ]));

  it("accepts the role of a function that no distribution calls", async () => {
    assert.deepEqual(await said(rule, lambda(), role("lambda.amazonaws.com")), []);
  });
});
