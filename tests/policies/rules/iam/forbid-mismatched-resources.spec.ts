import * as assert from "node:assert/strict";
import { forbidMismatchedResources as rule } from "../../../../policies/rules/iam/forbid-mismatched-resources";
import { said } from "../../../support/policy";
import { arn, document, rolePolicy, send } from "../../given";

const sentence = "it: Statement Send in policy";

describe(rule.name, () => {
  it("accepts an action and what it is about", async () => {
    assert.deepEqual(await said(rule, rolePolicy(send())), []);
  });

  for (const [Action, Resource] of [
    ["sqs:SendMessage", "*"],
    ["sqs:SendMessage", "arn:aws:sqs:*:*:orders-*"],
    ["s3:GetObject", "arn:aws:s3:::orders/*"],
    ["logs:CreateLogStream", "arn:aws:logs:eu-central-1:123456789012:log-group:/a:log-stream:*"],
    ["iot:Publish", "arn:aws:iot:eu-central-1:123456789012:topic/a/${iot:ClientId}/b"],
    ["xray:PutTraceSegments", "*"],
    ["kms:Decrypt", "arn:aws:kms:eu-central-1:123456789012:key/*"],
  ])
    it(`accepts ${Action} on ${Resource}`, async () => {
      assert.deepEqual(await said(rule, rolePolicy(send({ Action, Resource }))), []);
    });

  it("accepts two actions about two things, each about one", async () => {
    const given = send({
      Action: ["s3:ListBucket", "s3:GetObject"],
      Resource: ["arn:aws:s3:::orders", "arn:aws:s3:::orders/*"],
    });
    assert.deepEqual(await said(rule, rolePolicy(given)), []);
  });

  it("rejects an action on what it cannot be about", async () => {
    const Resource = arn.topic("orders");
    assert.deepEqual(await said(rule, rolePolicy(send({ Resource }))), [
      `${sentence} allows sqs:SendMessage on no resource: the action supports queue, not ${Resource}.`,
    ]);
  });

  it("rejects objects for what is about buckets", async () => {
    const found = await said(
      rule,
      rolePolicy(
        send({ Action: "s3:ListBucket", Resource: "arn:aws:s3:us-east-1:123456789012:job/1" }),
      ),
    );
    assert.match(
      found[0] ?? "",
      /allows s3:ListBucket on no resource: the action supports .*bucket/,
    );
  });

  it("says all that it takes, and all that it is given", async () => {
    const [queue, topic] = [arn.queue("orders"), arn.topic("orders")];
    const given = send({ Action: "iot:Publish", Resource: [queue, topic] });
    assert.deepEqual(await said(rule, rolePolicy(given)), [
      `${sentence} allows iot:Publish on no resource: the action supports topic, not ${queue}, ${topic}.`,
    ]);
    const policies = send({ Action: "iot:AttachPolicy", Resource: queue });
    assert.deepEqual(await said(rule, rolePolicy(policies)), [
      `${sentence} allows iot:AttachPolicy on no resource: the action supports cert or thinggroup, not ${queue}.`,
    ]);
  });

  it("asks nothing of a statement by exceptions, nor of one about no resource", async () => {
    const odd = send({ Action: undefined, NotAction: "iot:Publish", Resource: arn.queue("a") });
    assert.deepEqual(await said(rule, rolePolicy(odd)), []);
    const others = send({ Resource: undefined, NotResource: arn.topic("a") });
    assert.deepEqual(await said(rule, rolePolicy(others)), []);
    assert.deepEqual(await said(rule, rolePolicy(send({ Resource: [] }))), []);
  });

  it("asks nothing of a wildcard, which may be about anything", async () => {
    const given = send({ Action: "sqs:Send*", Resource: arn.topic("a") });
    assert.deepEqual(await said(rule, rolePolicy(given)), []);
  });

  it("rejects an ARN for an action that takes only `*`", async () => {
    const given = send({ Action: "xray:PutTraceSegments", Resource: arn.queue("orders") });
    assert.deepEqual(await said(rule, rolePolicy(given)), [
      `${sentence} allows xray:PutTraceSegments on no resource: the action supports only \`*\`, not ${arn.queue("orders")}.`,
    ]);
  });

  it("rejects a resource that no action of the statement is about", async () => {
    const Resource = [arn.queue("orders"), arn.topic("orders")];
    assert.deepEqual(await said(rule, rolePolicy(send({ Resource }))), [
      `${sentence} names ${arn.topic("orders")}, to which none of its actions apply: remove the resource.`,
    ]);
  });

  it("leaves wildcards and actions that do not exist to their own rules", async () => {
    const Resource = [arn.queue("orders"), arn.topic("orders")];
    for (const other of ["sns:*", "sns:Pub"])
      assert.deepEqual(
        await said(rule, rolePolicy(send({ Action: ["sqs:SendMessage", other], Resource }))),
        [],
      );
  });

  it("looks at the policies of queues, keys and devices, and not at denials", async () => {
    const inputs = { policy: document(send({ Principal: "*", Resource: arn.topic("a") })) };
    assert.equal((await said(rule, { type: "aws:sqs/queue:Queue", inputs })).length, 1);
    const key = { policy: document(send({ Action: "kms:Decrypt", Resource: "*" })) };
    assert.deepEqual(await said(rule, { type: "aws:kms/key:Key", inputs: key }), []);
    const denial = send({ Effect: "Deny", Resource: arn.topic("orders") });
    assert.deepEqual(await said(rule, rolePolicy(denial)), []);
  });
});
