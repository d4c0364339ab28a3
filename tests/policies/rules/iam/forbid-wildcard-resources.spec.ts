import * as assert from "node:assert/strict";
import { forbidWildcardResources as rule } from "../../../../policies/rules/iam/forbid-wildcard-resources";
import { said } from "../../../support/policy";
import { arn, document, rolePolicy, send } from "../../given";

const everyQueue = (action = "sqs:SendMessage") =>
  `it: Statement Send in policy allows ${action} on every resource: specify one ARN, in the format arn:\${Partition}:sqs:\${Region}:\${Account}:\${QueueName}.`;

describe(rule.name, () => {
  it("accepts a resource by its ARN", async () => {
    assert.deepEqual(await said(rule, rolePolicy(send())), []);
  });

  it("rejects `*` for an action that takes a queue", async () => {
    assert.deepEqual(await said(rule, rolePolicy(send({ Resource: "*" }))), [everyQueue()]);
  });

  for (const Resource of ["arn:*", "arn:aws:*:*:*:*", "**"])
    it(`rejects ${Resource}, which is as wide`, async () => {
      assert.deepEqual(await said(rule, rolePolicy(send({ Resource }))), [everyQueue()]);
    });

  it("rejects `*` among ARNs, and says each thing once", async () => {
    const Resource = [arn.queue("orders"), "*", "*"];
    assert.deepEqual(await said(rule, rolePolicy(send({ Resource }))), [everyQueue()]);
  });

  it("leaves the passing of roles to its own rule", async () => {
    assert.deepEqual(
      await said(rule, rolePolicy(send({ Action: "iam:PassRole", Resource: "*" }))),
      [],
    );
    const every = send({ Action: "IAM:passrole", Resource: "arn:aws:iam::123456789012:role/*" });
    assert.deepEqual(await said(rule, rolePolicy(every)), []);
  });

  it("says of a pattern that covers several types of one action only the first", async () => {
    const given = send({ Action: "s3:GetObject", Resource: "arn:aws:s3:*:*:*" });
    assert.deepEqual(await said(rule, rolePolicy(given)), [
      "it: Statement Send in policy allows s3:GetObject on every accesspointobject, arn:aws:s3:*:*:*: specify the ARN of one resource.",
    ]);
  });

  it("asks nothing of statements by exceptions, which another rule forbids", async () => {
    const odd = send({ Action: undefined, NotAction: "sqs:X", Resource: "*" });
    const others = send({ Resource: undefined, NotResource: "*" });
    assert.deepEqual(await said(rule, rolePolicy(odd, others)), []);
  });

  it("compares actions without regard to case", async () => {
    const given = rolePolicy(send({ Action: "SQS:sendmessage", Resource: "*" }));
    assert.deepEqual(await said(rule, given), [everyQueue("SQS:sendmessage")]);
  });

  for (const action of [
    "xray:PutTraceSegments",
    "comprehend:BatchDetectSentiment",
    "rekognition:DetectLabels",
    "logs:CreateLogDelivery",
    "ec2:DescribeNetworkInterfaces",
    "ecr:GetAuthorizationToken",
    "timestream:DescribeEndpoints",
    "states:SendTaskSuccess",
    "redshift-data:DescribeStatement",
  ])
    it(`accepts \`*\` for ${action}, which takes nothing narrower`, async () => {
      assert.deepEqual(await said(rule, rolePolicy(send({ Action: action, Resource: "*" }))), []);
    });

  for (const action of ["cloudwatch:PutMetricData", "comprehend:DetectEntities"])
    it(`accepts \`*\` for ${action}, whose resource type is another use of it`, async () => {
      assert.deepEqual(await said(rule, rolePolicy(send({ Action: action, Resource: "*" }))), []);
    });

  for (const action of [
    "ec2:CreateNetworkInterface",
    "ecs:StopTask",
    "events:PutEvents",
    "redshift-data:ExecuteStatement",
    "kinesis:ListShards",
  ])
    it(`rejects \`*\` for ${action}, as people often write it`, async () => {
      const found = await said(rule, rolePolicy(send({ Action: action, Resource: "*" })));
      assert.equal(found.length, 1);
      assert.match(
        found[0] ?? "",
        new RegExp(`allows ${action} on every resource: specify one ARN, in the format arn`),
      );
    });

  it("rejects `*` for an action that takes none beside one that takes a queue", async () => {
    const Action = ["ecr:GetAuthorizationToken", "sqs:SendMessage"];
    assert.deepEqual(await said(rule, rolePolicy(send({ Action, Resource: "*" }))), [everyQueue()]);
  });

  it("rejects `*` for an action that AWS does not list", async () => {
    assert.deepEqual(await said(rule, rolePolicy(send({ Action: "sqs:Snd", Resource: "*" }))), [
      "it: Statement Send in policy allows sqs:Snd on every resource: specify the ARN of one resource.",
    ]);
  });

  it("rejects `*` for a wildcard that stands for one action that takes a queue", async () => {
    assert.deepEqual(await said(rule, rolePolicy(send({ Action: "sqs:Send*", Resource: "*" }))), [
      everyQueue("sqs:Send*"),
    ]);
  });

  for (const [Resource, Action, type] of [
    ["arn:aws:sqs:eu-central-1:123456789012:*", "sqs:SendMessage", "queue"],
    ["arn:aws:dynamodb:eu-central-1:123456789012:table/*", "dynamodb:PutItem", "table"],
    ["arn:aws:dynamodb:*:*:*", "dynamodb:PutItem", "table"],
    ["arn:aws:s3:::*", "s3:ListBucket", "bucket"],
    ["arn:aws:s3:::*/*", "s3:GetObject", "object"],
    ["arn:aws:lambda:eu-central-1:123456789012:function:*", "lambda:InvokeFunction", "function"],
    ["arn:aws:iot:eu-central-1:123456789012:topic/*", "iot:Publish", "topic"],
    ["arn:aws:kms:eu-central-1:123456789012:key/*", "kms:Decrypt", "key"],
  ] as const)
    it(`rejects every ${type}, ${Resource}`, async () => {
      assert.deepEqual(await said(rule, rolePolicy(send({ Action, Resource }))), [
        `it: Statement Send in policy allows ${Action} on every ${type}, ${Resource}: specify the ARN of one resource.`,
      ]);
    });

  it("accepts every alarm of an account for a list of alarms, which AWS judges against all of them, and nothing wider", async () => {
    const all = "arn:aws:cloudwatch:eu-central-1:123456789012:alarm:*";
    const found = async (Action: string, Resource: string) =>
      (await said(rule, rolePolicy(send({ Action, Resource })))).length;
    assert.equal(await found("cloudwatch:DescribeAlarms", all), 0);
    assert.equal(await found("cloudwatch:DescribeAlarmHistory", all), 1);
    assert.equal(await found("cloudwatch:DescribeAlarms", "*"), 1);
    assert.equal(await found("cloudwatch:DescribeAlarms", "arn:aws:cloudwatch:*:*:alarm:*"), 1);
  });

  for (const [Resource, Action] of [
    ["arn:aws:s3:::orders/*", "s3:GetObject"],
    ["arn:aws:iot:eu-central-1:123456789012:topic/devices/*/acks", "iot:Publish"],
    [
      "arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/a:log-stream:*",
      "logs:PutLogEvents",
    ],
    [
      "arn:aws:secretsmanager:eu-central-1:123456789012:secret:token-??????",
      "secretsmanager:GetSecretValue",
    ],
    ["arn:aws:ec2:eu-central-1:123456789012:network-interface/*", "ec2:DeleteNetworkInterface"],
    ["arn:aws:ecs:eu-central-1:123456789012:task/fleet/*", "ecs:StopTask"],
  ] as const)
    it(`accepts what belongs to one thing, ${Resource}`, async () => {
      assert.deepEqual(await said(rule, rolePolicy(send({ Action, Resource }))), []);
    });

  it("accepts every key where a condition picks one", async () => {
    const given = send({
      Action: "kms:Decrypt",
      Resource: "arn:aws:kms:eu-central-1:123456789012:key/*",
      Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/orders" } },
    });
    assert.deepEqual(await said(rule, rolePolicy(given)), []);
  });

  for (const operator of [
    "StringEqualsIfExists",
    "ForAllValues:StringEquals",
    "StringNotEquals",
    "Null",
  ])
    it(`is not satisfied by ${operator}, which holds without the key or for all others`, async () => {
      const given = send({
        Action: "kms:Decrypt",
        Resource: "arn:aws:kms:eu-central-1:123456789012:key/*",
        Condition: { [operator]: { "kms:ResourceAliases": "alias/orders" } },
      });
      assert.equal((await said(rule, rolePolicy(given))).length, 1);
    });

  it("is not satisfied by a condition that picks no resource", async () => {
    const Condition = { Bool: { "aws:SecureTransport": "true" } };
    const Resource = "arn:aws:sqs:eu-central-1:123456789012:*";
    assert.equal((await said(rule, rolePolicy(send({ Resource, Condition })))).length, 1);
  });

  it("rejects a device that may use every topic, and accepts one that may use its own", async () => {
    const device = (Resource: string) => ({
      type: "aws:iot/policy:Policy",
      inputs: { policy: document({ Effect: "Allow", Action: "iot:Publish", Resource }) },
    });
    const topics = "arn:aws:iot:eu-central-1:123456789012:topic";
    assert.deepEqual(await said(rule, device(`${topics}/*`)), [
      `it: Statement 1 in policy allows iot:Publish on every topic, ${topics}/*: specify the ARN of one resource.`,
    ]);
    assert.deepEqual(
      await said(rule, device(`${topics}/devices/\${iot:Connection.Thing.ThingName}/acks`)),
      [],
    );
  });

  it("says nothing of `*` in the policy of a key, where it means that key", async () => {
    const policy = document({
      ...send({ Action: "kms:Decrypt", Resource: "*" }),
      Principal: { Service: "sns.amazonaws.com" },
    });
    assert.deepEqual(await said(rule, { type: "aws:kms/key:Key", inputs: { policy } }), []);
  });

  it("accepts a denial of everything", async () => {
    assert.deepEqual(await said(rule, rolePolicy(send({ Effect: "Deny", Resource: "*" }))), []);
  });
});
