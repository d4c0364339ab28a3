import * as assert from "node:assert/strict";
import { Alarms } from "../../../components";
import { alarm } from "../../../components/parts/alarm";
import { account, deploy, region, statements, type Made } from "../../support/deploy";
import { arns } from "../support";

const anyAlarm = `arn:aws:cloudwatch:${region}:${account}:alarm:iot-integrations-test-*`;
const forThisStacksAlarms = { ArnLike: { "aws:SourceArn": anyAlarm } };

describe("Alarms", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() => new Alarms("alarms", { emails: ["operations@example.com"] }));
  });

  it("encrypts its topic with a key that CloudWatch may use for this stack's alarms", () => {
    const [, cloudwatch, ...others] = statements(made.only("aws:kms/key:Key").policy) as object[];
    assert.deepEqual(cloudwatch, {
      Sid: "EncryptForTopic",
      Effect: "Allow",
      Principal: { Service: "cloudwatch.amazonaws.com" },
      Action: ["kms:GenerateDataKey", "kms:Decrypt"],
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": account }, ...forThisStacksAlarms },
    });
    assert.deepEqual(others, []);
  });

  it("lets CloudWatch publish for this stack's alarms, over TLS only", () => {
    assert.deepEqual(statements(made.only("aws:sns/topic:Topic").policy), [
      {
        Sid: "DenyPlainText",
        Effect: "Deny",
        Principal: "*",
        Action: "sns:Publish",
        Resource: arns.topic("alarms-topic"),
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      {
        Sid: "PublishToTopic",
        Effect: "Allow",
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Resource: arns.topic("alarms-topic"),
        Condition: forThisStacksAlarms,
      },
    ]);
  });

  it("subscribes each address, with a dead-letter queue that has an alarm", () => {
    assert.deepEqual(made.only("aws:sns/topicSubscription:TopicSubscription"), {
      topic: arns.topic("alarms-topic"),
      protocol: "email",
      endpoint: "operations@example.com",
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: arns.queue("alarms-undelivered") }),
    });
    assert.deepEqual(
      [...made.all("aws:cloudwatch/metricAlarm:MetricAlarm").keys()],
      ["alarms-undelivered-depth", "alarms-undelivered-age", "alarms-not-set-aside"],
    );
  });

  it("creates no queue without recipients", async () => {
    const quiet = await deploy(() => new Alarms("alarms", { emails: [] }));
    assert.equal(quiet.all("aws:sqs/queue:Queue").size, 0);
  });
});

describe("alarm", () => {
  it("fires above its threshold, notifies on recovery, and treats missing data as not breaching", async () => {
    const made = await deploy(() => {
      const alarms = new Alarms("alarms", { emails: [] });
      alarm(
        "q-depth",
        {
          alarms,
          description: "Messages wait.",
          watch: {
            namespace: "AWS/SQS",
            name: "ApproximateNumberOfMessagesVisible",
            dimensions: { QueueName: "q" },
            statistic: "Maximum",
          },
        },
        {},
      );
    });
    assert.deepEqual(made.only("aws:cloudwatch/metricAlarm:MetricAlarm"), {
      name: "iot-integrations-test-q-depth",
      alarmDescription: "Messages wait.",
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "q" },
      statistic: "Maximum",
      period: 60,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 0,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: [arns.topic("alarms-topic")],
      okActions: [arns.topic("alarms-topic")],
    });
  });
});
