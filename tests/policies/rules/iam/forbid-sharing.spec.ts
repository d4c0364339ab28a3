import * as assert from "node:assert/strict";
import { forbidSharing as rule } from "../../../../policies/rules/iam/forbid-sharing";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, document, send } from "../../given";
import { ingestRole, topicRule } from "./roles";

const worker = (role: string): Given => ({
  type: "aws:lambda/function:Function",
  name: "worker",
  inputs: { name: "worker", role },
});
const shared =
  "ingest-role: Is shared by 'ingest-rule', 'worker': create a separate role for each.";

describe(rule.name, () => {
  it("accepts a role that one resource has, however often it names it", async () => {
    assert.deepEqual(await said(rule, ingestRole(), topicRule, worker(arn.role("other"))), []);
  });

  it("rejects a role that two resources have", async () => {
    assert.deepEqual(await said(rule, ingestRole(), topicRule, worker(arn.role("ingest"))), [
      shared,
    ]);
  });

  it("finds the second one by what its role was made from", async () => {
    const given = { ...worker(unknown), madeFrom: { role: ["ingest-role"] } };
    assert.deepEqual(await said(rule, ingestRole(), topicRule, given), [shared]);
  });

  it("names the users in the order of their names, whichever is registered first", async () => {
    const other = worker(arn.role("ingest"));
    assert.deepEqual(await said(rule, ingestRole(), other, topicRule), [shared]);
  });

  it("does not take a policy that admits the role for one that has it, known or not", async () => {
    for (const [type, more] of [
      ["aws:s3/bucketPolicy:BucketPolicy", { bucket: "b" }],
      ["aws:sqs/queuePolicy:QueuePolicy", { queueUrl: "q" }],
      ["aws:sqs/queue:Queue", { name: "q" }],
      ["aws:ec2/vpcEndpoint:VpcEndpoint", { vpcId: "v" }],
    ] as const)
      for (const policy of [
        unknown,
        document(send({ Principal: { AWS: arn.role("ingest") } })),
        { Statement: [send({ Principal: { AWS: arn.role("ingest") } })] },
      ]) {
        const holder: Given = {
          type,
          name: "holder",
          inputs: { ...more, policy },
          madeFrom: { policy: ["ingest-role"] },
        };
        assert.deepEqual(await said(rule, ingestRole(), topicRule, holder), [], type);
      }
  });

  it("does not take a function that reads the role's ARN from a variable for one that has it", async () => {
    for (const ROLE of [arn.role("ingest"), unknown]) {
      const reader = worker(arn.role("other"));
      const given = {
        ...reader,
        inputs: { ...reader.inputs, environment: { variables: { ROLE } } },
        madeFrom: { environment: ["ingest-role"] },
      };
      assert.deepEqual(await said(rule, ingestRole(), topicRule, given), []);
    }
  });

  it("does not take whoever only admits the role for one that has it", async () => {
    const permission: Given = {
      type: "aws:lambda/permission:Permission",
      name: "permission",
      inputs: { principal: arn.role("ingest"), function: "worker" },
    };
    assert.deepEqual(await said(rule, ingestRole(), topicRule, permission), []);
  });
});
