import * as assert from "node:assert/strict";
import { requireDelivery as rule } from "../../../../policies/rules/iam/require-delivery";
import { said, type Given } from "../../../support/policy";
import { arn, changed, document, queueUrl, type Statement } from "../../given";
import { failures, failuresArn, notLetIn, refused } from "./delivery";

describe(`${rule.name}, by the policy of the queue`, () => {
  describe("of a subscription", () => {
    const subscription: Given = {
      type: "aws:sns/topicSubscription:TopicSubscription",
      name: "subscription",
      inputs: {
        topic: arn.topic("t"),
        protocol: "email",
        endpoint: "a@example.com",
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: failuresArn }),
      },
    };

    it("accepts a queue that lets SNS in for this topic", async () => {
      assert.deepEqual(await said(rule, subscription, failures("sns", arn.topic("t"))), []);
    });

    it("rejects one that lets it in for another topic, or another service", async () => {
      for (const queue of [failures("sns", arn.topic("u")), failures("events", arn.topic("t"))])
        assert.deepEqual(await said(rule, subscription, queue), [
          refused(
            "subscription",
            "redrivePolicy.deadLetterTargetArn",
            notLetIn("sns", arn.topic("t")),
          ),
        ]);
    });

    it("takes the policy from a resource of its own too", async () => {
      const own = failures("sns", arn.topic("t"));
      const policy: Given = {
        type: "aws:sqs/queuePolicy:QueuePolicy",
        name: "policy",
        inputs: { queueUrl: queueUrl("failures"), policy: own.inputs.policy },
      };
      assert.deepEqual(
        await said(rule, subscription, changed(own, { policy: undefined }), policy),
        [],
      );
    });

    it("asks for the key of a queue that has one of the customer's", async () => {
      const keyed = failures("sns", arn.topic("t"), { kmsMasterKeyId: "alias/failures" });
      const alias: Given = {
        type: "aws:kms/alias:Alias",
        name: "alias",
        inputs: { name: "alias/failures", targetKeyId: "1234" },
        madeFrom: { targetKeyId: ["key"] },
      };
      const key = (...statements: Statement[]): Given => ({
        type: "aws:kms/key:Key",
        name: "key",
        inputs: { policy: document(...statements) },
      });
      const admitted = {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: ["kms:GenerateDataKey", "kms:Decrypt"],
        Resource: "*",
      };
      assert.deepEqual(await said(rule, subscription, keyed, alias, key(admitted)), []);
      const found = await said(
        rule,
        subscription,
        keyed,
        alias,
        key({ ...admitted, Action: "kms:Decrypt" }),
      );
      assert.equal(found.length, 1);
      assert.match(
        found[0] ?? "",
        /the policy of 'key' does not allow sns\.amazonaws\.com to perform kms:GenerateDataKey/,
      );
    });
  });

  describe("of an event target", () => {
    const target = (eventBusName?: string): Given => ({
      type: "aws:cloudwatch/eventTarget:EventTarget",
      name: "target",
      inputs: {
        rule: "r",
        ...(eventBusName && { eventBusName }),
        arn: arn.function("worker"),
        deadLetterConfig: { arn: failuresArn },
      },
    });
    const eventRule = (path: string) => `arn:aws:events:eu-central-1:123456789012:rule/${path}`;

    it("accepts a queue that lets EventBridge in for this rule, of whichever bus", async () => {
      assert.deepEqual(await said(rule, target(), failures("events", eventRule("r"))), []);
      assert.deepEqual(await said(rule, target("b"), failures("events", eventRule("b/r"))), []);
    });

    it("rejects one that lets it in for a rule of another bus", async () => {
      assert.deepEqual(await said(rule, target("b"), failures("events", eventRule("r"))), [
        refused("target", "deadLetterConfig.arn", notLetIn("events", eventRule("b/r"))),
      ]);
    });
  });
});
