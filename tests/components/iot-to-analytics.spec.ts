import * as assert from "node:assert/strict";
import {
  IotToAnalytics,
  iotToAnalytics,
  type IotToAnalyticsArgs,
} from "../../components/iot-to-analytics";
import { deploy, document, statements, type Made } from "../support/deploy";
import {
  allow,
  arns,
  assertFanOut,
  completed,
  fromEventRule,
  readStream,
  telemetry,
  writeLogs,
} from "./support";

const deployed = (args: Partial<IotToAnalyticsArgs> = {}): Promise<Made> =>
  deploy(
    () => {
      completed((common) => {
        const given = { ...common, telemetry: telemetry(common.alarms), ...args };
        new IotToAnalytics("iot-to-analytics", given);
      });
    },
    { keepsCallbacks: true },
  );

const aggregator = "iot-to-analytics-aggregator";
/** Names of buckets are short, so this one is cut and ends in a hash. */
const bucket = "arn:aws:s3:::iot-integrations-test-euc1-iot-to-analyti-1bb9462e-123456789012";
const mapping = "aws:lambda/eventSourceMapping:EventSourceMapping";
const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";

describe("IotToAnalytics", () => {
  let made: Made;
  before(async () => {
    made = await deployed({ alarmAbove: 90 });
  });

  it("lets the aggregator read the stream, write averages, publish, set aside, quarantine and log, and nothing else", () => {
    assert.deepEqual(
      statements(
        made.only("aws:iam/rolePolicy:RolePolicy", `${aggregator}-role-permissions`).policy,
      ),
      [
        writeLogs(aggregator),
        readStream("telemetry"),
        allow("SetAsideRecords", "s3:PutObject", `${bucket}/*`),
        allow("FindFailuresBucket", "s3:ListBucket", bucket),
        allow(
          "WriteAverages",
          ["dynamodb:GetItem", "dynamodb:PutItem"],
          arns.table("iot-to-analytics-averages"),
        ),
        allow(
          "Publish",
          "iot:Publish",
          "arn:aws:iot:eu-central-1:123456789012:topic/analytics/*/temperature",
        ),
        allow("SetAsideWindows", "sqs:SendMessage", arns.queue("iot-to-analytics-failures")),
        allow("Quarantine", "sqs:SendMessage", arns.queue("quarantine.fifo")),
      ],
    );
    assert.deepEqual(
      statements(made.only("aws:iam/role:Role", `${aggregator}-role`).assumeRolePolicy),
      [
        {
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ],
    );
  });

  it("reads the stream in windows of a minute, with few retries, bisection and a place for failed records", () => {
    assert.deepEqual(made.only(mapping), {
      eventSourceArn: arns.stream("telemetry"),
      functionName: `iot-integrations-test-${aggregator}`,
      startingPosition: "TRIM_HORIZON",
      batchSize: 500,
      maximumBatchingWindowInSeconds: 5,
      maximumRetryAttempts: 5,
      maximumRecordAgeInSeconds: 255_600,
      bisectBatchOnFunctionError: true,
      tumblingWindowInSeconds: 60,
      functionResponseTypes: ["ReportBatchItemFailures"],
      destinationConfig: {
        onFailure: { destinationArn: bucket },
      },
    });
  });

  it("registers no consumer with enhanced fan-out, and one that only its role may subscribe with if asked for", async () => {
    const type = "aws:kinesis/streamConsumer:StreamConsumer";
    assert.equal(made.all(type).size, 0);
    const fast = await deployed({ enhancedFanOut: true });
    assertFanOut(fast, aggregator);
  });

  it("keeps averages per device and window in a table whose items expire", () => {
    assert.deepEqual(made.only("aws:dynamodb/table:Table"), {
      name: "iot-integrations-test-iot-to-analytics-averages",
      billingMode: "PAY_PER_REQUEST",
      hashKey: "deviceId",
      rangeKey: "windowKey",
      attributes: [
        { name: "deviceId", type: "S" },
        { name: "windowKey", type: "S" },
      ],
      ttl: { attributeName: "expiresAt", enabled: true },
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true },
      deletionProtectionEnabled: true,
    });
  });

  it("tells the function what to average, and leaves out an alarming average that is not set", async () => {
    const environment = (of: Made) =>
      (of.only("aws:lambda/function:Function").environment as { variables: object }).variables;
    const expected = {
      FIELD: "temperature",
      ABOVE: "80",
      LATENESS_SECONDS: "300",
      ALARM_ABOVE: "90",
      KEEP_DAYS: "30",
      AVERAGES_TABLE_NAME: "iot-integrations-test-iot-to-analytics-averages",
      FAILURES_QUEUE_URL: "url-of-iot-integrations-test-iot-to-analytics-failures",
      QUARANTINE_QUEUE_URL: "url-of-iot-integrations-test-quarantine.fifo",
      RESULT_TOPIC_PREFIX: "analytics",
      FUNCTION_NAME: `iot-integrations-test-${aggregator}`,
      AWS_ENDPOINT_URL_IOT_DATA_PLANE: "https://example-ats.iot.eu-central-1.amazonaws.com",
    };
    assert.deepEqual(environment(made), expected);
    const { ALARM_ABOVE: _, ...others } = expected;
    const changed = await deployed({ field: "humidity", above: 60, latenessSeconds: 0 });
    assert.deepEqual(environment(changed), {
      ...{ ...others, FIELD: "humidity", ABOVE: "60", LATENESS_SECONDS: "0" },
    });
  });

  it("announces failed batches in a failures queue that accepts no dead letters", () => {
    const queue = made.only("aws:sqs/queue:Queue", "iot-to-analytics-failures");
    assert.deepEqual(document(queue.redriveAllowPolicy), { redrivePermission: "denyAll" });
    assert.deepEqual((statements(queue.policy) as object[]).slice(1), [
      fromEventRule(
        "iot-to-analytics-failures",
        "iot-integrations-test-iot-to-analytics-batches-announcement",
      ),
    ]);
  });

  it("has an alarm for each way to fail", async () => {
    const own = (of: Made) =>
      [...of.all(alarm).keys()].filter((name) => name.startsWith("iot-to-analytics")).sort();
    const expected = [
      `${aggregator}-errors`,
      `${aggregator}-high-averages`,
      `${aggregator}-lag`,
      `${aggregator}-spilled`,
      `${aggregator}-standstill`,
      `${aggregator}-throttles`,
      `${aggregator}-truncated`,
      "iot-to-analytics-averages-throttled",
      "iot-to-analytics-batches-announcement-failed-invocations",
      "iot-to-analytics-batches-announcement-invocations-failed-to-be-sent-to-dlq",
      "iot-to-analytics-batches-announcement-throttled-rules",
      "iot-to-analytics-batches-undelivered-age",
      "iot-to-analytics-batches-undelivered-arrivals",
      "iot-to-analytics-batches-undelivered-depth",
      "iot-to-analytics-failures-age",
      "iot-to-analytics-failures-arrivals",
      "iot-to-analytics-failures-depth",
    ];
    assert.deepEqual(own(made), expected);
    assert.deepEqual(
      own(await deployed()),
      expected.filter((name) => !name.endsWith("-high-averages")),
    );
  });

  it("watches the metrics that this function counts, not those of another stack", () => {
    for (const [name, metric] of [
      ["spilled", "Spilled"],
      ["truncated", "Truncated"],
      ["high-averages", "HighAverages"],
    ]) {
      const { namespace, metricName, dimensions } = made.only(alarm, `${aggregator}-${name}`);
      assert.deepEqual(
        [namespace, metricName, dimensions],
        ["IotIntegrations", metric, { FunctionName: `iot-integrations-test-${aggregator}` }],
      );
    }
  });

  it("refuses a measure that the fields of a reading do not have", async () => {
    const refused = (args: Partial<IotToAnalyticsArgs>, message: string) =>
      assert.rejects(deployed(args), (error: Error) => error.message.includes(message));
    await refused(
      { field: "status" },
      "iot-to-analytics: field is status; it must be one of temperature, humidity, pressure, which reading/fields.ts declares as numbers.",
    );
    await refused(
      { field: "humidity" },
      "iot-to-analytics: above is missing; it must be a number from 0 to 100, the bounds of humidity.",
    );
    await refused(
      { above: 201 },
      "iot-to-analytics: above is 201; it must be a number from -100 to 200, the bounds of temperature.",
    );
    await refused(
      { alarmAbove: 79 },
      "iot-to-analytics: alarmAbove is 79; it must be a number from 80, above which values count, to 200.",
    );
  });

  it("refuses the same in the configuration of a stack", () => {
    const check = (values: object) =>
      iotToAnalytics.check?.({
        ...{ field: undefined, above: undefined, alarmAbove: undefined },
        ...{ engine: "lambda" as const, flinkRuntime: "FLINK-1_20" as const },
        flinkPackage: undefined,
        ...{ latenessSeconds: 300, keepDays: 30, enhancedFanOut: false },
        ...values,
      });
    assert.equal(check({}), undefined);
    assert.equal(check({ alarmAbove: 80 }), undefined);
    assert.deepEqual(check({ above: -101 }), {
      key: "above",
      wrong: "is -101",
      wanted: "a number from -100 to 200, the bounds of temperature",
    });
  });
});
