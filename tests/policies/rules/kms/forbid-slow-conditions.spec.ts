import * as assert from "node:assert/strict";
import { forbidSlowConditions as rule } from "../../../../policies/rules/kms/forbid-slow-conditions";
import { said } from "../../../support/policy";
import { document, rolePolicy, send, type Statement } from "../../given";

const keys = "arn:aws:kms:eu-central-1:123456789012:key/*";
const use = (changes: Statement) =>
  send({ Action: ["kms:GenerateDataKey", "kms:Decrypt"], Resource: keys, ...changes });
const fault = (key: string) => [
  `it: Statement Send in policy allows the use of keys by ${key}, which takes up to five minutes to arrive: select the key by its policy or by the encryption context.`,
];

describe(rule.name, () => {
  for (const [operator, key] of [
    ["ForAnyValue:StringEquals", "kms:ResourceAliases"],
    ["StringEquals", "kms:RequestAlias"],
    ["StringLike", "aws:ResourceTag/stack"],
    ["StringEquals", "KMS:requestalias"],
  ] as const)
    it(`rejects ${operator} on ${key}`, async () => {
      const Condition = { [operator]: { [key]: "alias/orders" } };
      assert.deepEqual(await said(rule, rolePolicy(use({ Condition }))), fault(key));
      const everything = use({ Condition, Action: "*" });
      assert.deepEqual(await said(rule, rolePolicy(everything)), fault(key));
      const among = use({ Condition, Action: ["s3:GetObject", "kms:Decrypt"] });
      assert.deepEqual(await said(rule, rolePolicy(among)), fault(key));
      const policy = document(use({ Principal: { AWS: "123456789012" }, Condition }));
      const inKey = { type: "aws:kms/key:Key", inputs: { policy } };
      assert.deepEqual(await said(rule, inKey), fault(key));
    });

  it("accepts conditions that hold at once", async () => {
    for (const Condition of [
      undefined,
      { StringEquals: { "kms:EncryptionContext:aws:sns:topicArn": "arn" } },
      { StringEquals: { "kms:ViaService": "sns.eu-central-1.amazonaws.com" } },
      { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::123456789012:role/worker" } },
    ])
      assert.deepEqual(await said(rule, rolePolicy(use({ Condition }))), []);
  });

  it("accepts keys and actions that only contain the names of others", async () => {
    for (const key of ["aws:PrincipalTag/kms:RequestAlias", "kms:RequestAliasOf"]) {
      const Condition = { StringEquals: { [key]: "a" } };
      assert.deepEqual(await said(rule, rolePolicy(use({ Condition }))), []);
    }
    const Condition = { StringEquals: { "kms:RequestAlias": "a" } };
    const Action = "not-kms:Decrypt";
    assert.deepEqual(await said(rule, rolePolicy(use({ Condition, Action }))), []);
  });

  it("accepts denials, other services, and conditions that need not hold", async () => {
    const Condition = { StringEquals: { "aws:ResourceTag/stack": "a" } };
    assert.deepEqual(await said(rule, rolePolicy(send({ Condition }))), []);
    assert.deepEqual(await said(rule, rolePolicy(use({ Condition, Effect: "Deny" }))), []);
    const absent = { StringEqualsIfExists: { "kms:RequestAlias": "alias/orders" } };
    assert.deepEqual(await said(rule, rolePolicy(use({ Condition: absent }))), []);
  });
});
