import * as assert from "node:assert/strict";
import { requireDelivery as rule } from "../../../../policies/rules/iam/require-delivery";
import { said, type Given } from "../../../support/policy";
import { arn, changed, document, queueUrl, send, trust, type Statement } from "../../given";
import { ingestRole, permissions, topicRule } from "./roles";

const failuresArn = arn.queue("failures");
const setAside = (changes: Statement = {}): Statement =>
  send({ Resource: failuresArn, ...changes });
/** A queue that lets in a service for one source. */
const failures = (
  service?: string,
  source?: string,
  more: Record<string, unknown> = {},
): Given => ({
  type: "aws:sqs/queue:Queue",
  name: "failures",
  inputs: {
    name: "failures",
    policy: document(
      {
        Sid: "Tls",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: failuresArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      ...(service
        ? [
            setAside({
              Principal: { Service: `${service}.amazonaws.com` },
              Condition: {
                ArnEquals: { "aws:SourceArn": source },
                StringEquals: { "aws:SourceAccount": "123456789012" },
              },
            }),
          ]
        : []),
    ),
    ...more,
  },
});
const workerRole: Given = {
  ...ingestRole(trust({ Principal: { Service: "lambda.amazonaws.com" } })),
  name: "worker-role",
};
const worker: Given = {
  type: "aws:lambda/function:Function",
  name: "worker",
  inputs: { name: "worker", role: arn.role("ingest") },
};
const refused = (by: string, place: string, why: string) =>
  `${by}: Cannot set messages aside by ${place}: ${why}.`;
const notAllowed = (role: string, action: string, on: string) =>
  `role '${role}' does not allow ${action} on ${on}`;
const notLetIn = (service: string, source: string) =>
  `the policy of 'failures' does not let ${service}.amazonaws.com do sqs:SendMessage for ${source}`;

describe(rule.name, () => {
  describe("of a topic rule's error action", () => {
    it("accepts a role that may send", async () => {
      const given = [ingestRole(), permissions(setAside()), topicRule, failures()];
      assert.deepEqual(await said(rule, ...given), []);
    });

    for (const [what, statement] of Object.entries<Statement>({
      "another queue": setAside({ Resource: arn.queue("other") }),
      "another action": setAside({ Action: "sqs:ReceiveMessage" }),
      "it under a condition that is not met": setAside({
        Condition: { ArnLike: { "aws:SourceArn": "x" } },
      }),
    }))
      it(`rejects a role that is only allowed ${what}`, async () => {
        const given = [ingestRole(), permissions(statement), topicRule, failures()];
        assert.deepEqual(await said(rule, ...given), [
          refused(
            "ingest-rule",
            "errorAction.sqs.queueUrl",
            notAllowed("ingest-role", "sqs:SendMessage", failuresArn),
          ),
        ]);
      });

    it("rejects a denial by the role, and by the queue", async () => {
      const denied = permissions(setAside(), setAside({ Effect: "Deny" }));
      assert.equal((await said(rule, ingestRole(), denied, topicRule, failures())).length, 1);
      const policy = document(setAside({ Sid: "No", Effect: "Deny", Principal: "*" }));
      const given = [
        ingestRole(),
        permissions(setAside()),
        topicRule,
        failures(undefined, undefined, { policy }),
      ];
      assert.deepEqual(await said(rule, ...given), [
        refused(
          "ingest-rule",
          "errorAction.sqs.queueUrl",
          "the policy of the resource denies sqs:SendMessage, by No",
        ),
      ]);
    });

    it("rejects a condition that cannot be evaluated", async () => {
      const odd = setAside({ Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } });
      const [found = ""] = await said(rule, ingestRole(), permissions(odd), topicRule, failures());
      assert.match(
        found,
        /^ingest-rule: Cannot set messages aside by errorAction\.sqs\.queueUrl: /,
      );
    });
  });

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
        /the policy of 'key' does not let sns\.amazonaws\.com do kms:GenerateDataKey/,
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

  describe("of a function", () => {
    const onFailure: Given = {
      type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      name: "on-failure",
      inputs: {
        functionName: "worker",
        destinationConfig: { onFailure: { destination: failuresArn } },
      },
    };
    const mapping: Given = {
      type: "aws:lambda/eventSourceMapping:EventSourceMapping",
      name: "mapping",
      inputs: {
        eventSourceArn: arn.stream("s"),
        functionName: "worker",
        destinationConfig: { onFailure: { destinationArn: arn.bucket("b") } },
      },
    };

    it("accepts a role that may send, or write to the bucket", async () => {
      const write = send({ Action: "s3:PutObject", Resource: `${arn.bucket("b")}/*` });
      const given = [workerRole, permissions(setAside(), write), worker, failures()];
      assert.deepEqual(await said(rule, ...given, onFailure, mapping), []);
    });

    it("rejects one that may not", async () => {
      const given = [workerRole, permissions(send()), worker, failures()];
      assert.deepEqual(await said(rule, ...given, onFailure), [
        refused(
          "on-failure",
          "destinationConfig.onFailure.destination",
          notAllowed("worker-role", "sqs:SendMessage", failuresArn),
        ),
      ]);
    });

    it("rejects the bucket itself where its objects are meant", async () => {
      const bucket: Given = { type: "aws:s3/bucket:Bucket", name: "b", inputs: { bucket: "b" } };
      const write = send({ Action: "s3:PutObject", Resource: arn.bucket("b") });
      assert.deepEqual(
        await said(rule, workerRole, permissions(send(), write), worker, mapping, bucket),
        [
          refused(
            "mapping",
            "destinationConfig.onFailure.destinationArn",
            notAllowed("worker-role", "s3:PutObject", `${arn.bucket("b")}/object`),
          ),
        ],
      );
    });
  });

  describe("of a queue", () => {
    const work: Given = {
      type: "aws:sqs/queue:Queue",
      name: "work",
      inputs: {
        name: "work",
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: failuresArn, maxReceiveCount: 5 }),
      },
    };
    const allowing = (policy: unknown) =>
      failures(undefined, undefined, { redriveAllowPolicy: policy && JSON.stringify(policy) });

    it("accepts a target that names it, or that anybody may redrive to", async () => {
      const byQueue = { redrivePermission: "byQueue", sourceQueueArns: [arn.queue("work")] };
      for (const policy of [byQueue, { redrivePermission: "allowAll" }])
        assert.deepEqual(await said(rule, work, allowing(policy)), []);
    });

    it("rejects a target that names another, or none", async () => {
      const byQueue = { redrivePermission: "byQueue", sourceQueueArns: [arn.queue("other")] };
      for (const policy of [byQueue, { redrivePermission: "denyAll" }])
        assert.deepEqual(await said(rule, work, allowing(policy)), [
          refused(
            "work",
            "redrivePolicy.deadLetterTargetArn",
            `the redriveAllowPolicy of 'failures' does not name ${arn.queue("work")}`,
          ),
        ]);
    });
  });
});
