import * as assert from "node:assert/strict";
import { forbidNotElements as rule } from "../../../../policies/rules/iam/forbid-not-elements";
import { said } from "../../../support/policy";
import { arn, document, role, rolePolicy, send, trust } from "../../given";

const sentence = (element: string) =>
  `it: Statement Send in policy allows by Not${element}: use ${element} instead.`;

describe(rule.name, () => {
  it("accepts a statement that says what", async () => {
    assert.deepEqual(await said(rule, rolePolicy(send())), []);
  });

  it("rejects everything but an action", async () => {
    const given = rolePolicy(send({ Action: undefined, NotAction: "sqs:DeleteQueue" }));
    assert.deepEqual(await said(rule, given), [sentence("Action")]);
  });

  it("rejects everything but a resource", async () => {
    const given = rolePolicy(send({ Resource: undefined, NotResource: arn.queue("secrets") }));
    assert.deepEqual(await said(rule, given), [sentence("Resource")]);
  });

  it("rejects everybody but a principal, in a resource policy and in a trust policy", async () => {
    const NotPrincipal = { AWS: arn.role("worker") };
    const queue = {
      type: "aws:sqs/queue:Queue",
      inputs: { policy: document(send({ NotPrincipal })) },
    };
    assert.deepEqual(await said(rule, queue), [sentence("Principal")]);
    assert.deepEqual(await said(rule, role(trust({ Principal: undefined, NotPrincipal }))), [
      "it: Statement 1 in assumeRolePolicy allows by NotPrincipal: use Principal instead.",
    ]);
  });

  it("accepts a denial of everything but", async () => {
    const given = rolePolicy(
      send({ Effect: "Deny", Action: undefined, NotAction: "sqs:SendMessage", Resource: "*" }),
    );
    assert.deepEqual(await said(rule, given), []);
  });
});
