import * as assert from "node:assert/strict";
import { requirePermission as rule } from "../../../../policies/rules/iam/require-permission";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, changed, document, queueUrl, send, trust, type Statement } from "../../given";
import { ingestRole, permissions, topicRule } from "./roles";

const queue = (inputs: Record<string, unknown> = {}): Given => ({
  type: "aws:sqs/queue:Queue",
  name: "orders",
  inputs: { name: "orders", ...inputs },
});
const stream: Given = { type: "aws:kinesis/stream:Stream", name: "s", inputs: { name: "s" } };
const cannot = (by: string, place: string, action: string, on: string) =>
  `${by}: Does not have the permission that ${place} requires: role 'ingest-role' does not allow ${action} on ${on}.`;

describe(`${rule.name}, by the role`, () => {
  describe("of a consumer", () => {
    const worker: Given = {
      type: "aws:lambda/function:Function",
      name: "worker",
      inputs: { name: "worker", role: arn.role("ingest") },
    };
    const role = ingestRole(trust({ Principal: { Service: "lambda.amazonaws.com" } }));

    for (const [source, eventSourceArn, consume] of [
      [
        queue(),
        arn.queue("orders"),
        ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      ],
      [
        stream,
        arn.stream("s"),
        ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"],
      ],
    ] as const) {
      const mapping: Given = {
        type: "aws:lambda/eventSourceMapping:EventSourceMapping",
        name: "mapping",
        inputs: { eventSourceArn, functionName: "worker" },
      };
      const may = (actions: readonly string[]) =>
        permissions(send({ Action: actions, Resource: eventSourceArn }));

      it(`accepts one that may do all that reading ${eventSourceArn} takes`, async () => {
        assert.deepEqual(await said(rule, role, may(consume), worker, mapping, source), []);
      });

      for (const action of consume)
        it(`rejects one that lacks ${action}`, async () => {
          const others = may(consume.filter((one) => one !== action));
          assert.deepEqual(await said(rule, role, others, worker, mapping, source), [
            cannot("mapping", "eventSourceArn", action, eventSourceArn),
          ]);
        });
    }
  });

  describe("of a topic rule", () => {
    const sendsTo = (url: unknown): Given =>
      changed(topicRule, { sqs: [{ queueUrl: url, roleArn: arn.role("ingest") }] });
    const elsewhere = permissions(send({ Resource: arn.queue("other") }));

    it("asks for a queue outside the stack, by its URL", async () => {
      const given = sendsTo(queueUrl("theirs"));
      assert.deepEqual(await said(rule, ingestRole(), elsewhere, given), [
        cannot("ingest-rule", "sqs[0].queueUrl", "sqs:SendMessage", arn.queue("theirs")),
      ]);
    });

    it("asks for the queue that a URL will be of, while that is not known", async () => {
      const given = { ...sendsTo(unknown), madeFrom: { sqs: ["orders"] } };
      assert.deepEqual(await said(rule, ingestRole(), permissions(send()), given, queue()), []);
      assert.deepEqual(await said(rule, ingestRole(), elsewhere, given, queue()), [
        cannot("ingest-rule", "sqs[0].queueUrl", "sqs:SendMessage", arn.queue("orders")),
      ]);
      const madeElsewhere = sendsTo(unknown);
      assert.deepEqual(await said(rule, ingestRole(), elsewhere, madeElsewhere, queue()), []);
    });

    describe("to a queue with a key of the customer's", () => {
      const keyed = queue({ kmsMasterKeyId: "alias/orders" });
      const alias: Given = {
        type: "aws:kms/alias:Alias",
        name: "alias",
        inputs: { name: "alias/orders", targetKeyId: "1234" },
        madeFrom: { targetKeyId: ["key"] },
      };
      /** Lets IAM policies of the account decide. */
      const delegates = {
        Sid: "Delegates",
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::123456789012:root" },
        Action: "kms:*",
        Resource: "*",
      };
      const key = (...statements: Statement[]): Given => ({
        type: "aws:kms/key:Key",
        name: "key",
        inputs: { policy: document(delegates, ...statements) },
      });
      const use = (Action: string[], name = "alias/orders") =>
        send({
          Sid: "Use",
          Action,
          Resource: "arn:aws:kms:eu-central-1:123456789012:key/*",
          Condition: { "ForAnyValue:StringEquals": { "kms:ResourceAliases": name } },
        });
      const both = ["kms:GenerateDataKey", "kms:Decrypt"];
      const lines = (role: Given, ...more: Given[]) =>
        said(rule, ingestRole(), role, sendsTo(queueUrl("orders")), keyed, ...more);
      const keyArn = "arn:aws:kms:eu-central-1:123456789012:key/key";

      it("accepts one that may use the key by its alias", async () => {
        assert.deepEqual(await lines(permissions(send(), use(both)), alias, key()), []);
      });

      it("rejects one that may use it by half, or the key of another alias", async () => {
        const half = permissions(send(), use(["kms:GenerateDataKey"]));
        assert.deepEqual(await lines(half, alias, key()), [
          cannot("ingest-rule", "sqs[0].queueUrl", "kms:Decrypt", keyArn),
        ]);
        const other = permissions(send(), use(both, "alias/other"));
        assert.deepEqual(
          await lines(other, alias, key()),
          both.map((action) => cannot("ingest-rule", "sqs[0].queueUrl", action, keyArn)),
        );
      });

      it("rejects a key that leaves no decision to IAM policies", async () => {
        const alone: Given = { ...key(), inputs: { policy: document() } };
        assert.deepEqual(
          await lines(permissions(send(), use(both)), alias, alone),
          both.map(
            (action) =>
              `ingest-rule: Does not have the permission that sqs[0].queueUrl requires: the policy of 'key' does not let IAM policies allow ${action} to role 'ingest-role'.`,
          ),
        );
      });

      it("rejects a denial by the key", async () => {
        const denied = key({
          Sid: "No",
          Effect: "Deny",
          Principal: "*",
          Action: "kms:Decrypt",
          Resource: "*",
        });
        assert.deepEqual(await lines(permissions(send(), use(both)), alias, denied), [
          "ingest-rule: Does not have the permission that sqs[0].queueUrl requires: the policy of the resource denies kms:Decrypt, by No.",
        ]);
      });

      it("asks for the queue first, and for no key that is outside the stack", async () => {
        assert.deepEqual(await lines(permissions(use([])), alias, key()), [
          cannot("ingest-rule", "sqs[0].queueUrl", "sqs:SendMessage", arn.queue("orders")),
        ]);
        assert.deepEqual(await lines(permissions(send())), []);
      });
    });
  });
});
