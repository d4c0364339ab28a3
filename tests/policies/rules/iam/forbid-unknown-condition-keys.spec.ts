import * as assert from "node:assert/strict";
import { forbidUnknownConditionKeys as rule } from "../../../../policies/rules/iam/forbid-unknown-condition-keys";
import { said } from "../../../support/policy";
import { arn, document, role, rolePolicy, send, trust } from "../../given";

const under = (Condition: Record<string, Record<string, unknown>>, Action: unknown = undefined) =>
  rolePolicy(send({ Condition, ...(Action ? { Action } : {}) }));

describe(rule.name, () => {
  const passes: Record<string, ReturnType<typeof under>> = {
    "a global key": under({ StringEquals: { "aws:PrincipalTag/team": "a" } }),
    "a global key in another spelling": under({ Bool: { "AWS:securetransport": "true" } }),
    "a key that credentials carry to any service": under({
      ArnEquals: { "lambda:SourceFunctionArn": arn.function("worker") },
    }),
    "a key of the action's": under(
      { StringEquals: { "cloudwatch:namespace": "Devices" } },
      "cloudwatch:PutMetricData",
    ),
    "a key of the action's resource type, which holds any name": under(
      { StringEquals: { "kms:EncryptionContext:topic": "a" } },
      "kms:Decrypt",
    ),
    "a key of an identity provider": under(
      { StringEquals: { "token.actions.githubusercontent.com:sub": "repo:a" } },
      "sts:AssumeRoleWithWebIdentity",
    ),
    "a key that may be missing": under({ StringEqualsIfExists: { "sqs:QueueName": "a" } }),
    "a key that must be missing": under({ Null: { "sqs:QueueName": "true" } }),
    "a key that must differ": under({ StringNotEquals: { "sqs:QueueName": "a" } }),
    "values that must all fit": under({ "ForAllValues:StringEquals": { "sqs:QueueName": "a" } }),
    "a key beside a wildcard, which is another rule's": under(
      { StringEquals: { "sqs:QueueName": "a" } },
      "sqs:Send*",
    ),
    "a key that must differ, or may be missing, in whichever form": under({
      ArnNotLikeIfExists: { "sqs:QueueName": "a" },
      "ForAnyValue:StringEqualsIfExists": { "sqs:QueueName": "a" },
      "ForAllValues:StringNotLike": { "sqs:QueueName": "a" },
    }),
    "an address that must differ": under({ NotIpAddress: { "sqs:QueueName": "10.0.0.0/8" } }),
    "a key of SAML": under({ StringEquals: { "SAML:aud": "a" } }, "sts:AssumeRoleWithSAML"),
    "a key beside exceptions, which another rule forbids": rolePolicy(
      send({
        Action: undefined,
        NotAction: "sqs:SendMessage",
        Condition: { StringEquals: { "sqs:QueueName": "a" } },
      }),
    ),
    "the keys of a trust policy": role(trust()),
  };
  for (const [what, given] of Object.entries(passes))
    it(`accepts ${what}`, async () => {
      assert.deepEqual(await said(rule, given), []);
    });

  const never = (rest: string) => [`it: Statement Send in policy requires ${rest}`];

  it("rejects a key of the service's that the action does not have", async () => {
    assert.deepEqual(
      await said(
        rule,
        under({ StringEquals: { "dynamodb:Attributes": "a" } }, "dynamodb:ListTables"),
      ),
      never(
        "dynamodb:Attributes, which dynamodb:ListTables does not support, so the condition never matches: use a condition key of the action.",
      ),
    );
  });

  it("rejects a key of another service's, for each action without it", async () => {
    assert.deepEqual(
      await said(
        rule,
        under({ "ForAnyValue:StringLike": { "cloudwatch:namespace": "a" } }, [
          "cloudwatch:PutMetricData",
          "sqs:SendMessage",
        ]),
      ),
      never(
        "cloudwatch:namespace, which sqs:SendMessage does not support, so the condition never matches: use a condition key of the action.",
      ),
    );
  });

  for (const key of ["aws:SourceAcount", "AWS:Nothing", "iott:Topic", "xsaml:aud"])
    it(`rejects ${key}, which nobody sends`, async () => {
      assert.deepEqual(
        await said(rule, under({ StringLike: { [key]: "a" } })),
        never(
          `${key}, which does not exist, so the condition never matches: use an existing condition key.`,
        ),
      );
    });

  for (const operator of ["Bool", "ForAnyValue:StringEquals", "ForAnyValue:StringNotEquals"])
    it(`rejects ${operator}, which holds for no request without the key`, async () => {
      assert.deepEqual(
        await said(rule, under({ [operator]: { "sqs:QueueName": "a" } })),
        never(
          "sqs:QueueName, which sqs:SendMessage does not support, so the condition never matches: use a condition key of the action.",
        ),
      );
    });

  it("names each key once, by whichever operators it is asked for", async () => {
    const twice = { StringLike: { "aws:Nothing": "a*" }, StringEquals: { "aws:Nothing": "a" } };
    assert.deepEqual(
      await said(rule, under(twice)),
      never(
        "aws:Nothing, which does not exist, so the condition never matches: use an existing condition key.",
      ),
    );
  });

  it("rejects it in the policy of a queue", async () => {
    const Condition = { StringEquals: { "aws:SourceAcount": "123456789012" } };
    const policy = document(send({ Principal: "*", Condition }));
    assert.deepEqual(
      await said(rule, { type: "aws:sqs/queue:Queue", inputs: { policy } }),
      never(
        "aws:SourceAcount, which does not exist, so the condition never matches: use an existing condition key.",
      ),
    );
  });

  it("asks nothing of a device, whose keys no list has", async () => {
    const policy = document({
      Effect: "Allow",
      Action: "iot:Connect",
      Resource: "arn:aws:iot:eu-central-1:123456789012:client/a",
      Condition: { Bool: { "iot:Connection.Thing.IsAttached": "true" } },
    });
    assert.deepEqual(await said(rule, { type: "aws:iot/policy:Policy", inputs: { policy } }), []);
  });

  it("rejects it in a trust policy", async () => {
    const Condition = { StringEquals: { "aws:SourceAcount": "123456789012" } };
    assert.deepEqual(await said(rule, role(trust({ Condition }))), [
      "it: Statement 1 in assumeRolePolicy requires aws:SourceAcount, which does not exist, so the condition never matches: use an existing condition key.",
    ]);
  });

  it("accepts anything where it denies", async () => {
    const Condition = { StringEquals: { "aws:SourceAcount": "a" } };
    assert.deepEqual(await said(rule, rolePolicy(send({ Effect: "Deny", Condition }))), []);
  });
});
