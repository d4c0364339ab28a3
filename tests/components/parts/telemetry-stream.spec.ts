import * as assert from "node:assert/strict";
import { TelemetryStream } from "../../../components";
import { deploy, statements, type Made } from "../../support/deploy";
import { allow, arns, queueUrl, shared, trustedBy } from "../support";
import { dependenciesOf } from "./dependencies";

describe("TelemetryStream", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() => {
      const stream = new TelemetryStream("demo", {
        topicPrefix: "plant/devices",
        alarms: shared().alarms,
      });
      return { name: stream.name, arn: stream.arn };
    });
  });

  it("is an encrypted stream on demand that keeps records for three days", () => {
    assert.deepEqual(made.only("aws:kinesis/stream:Stream"), {
      name: "iot-integrations-test-demo",
      streamModeDetails: { streamMode: "ON_DEMAND" },
      retentionPeriod: 72,
      encryptionType: "KMS",
      kmsKeyId: "alias/aws/kinesis",
    });
    assert.deepEqual(made.outputs, {
      name: "iot-integrations-test-demo",
      arn: arns.stream("demo"),
    });
  });

  it("receives every message unchanged, one shard per device, and sends failures to the failures queue", () => {
    const { sql, kineses, errorAction, description } = made.only("aws:iot/topicRule:TopicRule");
    const roleArn = arns.role("demo-rule-role");
    assert.equal(
      description,
      "Puts every telemetry message on the telemetry stream, as it was sent.",
    );
    assert.equal(
      sql,
      "SELECT regexp_replace(topic(3), '@[0-9]+$', '') AS deviceId, CASE regexp_matches(topic(3), '@[0-9]+$') WHEN true THEN cast(regexp_substr(topic(3), '[0-9]+$') AS Decimal) ELSE timestamp() END AS receivedAt, encode(*, 'base64') AS payload FROM 'plant/devices/+/telemetry'",
    );
    assert.deepEqual(kineses, [
      {
        streamName: "iot-integrations-test-demo",
        partitionKey: "${regexp_replace(topic(3), '@[0-9]+$', '')}",
        roleArn,
      },
    ]);
    assert.deepEqual(errorAction, {
      sqs: { queueUrl: queueUrl("demo-failures"), useBase64: false, roleArn },
    });
    assert.deepEqual(dependenciesOf(made, "aws:iot/topicRule:TopicRule"), [
      "demo",
      "demo-failures",
      "demo-rule-role-permissions",
    ]);
  });

  it("lets its rule put records and set failures aside, and nothing else", () => {
    assert.deepEqual(statements(made.only("aws:iam/rolePolicy:RolePolicy").policy), [
      allow("PutRecord", "kinesis:PutRecord", arns.stream("demo")),
      allow("SendToQueueOnError", "sqs:SendMessage", arns.queue("demo-failures")),
    ]);
    assert.deepEqual(
      statements(made.only("aws:iam/role:Role").assumeRolePolicy),
      trustedBy("iot_integrations_test_demo_rule"),
    );
  });

  it("is alarmed when its readers are throttled for longer than a moment", () => {
    const { namespace, metricName, dimensions, threshold, period } = made.only(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "demo-read-throttled",
    );
    assert.deepEqual(
      [namespace, metricName, dimensions, threshold, period],
      [
        "AWS/Kinesis",
        "ReadProvisionedThroughputExceeded",
        { StreamName: "iot-integrations-test-demo" },
        60,
        300,
      ],
    );
  });

  it("is alarmed when writes are throttled", () => {
    const { namespace, metricName, dimensions } = made.only(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "demo-write-throttled",
    );
    assert.deepEqual(
      [namespace, metricName, dimensions],
      [
        "AWS/Kinesis",
        "WriteProvisionedThroughputExceeded",
        { StreamName: "iot-integrations-test-demo" },
      ],
    );
  });
});
