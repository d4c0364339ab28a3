import * as assert from "node:assert/strict";
import { DeadLetterQueue } from "../../../../components/parts/dead-letter-queue";
import { FailuresBucket } from "../../../../components/parts/failures-bucket";
import { fromStream, type FromStreamArgs } from "../../../../components/parts/sources/from-stream";
import { deploy } from "../../../support/deploy";
import { allow, arns, readStream, telemetry } from "../../support";
import { dependenciesOf } from "../dependencies";
import { consumer } from "./consumer";

const mapping = "aws:lambda/eventSourceMapping:EventSourceMapping";
const deployed = (args: Partial<FromStreamArgs> = {}) =>
  deploy(() => {
    const connected = consumer();
    const { alarms } = connected;
    const announceTo = new DeadLetterQueue("failures", { alarms });
    const failures = new FailuresBucket("batches", { announceTo, alarms });
    const source = fromStream(telemetry(alarms as never), { failures, ...args });
    source.connect(connected, {});
    return { statements: source.statements };
  });

describe("fromStream", () => {
  it("grants what a poller of this stream needs, and storing failed batches, and nothing else", async () =>
    assert.deepEqual((await deployed()).outputs.statements, [
      readStream("telemetry"),
      allow("SetAsideRecords", "s3:PutObject", `${arns.bucket("batches")}/*`),
      allow("FindFailuresBucket", "s3:ListBucket", arns.bucket("batches")),
    ]));

  it("makes six attempts at a batch with bisection, until an hour before the stream loses them, then stores its records", async () => {
    const made = await deployed();
    assert.deepEqual(made.only(mapping), {
      eventSourceArn: arns.stream("telemetry"),
      functionName: "iot-integrations-test-demo",
      startingPosition: "TRIM_HORIZON",
      batchSize: 100,
      maximumBatchingWindowInSeconds: 1,
      maximumRetryAttempts: 5,
      maximumRecordAgeInSeconds: 255_600,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ["ReportBatchItemFailures"],
      destinationConfig: { onFailure: { destinationArn: arns.bucket("batches") } },
    });
    assert.deepEqual(dependenciesOf(made, mapping), [
      "batches",
      "batches-announcement-target",
      "batches-events",
      "batches-policy",
      "function",
      "telemetry",
    ]);
  });

  it("processes every record that the stream keeps, up to its last hour", async () => {
    const made = await deployed();
    const { retentionPeriod } = made.only("aws:kinesis/stream:Stream");
    const { maximumRecordAgeInSeconds } = made.only(mapping);
    assert.equal(maximumRecordAgeInSeconds, 3600 * (Number(retentionPeriod) - 1));
  });

  it("uses the given numbers, including zero", async () => {
    const made = await deployed({
      batchSize: 500,
      windowSeconds: 0,
      retries: 0,
      maximumAgeSeconds: 60,
    });
    const {
      batchSize,
      maximumBatchingWindowInSeconds,
      maximumRetryAttempts,
      maximumRecordAgeInSeconds,
    } = made.only(mapping);
    assert.deepEqual(
      [batchSize, maximumBatchingWindowInSeconds, maximumRetryAttempts, maximumRecordAgeInSeconds],
      [500, 0, 0, 60],
    );
  });

  it("is alarmed when the function falls five minutes behind", async () => {
    const alarm = (await deployed()).only("aws:cloudwatch/metricAlarm:MetricAlarm", "demo-lag");
    assert.deepEqual(
      [alarm.namespace, alarm.metricName, alarm.dimensions, alarm.statistic, alarm.threshold],
      [
        "AWS/Lambda",
        "IteratorAge",
        { FunctionName: "iot-integrations-test-demo" },
        "Maximum",
        300_000,
      ],
    );
    assert.deepEqual(alarm.okActions, [arns.topic("alarms-topic")]);
  });

  it("is alarmed when records come in and nothing is invoked for 15 minutes", async () => {
    const name = "demo-standstill";
    const alarm = (await deployed()).only("aws:cloudwatch/metricAlarm:MetricAlarm", name);
    const { metricQueries, threshold, evaluationPeriods, treatMissingData, okActions } = alarm;
    assert.deepEqual(metricQueries, [
      {
        id: "records",
        metric: {
          namespace: "AWS/Kinesis",
          metricName: "IncomingRecords",
          dimensions: { StreamName: "iot-integrations-test-telemetry" },
          stat: "Sum",
          period: 900,
        },
        returnData: false,
      },
      {
        id: "invocations",
        metric: {
          namespace: "AWS/Lambda",
          metricName: "Invocations",
          dimensions: { FunctionName: "iot-integrations-test-demo" },
          stat: "Sum",
          period: 900,
        },
        returnData: false,
      },
      { id: "came", expression: "FILL(records, 0)", returnData: false },
      { id: "ran", expression: "FILL(MAX([invocations, records * 0]), 0)", returnData: false },
      {
        id: "watched",
        expression: "IF(ran + ran - DIFF(ran) < 1, came - DIFF(came), 0)",
        returnData: true,
      },
    ]);
    assert.deepEqual(
      { threshold, evaluationPeriods, treatMissingData, okActions },
      {
        threshold: 0,
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
        okActions: [arns.topic("alarms-topic")],
      },
    );
  });
});
