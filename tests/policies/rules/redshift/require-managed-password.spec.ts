import * as assert from "node:assert/strict";
import { requireManagedPassword as rule } from "../../../../policies/rules/redshift/require-managed-password";
import { said, unknown } from "../../../support/policy";

const namespace = (inputs: Record<string, unknown>) => ({
  type: "aws:redshiftserverless/namespace:Namespace",
  inputs: { namespaceName: "n", ...inputs },
});

describe(rule.name, () => {
  it("accepts a password that Secrets Manager manages", async () => {
    assert.deepEqual(await said(rule, namespace({ manageAdminPassword: true })), []);
  });

  it("rejects any other", async () => {
    for (const inputs of [{}, { manageAdminPassword: false }, { adminUserPasswordWo: "written" }])
      assert.deepEqual(await said(rule, namespace(inputs)), [
        "it: Has an administrator whose password Secrets Manager does not manage: set manageAdminPassword to true.",
      ]);
  });

  it("accepts an input that is not known yet", async () => {
    const found = await said(rule, namespace({ manageAdminPassword: unknown }));
    assert.ok(found.every((line) => !line.includes("does not manage")));
  });
});
