import * as assert from "node:assert/strict";
import { DeadLetterQueue } from "../../../components/parts/dead-letter-queue";
import { arn } from "../../../components/parts/names";
import { deploy, document, statements, type Made } from "../../support/deploy";
import { arns, shared } from "../support";

describe("DeadLetterQueue", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() => new DeadLetterQueue("lost", { alarms: shared().alarms }));
  });

  it("keeps messages for SQS's maximum, has no redrive policy and accepts no dead letters", () => {
    const { messageRetentionSeconds, redrivePolicy, redriveAllowPolicy, policy, tags } =
      made.only("aws:sqs/queue:Queue");
    assert.equal(messageRetentionSeconds, 1_209_600);
    assert.equal(redrivePolicy, undefined);
    assert.deepEqual(document(redriveAllowPolicy), { redrivePermission: "denyAll" });
    assert.equal((statements(policy) as object[]).length, 1);
    assert.deepEqual(tags, { purpose: "failures" });
  });

  it("alarms from the first message on, and before the oldest is deleted", () => {
    const alarms = [...made.all("aws:cloudwatch/metricAlarm:MetricAlarm").values()];
    const common = {
      namespace: "AWS/SQS",
      dimensions: { QueueName: "iot-integrations-test-lost" },
      statistic: "Maximum",
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: [arns.topic("alarms-topic")],
      okActions: [arns.topic("alarms-topic")],
    };
    assert.deepEqual(alarms, [
      {
        ...common,
        name: "iot-integrations-test-lost-depth",
        alarmDescription:
          "ApproximateNumberOfMessagesVisible of queue iot-integrations-test-lost: valid messages could not be delivered. Read one to find the cause, fix it, then redrive the queue.",
        metricName: "ApproximateNumberOfMessagesVisible",
        period: 60,
        threshold: 0,
      },
      {
        ...common,
        name: "iot-integrations-test-lost-age",
        alarmDescription:
          "ApproximateAgeOfOldestMessage of queue iot-integrations-test-lost: the oldest message is 10 days old, and SQS deletes it after 14. Redrive the queue or save its messages now.",
        metricName: "ApproximateAgeOfOldestMessage",
        period: 3600,
        threshold: 864_000,
      },
    ]);
  });

  it("has the purpose quarantine if it is one, and passes on its senders", async () => {
    const quarantine = await deploy(
      () =>
        new DeadLetterQueue("lost", {
          alarms: shared().alarms,
          purpose: "quarantine",
          deadLetterQueueOf: [arn.queue("work")],
          admits: [{ service: "sns.amazonaws.com", sourceArn: arn.topic("t") }],
        }),
    );
    const { tags, redriveAllowPolicy, policy } = quarantine.only("aws:sqs/queue:Queue");
    assert.deepEqual(tags, { purpose: "quarantine" });
    assert.equal(document(redriveAllowPolicy).redrivePermission, "byQueue");
    assert.deepEqual(
      (statements(policy) as { Sid: string }[]).map(({ Sid }) => Sid),
      ["DenyPlainText", "SendFromTopic"],
    );
  });
});
