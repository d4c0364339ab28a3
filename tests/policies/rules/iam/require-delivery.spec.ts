import * as assert from "node:assert/strict";
import { requireDelivery as rule } from "../../../../policies/rules/iam/require-delivery";
import { said, type Given } from "../../../support/policy";
import { arn, document, send, type Statement } from "../../given";
import {
  failures,
  failuresArn,
  notAllowed,
  refused,
  setAside,
  worker,
  workerRole,
} from "./delivery";
import { ingestRole, permissions, topicRule } from "./roles";

describe(`${rule.name}`, () => {
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
      const odd = setAside({ Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8 or so" } } });
      assert.deepEqual(await said(rule, ingestRole(), permissions(odd), topicRule, failures()), [
        refused(
          "ingest-rule",
          "errorAction.sqs.queueUrl",
          'The policy, statement Send: IpAddress cannot compare aws:SourceIp with "10.0.0.0/8 or so"; write an IPv4 or IPv6 address, or a range in CIDR notation such as 203.0.113.0/24',
        ),
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
});
