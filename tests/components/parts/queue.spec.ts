import * as assert from "node:assert/strict";
import { DeadLetterQueue } from "../../../components/parts/dead-letter-queue";
import { arn } from "../../../components/parts/names";
import { Queue, type QueueArgs } from "../../../components/parts/queue";
import { account, deploy, document, statements } from "../../support/deploy";
import { allow, arns, queueUrl, shared } from "../support";
import { dependenciesOf } from "./dependencies";

const queue = "aws:sqs/queue:Queue";
const deployed = (args: () => Partial<QueueArgs> = () => ({})) =>
  deploy(() => {
    const made = new Queue("demo", { purpose: "work", ...args() });
    const { name, arn, url, knownUrl } = made;
    return { name, arn, url, knownUrl, statement: made.sendStatement("Send") };
  });

const denied = {
  Sid: "DenyPlainText",
  Effect: "Deny",
  Principal: "*",
  Action: "sqs:*",
  Resource: arns.queue("demo"),
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

describe("Queue", () => {
  it("is encrypted, denies plain text, is no dead-letter queue, and keeps messages for four days", async () => {
    const made = await deployed();
    const { policy, redriveAllowPolicy, ...settings } = made.only(queue);
    assert.deepEqual(settings, {
      name: "iot-integrations-test-demo",
      messageRetentionSeconds: 345_600,
      visibilityTimeoutSeconds: 30,
      receiveWaitTimeSeconds: 20,
      sqsManagedSseEnabled: true,
      tags: { purpose: "work" },
    });
    assert.deepEqual(statements(policy), [denied]);
    assert.deepEqual(document(redriveAllowPolicy), { redrivePermission: "denyAll" });
  });

  it("uses the given times", async () => {
    const made = await deployed(() => ({ visibilityTimeoutSeconds: 180, retentionSeconds: 60 }));
    const { visibilityTimeoutSeconds, messageRetentionSeconds } = made.only(queue);
    assert.deepEqual([visibilityTimeoutSeconds, messageRetentionSeconds], [180, 60]);
  });

  it("permits each sender for one resource of this account, and no other sender", async () => {
    const made = await deployed(() => ({
      admits: [
        { service: "s3.amazonaws.com", sourceArn: arn.bucket("b") },
        { service: "sns.amazonaws.com", sourceArn: arn.topic("one") },
        { service: "sns.amazonaws.com", sourceArn: arn.topic("two") },
        { service: "events.amazonaws.com", sourceArn: arn.eventRule("rule", "bus") },
      ],
    }));
    const admitted = (Sid: string, Service: string, sourceArn: string) => ({
      Sid,
      Effect: "Allow",
      Principal: { Service },
      Action: "sqs:SendMessage",
      Resource: arns.queue("demo"),
      Condition: {
        // Of the three, S3 alone is documented to send it; the ARN of a bucket has no account.
        ...(Service === "s3.amazonaws.com" && {
          StringEquals: { "aws:SourceAccount": account },
        }),
        ArnEquals: { "aws:SourceArn": sourceArn },
      },
    });
    const topic = (name: string) => `arn:aws:sns:eu-central-1:${account}:${name}`;
    assert.deepEqual(statements(made.only(queue).policy), [
      denied,
      admitted("SendFromBucket", "s3.amazonaws.com", "arn:aws:s3:::b"),
      admitted("SendFromTopic", "sns.amazonaws.com", topic("one")),
      // SQS may refuse two statements of one id.
      admitted("SendFromTopic2", "sns.amazonaws.com", topic("two")),
      admitted(
        "SendFromEventRule",
        "events.amazonaws.com",
        `arn:aws:events:eu-central-1:${account}:rule/bus/rule`,
      ),
    ]);
  });

  it("redrives to a dead-letter queue that exists first", async () => {
    const made = await deployed(() => ({
      redriveTo: {
        failures: new DeadLetterQueue("failures", { alarms: shared().alarms }),
        maxReceiveCount: 4,
      },
    }));
    assert.deepEqual(document(made.only(queue, "demo").redrivePolicy), {
      deadLetterTargetArn: arns.queue("failures"),
      maxReceiveCount: 4,
    });
    assert.deepEqual(dependenciesOf(made, queue, "demo"), ["failures"]);
  });

  it("is the dead-letter queue of the named queues only", async () => {
    const made = await deployed(() => ({ deadLetterQueueOf: [arn.queue("a"), arn.queue("b")] }));
    assert.deepEqual(document(made.only(queue).redriveAllowPolicy), {
      redrivePermission: "byQueue",
      sourceQueueArns: ["a", "b"].map((name) => `arn:aws:sqs:eu-central-1:${account}:${name}`),
    });
  });

  it("has name, ARN and URL, and the statement for sending to it", async () => {
    const { outputs } = await deployed();
    assert.deepEqual(outputs, {
      name: "iot-integrations-test-demo",
      arn: arns.queue("demo"),
      url: "url-of-iot-integrations-test-demo",
      knownUrl: queueUrl("demo"),
      statement: allow("Send", "sqs:SendMessage", arns.queue("demo")),
    });
  });
});
