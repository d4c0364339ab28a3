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

  it("alarms from the first message on, again at later ones, and before the oldest is deleted", () => {
    const alarms = ["depth", "arrivals", "age"].map((name) =>
      made.only("aws:cloudwatch/metricAlarm:MetricAlarm", `lost-${name}`),
    );
    assert.equal(made.all("aws:cloudwatch/metricAlarm:MetricAlarm").size, alarms.length);
    const dimensions = { QueueName: "iot-integrations-test-lost" };
    const single = { namespace: "AWS/SQS", dimensions, statistic: "Maximum" };
    const common = {
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: [arns.topic("alarms-topic")],
    };
    const metric = (metricName: string) => ({
      ...{ namespace: "AWS/SQS", metricName, dimensions },
      ...{ stat: "Average", period: 60 },
    });
    assert.deepEqual(alarms, [
      {
        ...common,
        ...single,
        name: "iot-integrations-test-lost-depth",
        alarmDescription:
          "ApproximateNumberOfMessagesVisible of queue iot-integrations-test-lost: valid messages could not be delivered. Read one to find the cause, fix it, then redrive the queue.",
        metricName: "ApproximateNumberOfMessagesVisible",
        period: 60,
        threshold: 0,
      },
      {
        ...common,
        name: "iot-integrations-test-lost-arrivals",
        alarmDescription:
          "Growth of queue iot-integrations-test-lost (ApproximateNumberOfMessagesVisible and NotVisible): more valid messages could not be delivered. Read one to find the cause, fix it, then redrive the queue.",
        metricQueries: [
          {
            id: "visible",
            metric: metric("ApproximateNumberOfMessagesVisible"),
            returnData: false,
          },
          {
            id: "inflight",
            metric: metric("ApproximateNumberOfMessagesNotVisible"),
            returnData: false,
          },
          { id: "watched", expression: "DIFF(visible + inflight)", returnData: true },
        ],
        threshold: 0,
      },
      {
        ...common,
        ...single,
        name: "iot-integrations-test-lost-age",
        alarmDescription:
          "ApproximateAgeOfOldestMessage of queue iot-integrations-test-lost: SQS deletes the oldest message in 2 days or less after this alarm. Redrive the queue or save its messages now.",
        metricName: "ApproximateAgeOfOldestMessage",
        period: 3600,
        threshold: 12 * 86_400,
      },
    ]);
  });

  it("has the purpose quarantine if it is one, and passes on its senders", async () => {
    const quarantine = await deploy(
      () =>
        new DeadLetterQueue("lost", {
          alarms: shared().alarms,
          purpose: "quarantine",
          deadLetterQueueOf: [
            { arn: arn.queue("work"), retentionSeconds: 345_600 },
            { arn: arn.queue("more"), retentionSeconds: 432_000 },
          ],
          admits: [{ service: "sns.amazonaws.com", sourceArn: arn.topic("t") }],
        }),
    );
    const { tags, redriveAllowPolicy, policy, ...made } = quarantine.only("aws:sqs/queue:Queue");
    assert.deepEqual(made, {
      name: "iot-integrations-test-lost.fifo",
      messageRetentionSeconds: 1_209_600,
      visibilityTimeoutSeconds: 30,
      receiveWaitTimeSeconds: 20,
      sqsManagedSseEnabled: true,
      fifoQueue: true,
      deduplicationScope: "messageGroup",
      fifoThroughputLimit: "perMessageGroupId",
    });
    assert.deepEqual(tags, { purpose: "quarantine" });
    assert.equal(document(redriveAllowPolicy).redrivePermission, "byQueue");
    const age = quarantine.only("aws:cloudwatch/metricAlarm:MetricAlarm", "lost-age");
    // 14 days, less the longest time in a source, less the two days to act.
    assert.equal(age.threshold, (14 - 5 - 2) * 86_400);
    assert.deepEqual(
      (statements(policy) as { Sid: string }[]).map(({ Sid }) => Sid),
      ["DenyPlainText", "SendFromTopic"],
    );
  });
});
