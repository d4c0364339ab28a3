import * as assert from "node:assert/strict";
import { requireReadableDocument as rule } from "../../../../policies/rules/iam/require-readable-document";
import { said, unknown } from "../../../support/policy";
import { changed, document, rolePolicy, send } from "../../given";

const withPolicy = (policy: unknown) => changed(rolePolicy(), { policy });

describe(rule.name, () => {
  it("accepts a document as text and as an object", async () => {
    assert.deepEqual(await said(rule, rolePolicy(send())), []);
    assert.deepEqual(await said(rule, withPolicy(JSON.parse(document(send())))), []);
  });

  it("rejects what is not JSON", async () => {
    assert.deepEqual(await said(rule, withPolicy("{ Statement: [] }")), [
      "it: policy is invalid: The document is not JSON.",
    ]);
  });

  it("rejects what IAM does not know, and says where", async () => {
    const policy = document(send(), { ...send(), Condtion: {} });
    assert.deepEqual(await said(rule, withPolicy(policy)), [
      'it: policy is invalid: Statement[1] has "Condtion", which IAM does not know.',
    ]);
  });

  it("says nothing of a policy that is left out or empty", async () => {
    for (const policy of ["", undefined])
      assert.deepEqual(await said(rule, withPolicy(policy)), []);
  });

  it("names a document that is not known yet, also in a part", async () => {
    const line = (path: string) =>
      `advisory it: Unverified: '${path}' of 'it' is not known before the update, and this rule depends on it.`;
    assert.deepEqual(await said(rule, withPolicy(unknown)), [line("policy")]);
    const partly = { Version: "2012-10-17", Statement: [send(), send({ Resource: [unknown] })] };
    assert.deepEqual(await said(rule, withPolicy(partly)), [
      line("policy.Statement[1].Resource[0]"),
    ]);
  });
});
