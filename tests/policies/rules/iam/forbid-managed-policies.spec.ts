import * as assert from "node:assert/strict";
import { forbidManagedPolicies as rule } from "../../../../policies/rules/iam/forbid-managed-policies";
import { said, unknown, type Given } from "../../../support/policy";
import { role, trust, changed } from "../../given";

const own = "arn:aws:iam::123456789012:policy/send-orders";
const managed = "arn:aws:iam::aws:policy/AmazonSQSFullAccess";
const attachment: Given = {
  type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  inputs: { role: "worker", policyArn: own },
};
const sentence = (name: string) =>
  `it: Attaches the AWS managed policy ${name}, which grants more than this role needs: replace it with a policy that contains only the required statements.`;

describe(rule.name, () => {
  it("accepts a policy of the account's own", async () => {
    assert.deepEqual(await said(rule, attachment), []);
  });

  for (const [type, inputs] of Object.entries({
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { policyArn: managed },
    "aws:iam/userPolicyAttachment:UserPolicyAttachment": { policyArn: managed },
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment": { policyArn: managed },
    "aws:iam/policyAttachment:PolicyAttachment": { policyArn: managed, roles: ["worker"] },
    "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive": {
      policyArns: [own, managed],
    },
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive": {
      policyArns: [own, managed],
    },
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive": {
      policyArns: [managed],
    },
    "aws:iam/role:Role": { managedPolicyArns: [managed] },
  }))
    it(`rejects one of AWS's own in ${type}`, async () => {
      assert.deepEqual(await said(rule, { type, inputs }), [sentence("AmazonSQSFullAccess")]);
    });

  it("rejects one that AWS keeps in a folder, in every partition", async () => {
    const policyArn = "arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    assert.deepEqual(await said(rule, changed(attachment, { policyArn })), [
      sentence("service-role/AWSLambdaBasicExecutionRole"),
    ]);
  });

  it("accepts a policy of the account's own that is called after one", async () => {
    const policyArn = `${own}/${managed}`;
    assert.deepEqual(await said(rule, changed(attachment, { policyArn })), []);
  });

  it("says nothing of a boundary, which only takes away", async () => {
    assert.deepEqual(
      await said(rule, changed(role(trust()), { permissionsBoundary: managed })),
      [],
    );
  });

  it("names what is not known yet, and still finds what is", async () => {
    const given = { type: "aws:iam/role:Role", inputs: { managedPolicyArns: [unknown, managed] } };
    assert.deepEqual(await said(rule, given), [
      "advisory it: Unverified: 'managedPolicyArns[0]' of 'it' is not known before the update, and this rule depends on it.",
      sentence("AmazonSQSFullAccess"),
    ]);
  });
});
