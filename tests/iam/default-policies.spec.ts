import * as assert from "node:assert/strict";
import { defaultPolicyOf, evaluate, serviceContext, unevaluableConditions } from "../../iam";

const account = "123456789012";
const topic = `arn:aws:sns:eu-central-1:${account}:alarms`;

/** Whether a service may publish to a topic that has no policy of its own. */
function mayPublish(service: string, source: string, sourceAccount = account): boolean {
  const own = defaultPolicyOf(topic);
  assert.ok(own);
  const sourceArn = `arn:aws:${source}:eu-central-1:${sourceAccount}:x`;
  return evaluate({
    documents: [own],
    action: "sns:Publish",
    resource: topic,
    principal: { kind: "Service", name: service },
    context: serviceContext({ service, action: "sns:Publish", sourceArn, sourceAccount }),
  }).allowed;
}

describe("The default policy", () => {
  it("of a topic lets CloudWatch of its account publish, and neither EventBridge nor S3", () => {
    assert.ok(mayPublish("cloudwatch.amazonaws.com", "cloudwatch"));
    assert.ok(!mayPublish("cloudwatch.amazonaws.com", "cloudwatch", "999999999999"));
    assert.ok(!mayPublish("events.amazonaws.com", "events"));
    assert.ok(!mayPublish("s3.amazonaws.com", "s3"));
    assert.ok(!mayPublish("iot.amazonaws.com", "iot"));
  });

  it("of a topic is the one that SNS documents", () => {
    assert.deepEqual(defaultPolicyOf(topic), {
      name: "the default policy of the topic",
      version: "2008-10-17",
      statements: [
        {
          sid: "__default_statement_ID",
          effect: "Allow",
          principals: { AWS: ["*"] },
          actions: [
            "SNS:GetTopicAttributes",
            "SNS:SetTopicAttributes",
            "SNS:AddPermission",
            "SNS:RemovePermission",
            "SNS:DeleteTopic",
            "SNS:Subscribe",
            "SNS:ListSubscriptionsByTopic",
            "SNS:Publish",
          ],
          resources: [topic],
          conditions: { StringEquals: { "AWS:SourceOwner": [account] } },
        },
      ],
    });
  });

  it("of a key leaves the decision to the IAM policies of its account", () => {
    assert.deepEqual(defaultPolicyOf(`arn:aws-cn:kms:cn-north-1:${account}:key/1`), {
      name: "the default policy of the key",
      version: "2012-10-17",
      statements: [
        {
          sid: "Enable IAM User Permissions",
          effect: "Allow",
          principals: { AWS: [`arn:aws-cn:iam::${account}:root`] },
          actions: ["kms:*"],
          resources: ["*"],
          conditions: {},
        },
      ],
    });
  });

  it("of a topic whose ARN ends early names an account that no service has", () => {
    assert.deepEqual(defaultPolicyOf("arn:aws:sns")?.statements[0]?.conditions, {
      StringEquals: { "AWS:SourceOwner": [""] },
    });
  });

  it("exists for topics and keys alone", () => {
    for (const arn of [
      `arn:aws:kms:eu-central-1:${account}:alias/a`,
      `arn:aws:iot:eu-central-1:${account}:key/1`,
      `arn:aws:sqs:eu-central-1:${account}:a`,
      "arn:aws",
      "",
    ])
      assert.equal(defaultPolicyOf(arn), undefined);
  });

  it("of a topic is about that topic, and about what SNS lists", () => {
    const own = defaultPolicyOf(topic);
    assert.ok(own);
    const decide = (action: string, resource: string) =>
      evaluate({
        documents: [own],
        action,
        resource,
        principal: { kind: "AWS", name: `arn:aws:iam::${account}:role/worker` },
        context: { "aws:SourceOwner": account },
      }).allowed;
    assert.ok(decide("sns:Subscribe", topic));
    assert.ok(!decide("sns:Publish", `${topic}-2`));
    assert.ok(!decide("sns:TagResource", topic));
  });

  it("of a key lets the policies of its account decide", () => {
    const key = `arn:aws-cn:kms:cn-north-1:${account}:key/1234abcd`;
    const own = defaultPolicyOf(key);
    assert.ok(own);
    const decide = (kind: string, name: string) =>
      evaluate({
        documents: [own],
        action: "kms:Decrypt",
        resource: key,
        principal: { kind, name },
      }).allowed;
    assert.ok(decide("AWS", `arn:aws-cn:iam::${account}:role/worker`));
    assert.ok(!decide("AWS", "arn:aws-cn:iam::999999999999:role/worker"));
    assert.ok(!decide("Service", "sns.amazonaws.com"));
    assert.deepEqual(unevaluableConditions(own), []);
  });

  it("does not exist for resources that deny everything without a policy", () => {
    for (const arn of [
      `arn:aws:sqs:eu-central-1:${account}:work`,
      "arn:aws:s3:::bucket",
      `arn:aws:lambda:eu-central-1:${account}:function:f`,
      `arn:aws:kms:eu-central-1:${account}:alias/fleet`,
      "no ARN",
    ])
      assert.equal(defaultPolicyOf(arn), undefined);
  });
});
