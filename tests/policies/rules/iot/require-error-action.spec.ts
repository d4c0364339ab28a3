import * as assert from "node:assert/strict";
import { requireErrorAction as rule } from "../../../../policies/rules/iot/require-error-action";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, changed, queueUrl } from "../../given";

const roleArn = arn.role("ingest");
const toQueue = (name: string) => ({ queueUrl: queueUrl(name), useBase64: false, roleArn });
const topicRule: Given = {
  type: "aws:iot/topicRule:TopicRule",
  inputs: {
    name: "ingest",
    enabled: true,
    sql: "SELECT * FROM 'a'",
    sqlVersion: "2016-03-23",
    sqs: [toQueue("orders")],
    errorAction: { sqs: toQueue("failures") },
  },
};
const own = (name: string) =>
  `it: Sends failed messages to a target of the same rule, ${name}: use another target for errorAction.`;

describe(rule.name, () => {
  it("accepts an error action with a sink of its own", async () => {
    assert.deepEqual(await said(rule, topicRule), []);
  });

  it("rejects a rule without one", async () => {
    assert.deepEqual(await said(rule, changed(topicRule, { errorAction: undefined })), [
      "it: Has no error action, so messages that an action cannot deliver are lost: set errorAction.",
    ]);
  });

  it("rejects one that leads back to a sink of the rule", async () => {
    const errorAction = { sqs: toQueue("orders") };
    assert.deepEqual(await said(rule, changed(topicRule, { errorAction })), [own("queue orders")]);
  });

  for (const [list, action, single, errorAction, name] of [
    ["kineses", { streamName: "s" }, "kinesis", { streamName: "s" }, "stream s"],
    ["sns", { targetArn: arn.topic("t") }, "sns", { targetArn: arn.topic("t") }, "topic t"],
    [
      "dynamodbv2s",
      { putItem: { tableName: "t" } },
      "dynamodb",
      { tableName: "t", hashKeyField: "a", hashKeyValue: "b" },
      "table t",
    ],
    [
      "lambdas",
      { functionArn: arn.function("f") },
      "lambda",
      { functionArn: arn.function("f") },
      "function f",
    ],
    [
      "firehoses",
      { deliveryStreamName: "d" },
      "firehose",
      { deliveryStreamName: "d" },
      "firehose d",
    ],
  ] as const)
    it(`knows the sink of ${list} again`, async () => {
      const given = changed(topicRule, {
        sqs: undefined,
        [list]: [action],
        errorAction: { [single]: errorAction },
      });
      assert.deepEqual(await said(rule, given), [own(name)]);
    });

  it("rejects the same address, which nothing in the stack has", async () => {
    const url = "https://example.com/readings";
    const given = changed(topicRule, {
      https: [{ url }],
      errorAction: { http: { url } },
    });
    assert.deepEqual(await said(rule, given), [own(`sink ${url}`)]);
  });

  it("does not take a stream for a queue of the same name", async () => {
    const errorAction = { kinesis: { streamName: "orders", roleArn } };
    assert.deepEqual(await said(rule, changed(topicRule, { errorAction })), []);
  });

  for (const [path, errorAction] of [
    ["errorAction", unknown],
    ["errorAction.sqs.queueUrl", { sqs: { ...toQueue("failures"), queueUrl: unknown } }],
  ] as const)
    it(`says that it cannot compare the sinks while ${path} is not known`, async () => {
      assert.deepEqual(await said(rule, changed(topicRule, { errorAction })), [
        `advisory it: Unverified: '${path}' of 'it' is not known before the update, and this rule depends on it.`,
      ]);
    });
});
