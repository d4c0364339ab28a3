import * as assert from "node:assert/strict";
import { IotToDynamodb } from "../../components/iot-to-dynamodb";
import { account, deploy, document, statements, type Made } from "../support/deploy";
import {
  allow,
  arns,
  assertFanOut,
  completed,
  fromEventRule,
  mathOf,
  queueUrl,
  readStream,
  telemetry,
  trustedBy,
} from "./support";

describe("IotToDynamodb", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() => {
      completed((common) => {
        new IotToDynamodb("iot-to-dynamodb", { ...common, telemetry: telemetry(common.alarms) });
      });
    });
  });

  it("has a rule that writes valid readings to the history, and failed messages to the failures queue", () => {
    const rule = made.only("aws:iot/topicRule:TopicRule", "iot-to-dynamodb-history-rule");
    const roleArn = arns.role("iot-to-dynamodb-history-rule-role");
    assert.deepEqual(rule.dynamodbv2s, [
      { roleArn, putItem: { tableName: "iot-integrations-test-iot-to-dynamodb-history" } },
    ]);
    assert.deepEqual(rule.errorAction, {
      sqs: { queueUrl: queueUrl("iot-to-dynamodb-failures"), useBase64: false, roleArn },
    });
    assert.match(
      String(rule.sql),
      /^SELECT regexp_replace\(topic\(2\), '@\[0-9\]\+\$', ''\) AS deviceId, concat\(.*\) AS readingKey, floor\(timestamp\) AS timestamp, .* WHERE /,
    );
  });

  it("lets the rule write items and set failures aside, and nothing else, on behalf of this rule only", () => {
    const name = "iot-to-dynamodb-history-rule-role";
    assert.deepEqual(
      statements(made.only("aws:iam/rolePolicy:RolePolicy", `${name}-permissions`).policy),
      [
        allow("PutItem", "dynamodb:PutItem", arns.table("iot-to-dynamodb-history")),
        allow("SendToQueueOnError", "sqs:SendMessage", arns.queue("iot-to-dynamodb-failures")),
      ],
    );
    assert.deepEqual(
      statements(made.only("aws:iam/role:Role", name).assumeRolePolicy),
      trustedBy("iot_integrations_test_iot_to_dynamodb_history_rule"),
    );
  });

  it("lets the state writer read the stream, write the state, quarantine, set batches aside and log, and nothing else", () => {
    const permissions = made.only(
      "aws:iam/rolePolicy:RolePolicy",
      "iot-to-dynamodb-state-writer-role-permissions",
    );
    assert.deepEqual(statements(permissions.policy), [
      allow(
        "WriteLogs",
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        arns.logs("iot-to-dynamodb-state-writer"),
      ),
      readStream("telemetry"),
      allow("SetAsideRecords", "s3:PutObject", `${arns.bucket("iot-to-dynamodb-batches")}/*`),
      allow("FindFailuresBucket", "s3:ListBucket", arns.bucket("iot-to-dynamodb-batches")),
      allow("WriteState", "dynamodb:PutItem", arns.table("iot-to-dynamodb-state")),
      allow("Quarantine", "sqs:SendMessage", arns.queue("quarantine.fifo")),
    ]);
    assert.deepEqual(
      statements(
        made.only("aws:iam/role:Role", "iot-to-dynamodb-state-writer-role").assumeRolePolicy,
      ),
      [
        {
          Effect: "Allow",
          Principal: { Service: "lambda.amazonaws.com" },
          Action: "sts:AssumeRole",
        },
      ],
    );
  });

  it("registers no consumer with enhanced fan-out, and one that only its role may subscribe with if asked for", async () => {
    const type = "aws:kinesis/streamConsumer:StreamConsumer";
    assert.equal(made.all(type).size, 0);
    const writer = "iot-to-dynamodb-state-writer";
    const fast = await deploy(() => {
      completed((common) => {
        const args = { ...common, telemetry: telemetry(common.alarms), enhancedFanOut: true };
        new IotToDynamodb("iot-to-dynamodb", args);
      });
    });
    assertFanOut(fast, writer);
  });

  it("limits the retries of a batch, bisects it, and stores the failed records", () => {
    assert.deepEqual(made.only("aws:lambda/eventSourceMapping:EventSourceMapping"), {
      eventSourceArn: arns.stream("telemetry"),
      functionName: "iot-integrations-test-iot-to-dynamodb-state-writer",
      startingPosition: "TRIM_HORIZON",
      batchSize: 100,
      maximumBatchingWindowInSeconds: 1,
      maximumRetryAttempts: 5,
      maximumRecordAgeInSeconds: 255_600,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ["ReportBatchItemFailures"],
      destinationConfig: {
        onFailure: { destinationArn: arns.bucket("iot-to-dynamodb-batches") },
      },
    });
  });

  it("announces each stored batch in the failures queue through EventBridge; the queue permits that rule only", () => {
    assert.deepEqual(made.only("aws:s3/bucketNotification:BucketNotification"), {
      bucket: `iot-integrations-test-euc1-iot-to-dynamodb-batches-${account}`,
      eventbridge: true,
    });
    const { arn, deadLetterConfig } = made.only("aws:cloudwatch/eventTarget:EventTarget");
    assert.equal(arn, arns.queue("iot-to-dynamodb-failures"));
    assert.deepEqual(deadLetterConfig, { arn: arns.queue("iot-to-dynamodb-batches-undelivered") });
    for (const queue of ["iot-to-dynamodb-failures", "iot-to-dynamodb-batches-undelivered"])
      assert.deepEqual(statements(made.only("aws:sqs/queue:Queue", queue).policy), [
        {
          Sid: "DenyPlainText",
          Effect: "Deny",
          Principal: "*",
          Action: "sqs:*",
          Resource: arns.queue(queue),
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
        fromEventRule(queue, "iot-integrations-test-iot-to-dynamodb-batches-announcement"),
      ]);
  });

  it("blocks public access and plain text, and expires objects after 30 days", () => {
    const bucket = `iot-integrations-test-euc1-iot-to-dynamodb-batches-${account}`;
    assert.deepEqual(made.only("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"), {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const arn = arns.bucket("iot-to-dynamodb-batches");
    assert.deepEqual(statements(made.only("aws:s3/bucketPolicy:BucketPolicy").policy), [
      {
        Sid: "DenyPlainText",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arn, `${arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
    assert.deepEqual(
      made.only("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration").rules,
      [{ id: "expire", status: "Enabled", filter: { prefix: "" }, expiration: { days: 30 } }],
    );
  });

  it("keeps a history per device, time and content that expires, and one state per device that does not", () => {
    const safe = {
      billingMode: "PAY_PER_REQUEST",
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true },
      deletionProtectionEnabled: true,
    };
    const tables = made.all("aws:dynamodb/table:Table");
    assert.deepEqual(tables.get("iot-to-dynamodb-history"), {
      name: "iot-integrations-test-iot-to-dynamodb-history",
      hashKey: "deviceId",
      rangeKey: "readingKey",
      attributes: [
        { name: "deviceId", type: "S" },
        { name: "readingKey", type: "S" },
      ],
      ttl: { attributeName: "expiresAt", enabled: true },
      ...safe,
    });
    assert.deepEqual(tables.get("iot-to-dynamodb-state"), {
      name: "iot-integrations-test-iot-to-dynamodb-state",
      hashKey: "deviceId",
      attributes: [
        { name: "deviceId", type: "S" },
        { name: "listing", type: "S" },
      ],
      globalSecondaryIndexes: [
        { name: "devices", hashKey: "listing", rangeKey: "deviceId", projectionType: "KEYS_ONLY" },
      ],
      ...safe,
    });
  });

  it("puts the telemetry of a device on one shard of an encrypted on-demand stream", () => {
    const rule = made.only("aws:iot/topicRule:TopicRule", "telemetry-rule");
    const roleArn = arns.role("telemetry-rule-role");
    assert.deepEqual(rule.kineses, [
      {
        streamName: "iot-integrations-test-telemetry",
        partitionKey: "${regexp_replace(topic(2), '@[0-9]+$', '')}",
        roleArn,
      },
    ]);
    assert.deepEqual(made.only("aws:kinesis/stream:Stream"), {
      name: "iot-integrations-test-telemetry",
      streamModeDetails: { streamMode: "ON_DEMAND" },
      retentionPeriod: 72,
      encryptionType: "KMS",
      kmsKeyId: "alias/aws/kinesis",
    });
    assert.deepEqual(
      statements(
        made.only("aws:iam/rolePolicy:RolePolicy", "telemetry-rule-role-permissions").policy,
      ),
      [
        allow("PutRecord", "kinesis:PutRecord", arns.stream("telemetry")),
        allow("SendToQueueOnError", "sqs:SendMessage", arns.queue("telemetry-failures")),
      ],
    );
  });

  it("accepts no queue's dead letters in the failures queue", () => {
    assert.deepEqual(
      document(made.only("aws:sqs/queue:Queue", "iot-to-dynamodb-failures").redriveAllowPolicy),
      { redrivePermission: "denyAll" },
    );
  });

  it("has an alarm for each way to fail", () => {
    const alarms = [...made.all("aws:cloudwatch/metricAlarm:MetricAlarm").keys()];
    const rule = (name: string) =>
      ["error-action-failure", "failure", "throttled"].map((s) => `${name}-${s}`);
    assert.deepEqual(
      alarms.sort(),
      [
        "alarms-parse-error-devices-telemetry",
        "alarms-quarantine-arrivals",
        "alarms-quarantine-depth",
        "iot-to-dynamodb-batches-announcement-failed-invocations",
        "iot-to-dynamodb-batches-announcement-invocations-failed-to-be-sent-to-dlq",
        "iot-to-dynamodb-batches-announcement-throttled-rules",
        "iot-to-dynamodb-batches-undelivered-age",
        "iot-to-dynamodb-batches-undelivered-arrivals",
        "iot-to-dynamodb-batches-undelivered-depth",
        "iot-to-dynamodb-failures-age",
        "iot-to-dynamodb-failures-arrivals",
        "iot-to-dynamodb-failures-depth",
        "iot-to-dynamodb-history-throttled",
        ...rule("iot-to-dynamodb-history-rule"),
        "iot-to-dynamodb-state-throttled",
        "iot-to-dynamodb-state-writer-errors",
        "iot-to-dynamodb-state-writer-lag",
        "iot-to-dynamodb-state-writer-standstill",
        "iot-to-dynamodb-state-writer-throttles",
        "telemetry-failures-age",
        "telemetry-failures-arrivals",
        "telemetry-failures-depth",
        ...rule("telemetry-rule"),
        "telemetry-read-throttled",
        "telemetry-write-throttled",
        "quarantine-age",
      ].sort(),
    );
    const watched = (name: string) =>
      mathOf(made.only("aws:cloudwatch/metricAlarm:MetricAlarm", `alarms-${name}`));
    const quarantine = "iot-integrations-test-quarantine.fifo";
    assert.deepEqual(watched("quarantine-arrivals"), [`NumberOfMessagesSent ${quarantine}`]);
    assert.deepEqual(watched("quarantine-depth"), [
      `ApproximateNumberOfMessagesVisible ${quarantine}`,
    ]);
    assert.deepEqual(watched("parse-error-devices-telemetry"), [
      "ParseError iot_integrations_test_telemetry_rule",
      "ParseError iot_integrations_test_iot_to_dynamodb_history_rule",
    ]);
  });
});
