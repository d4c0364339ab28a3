import * as assert from "node:assert/strict";
import { requirePartitionKey as rule } from "../../../../policies/rules/iot/require-partition-key";
import { said } from "../../../support/policy";

const topicRule = (partitionKey?: string) => ({
  type: "aws:iot/topicRule:TopicRule",
  inputs: { name: "r", kineses: [{ streamName: "s", ...(partitionKey && { partitionKey }) }] },
});

describe(rule.name, () => {
  it("accepts a key that is taken from the message", async () => {
    for (const key of ["${topic(2)}", "${deviceId}-${topic(3)}"])
      assert.deepEqual(await said(rule, topicRule(key)), []);
  });

  it("asks the same of an error action", async () => {
    const [own, all] = ["${topic(2)}", "all"].map((partitionKey) => ({
      type: "aws:iot/topicRule:TopicRule",
      inputs: { name: "r", errorAction: { kinesis: { streamName: "s", partitionKey } } },
    }));
    assert.ok(own && all);
    assert.deepEqual(await said(rule, own), []);
    assert.equal((await said(rule, all)).length, 1);
  });

  it("rejects one that is the same for all", async () => {
    assert.deepEqual(await said(rule, topicRule("all")), [
      "it: Writes all messages to one shard with the partition key 'all': derive the partition key from the message.",
    ]);
  });

  it("rejects none", async () => {
    assert.deepEqual(await said(rule, topicRule()), [
      "it: Has no partition key: derive one from the message, such as ${topic(2)}.",
    ]);
  });

  it("asks nothing of rules without streams", async () => {
    const inputs = { name: "r", sqs: [{ queueUrl: "q" }] };
    assert.deepEqual(await said(rule, { type: "aws:iot/topicRule:TopicRule", inputs }), []);
  });
});
