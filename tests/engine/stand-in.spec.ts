import { version } from "@pulumi/aws/package.json";
import * as assert from "node:assert/strict";
import { check } from "./stand-in/check";
import * as standIn from "./stand-in/package.json";
import { unknown } from "./stand-in/preview";
import { arrivalMilliseconds, createPropagation } from "./stand-in/propagation";
import { provider } from "./stand-in/provider";
import { computed, identity } from "./stand-in/resources";
import { settle } from "./stand-in/settle";

const queue = "aws:sqs/queue:Queue";
const topicRule = "aws:iot/topicRule:TopicRule";

const rule = {
  name: "readings",
  enabled: true,
  sql: "SELECT * FROM 'devices/+/telemetry'",
  sqlVersion: "2016-03-23",
  sqs: [{ queueUrl: "https://example.com/queue", roleArn: "arn:role", useBase64: false }],
};

describe("The stand-in for the aws provider", () => {
  it("has the version of @pulumi/aws in use, or the engine would look for another", () => {
    assert.equal(standIn.version, version);
  });

  it("accepts all inputs that the SDK declares", () => {
    assert.deepEqual(check(topicRule, rule), []);
  });

  it("refuses an input that the SDK does not declare, at any depth", () => {
    const { sqs, ...others } = rule;
    const given = { ...others, colour: "red", sqs: [{ ...sqs[0], delay: 1 }] };
    assert.deepEqual(check(topicRule, given), [
      { property: "colour", reason: "is no input" },
      { property: "sqs[0].delay", reason: "is no input" },
    ]);
  });

  it("rejects a missing required input, at any depth", () => {
    const { sql: _, ...others } = rule;
    const given = { ...others, sqs: [{ queueUrl: "https://example.com/queue", useBase64: false }] };
    assert.deepEqual(check(topicRule, given), [
      { property: "sql", reason: "is missing" },
      { property: "sqs[0].roleArn", reason: "is missing" },
    ]);
  });

  it("refuses a value of another type", () => {
    assert.deepEqual(check(topicRule, { ...rule, enabled: "yes", sqs: "queue" }), [
      { property: "enabled", reason: "is of type string, not boolean" },
      { property: "sqs", reason: "is not a list" },
    ]);
  });

  it("checks secrets, and skips unknown values", () => {
    const secret = {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value: 30,
    };
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    assert.deepEqual(check(queue, { name: secret, delaySeconds: unknown }), [
      { property: "name", reason: "is of type number, not string" },
    ]);
  });

  it("accepts a document as text or as an object of the same shape", () => {
    const role = "aws:iam/role:Role";
    const document = { Version: "2012-10-17", Statement: [] };
    assert.deepEqual(check(role, { assumeRolePolicy: JSON.stringify(document) }), []);
    assert.deepEqual(check(role, { assumeRolePolicy: document }), []);
    assert.deepEqual(check(role, { assumeRolePolicy: true }), [
      { property: "assumeRolePolicy", reason: "is of type boolean, not string or object" },
    ]);
  });

  it("replaces a resource only if its name changes", () => {
    assert.notEqual(identity(queue, { name: "a" }), identity(queue, { name: "b" }));
    assert.equal(
      identity(queue, { name: "a", delaySeconds: 1 }),
      identity(queue, { name: "a", delaySeconds: 2 }),
    );
  });

  it("makes up a name where the program gives none, the same at every check", () => {
    const urn = (type: string, name: string) => `urn:pulumi:test::shop::${type}::${name}`;
    const queueName = settle(urn(queue, "orders"), queue, {}, {}).name;
    assert.match(String(queueName), /^orders-[0-9a-f]{7}$/);
    assert.equal(settle(urn(queue, "orders"), queue, {}, {}).name, queueName);
    assert.equal(settle(urn(queue, "orders"), queue, { name: "old" }, {}).name, "old");
    assert.equal(settle(urn(queue, "orders"), queue, {}, { name: "given" }).name, "given");
    assert.equal(settle(urn(queue, "orders"), queue, {}, { namePrefix: "o" }).name, undefined);
    const fifo = settle(urn(queue, "orders"), queue, {}, { fifoQueue: true }).name;
    assert.match(String(fifo), /^orders-[0-9a-f]{7}\.fifo$/);
    const ruleName = settle(urn(topicRule, "a-rule"), topicRule, {}, {}).name;
    assert.match(String(ruleName), /^a_rule_[0-9a-f]{7}$/);
    const bucket = "aws:s3/bucket:Bucket";
    assert.match(
      String(settle(urn(bucket, "Uploads"), bucket, {}, {}).bucket),
      /^uploads-[0-9a-f]{7}$/,
    );
  });

  it("fills in what the provider takes where the program says nothing", () => {
    const settled = settle("urn:pulumi:test::shop::q::q", queue, {}, { delaySeconds: 5 });
    assert.equal(settled.delaySeconds, 5);
    assert.equal(settled.messageRetentionSeconds, 345_600);
    assert.equal(settled.redrivePolicy, undefined);
  });

  it("leaves unknown at a preview what AWS computes, and nothing that the program gives", async () => {
    const urn = `urn:pulumi:test::shop::${queue}::orders`;
    const inputs = { name: "orders", policy: "{}" };
    const { id, outs } = await provider.create!(`${urn}#preview`, inputs);
    assert.equal(id, "");
    assert.deepEqual(
      [outs?.name, outs?.policy, outs?.arn, outs?.url, outs?.redrivePolicy],
      ["orders", "{}", unknown, unknown, unknown],
    );
    const made = await provider.create!(urn, inputs);
    assert.equal(made.outs?.arn, "arn:aws:sqs:eu-central-1:123456789012:orders");
    assert.equal(made.outs?.redrivePolicy, undefined);
  });

  it("reports an unknown type, and where to add it", () => {
    assert.throws(() => computed("aws:fax/machine:Machine", {}), {
      message:
        "The stand-in for the aws provider does not know aws:fax/machine:Machine; add it to resources.ts.",
    });
  });
});

describe("The stand-in's IAM", () => {
  const role = "arn:aws:iam::123456789012:role/worker";
  const users: [type: string, inputs: Record<string, unknown>][] = [
    ["aws:pipes/pipe:Pipe", { name: "p", roleArn: role }],
    ["aws:sfn/stateMachine:StateMachine", { name: "m", roleArn: role }],
    ["aws:iot/topicRule:TopicRule", { name: "r", sqs: [{ roleArn: role }] }],
    ["aws:lambda/eventSourceMapping:EventSourceMapping", { functionName: "f" }],
    [
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
      { extendedS3Configuration: { roleArn: role } },
    ],
  ];
  let time = 0;
  const after = (...created: [type: string, inputs: Record<string, unknown>][]) => {
    const propagation = createPropagation(() => time);
    time = 0;
    for (const one of created) propagation.created(...one);
    return propagation;
  };
  const made: Parameters<typeof after> = [
    ["aws:iam/role:Role", { name: "worker" }],
    ["aws:lambda/function:Function", { name: "f", role }],
  ];
  const policy: Parameters<typeof after>[number] = [
    "aws:iam/rolePolicy:RolePolicy",
    { role: "worker", name: "permissions" },
  ];

  for (const [type, inputs] of users) {
    it(`refuses ${type} before the permissions of its role exist`, () => {
      assert.equal(
        after(...made).refusal(type, inputs),
        `${type} uses ${role}, whose permissions do not exist yet: let it depend on them.`,
      );
    });

    it(`accepts ${type} when they have arrived, and with a role of another update`, () => {
      const propagation = after(...made, policy);
      time = arrivalMilliseconds;
      assert.equal(propagation.refusal(type, inputs), undefined);
      assert.equal(
        after(["aws:lambda/function:Function", { name: "f", role }]).refusal(type, inputs),
        undefined,
      );
    });

    it(`tells whether ${type} is created again while they arrive`, () => {
      const propagation = after(...made, policy);
      time = arrivalMilliseconds - 1;
      assert.equal(
        propagation.refusal(type, inputs),
        type === "aws:pipes/pipe:Pipe"
          ? `${type} uses ${role}, whose permissions have not arrived yet: let it wait for them.`
          : undefined,
      );
    });
  }
});
