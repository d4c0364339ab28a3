import * as assert from "node:assert/strict";
import { requireEdgePrincipals as rule } from "../../../../policies/rules/iam/require-edge-principals";
import { said, unknown } from "../../../support/policy";
import { changed, document } from "../../given";
import { distribution, lambda, role } from "../cloudfront/edge";

const both = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"];
const untrusted = (service: string) =>
  `role: Is the role of function guard at the edge and does not trust ${service}.`;

describe(rule.name, () => {
  it("accepts a role that trusts both services", async () => {
    assert.deepEqual(await said(rule, lambda(), role(...both), distribution()), []);
  });

  for (const [nth, missing] of both.entries())
    it(`rejects a role that does not trust ${missing}`, async () =>
      assert.deepEqual(await said(rule, lambda(), role(both[1 - nth] as string), distribution()), [
        untrusted(missing),
      ]));

  it("does not count what a statement denies, and rejects a role without a trust policy", async () => {
    const trusting = role("lambda.amazonaws.com");
    const statement = (Effect: string, Service: string) => ({
      ...{ Effect, Principal: { Service }, Action: "sts:AssumeRole" },
    });
    const assumeRolePolicy = document(
      statement("Allow", both[0] as string),
      statement("Deny", both[1] as string),
    );
    assert.deepEqual(
      await said(rule, lambda(), changed(trusting, { assumeRolePolicy }), distribution()),
      [untrusted("edgelambda.amazonaws.com")],
    );
    assert.deepEqual(
      await said(
        rule,
        lambda(),
        changed(trusting, { assumeRolePolicy: undefined }),
        distribution(),
      ),
      both.map(untrusted),
    );
  });

  it("accepts a role that trusts everybody", async () => {
    const assumeRolePolicy = document({
      ...{ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" },
    });
    const open = changed(role(), { assumeRolePolicy });
    assert.deepEqual(await said(rule, lambda(), open, distribution()), []);
  });

  it("finds the role from which an unknown ARN was made", async () => {
    const later = {
      ...lambda({ role: unknown }),
      madeFrom: { role: ["guard", "role"] },
    };
    const given = [role("lambda.amazonaws.com"), later, distribution()];
    assert.deepEqual(await said(rule, lambda(), ...given.slice(0, 1), distribution()), [
      untrusted("edgelambda.amazonaws.com"),
    ]);
    assert.deepEqual(await said(rule, ...given), [untrusted("edgelambda.amazonaws.com")]);
  });

  it("does not decide while a trust policy is not known, and accepts roles and functions of other stacks", async () => {
    const later = changed(role(), { assumeRolePolicy: unknown });
    assert.deepEqual(await said(rule, lambda(), later, distribution()), [
      "advisory role: Unverified: 'assumeRolePolicy' of 'role' is not known before the update, and this rule depends on it.",
    ]);
    assert.deepEqual(await said(rule, lambda(), distribution()), []);
    assert.deepEqual(await said(rule, role(), distribution()), []);
  });

  it("accepts the role of a function that no distribution calls", async () => {
    assert.deepEqual(await said(rule, lambda(), role("lambda.amazonaws.com")), []);
  });
});
