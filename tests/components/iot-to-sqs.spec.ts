import * as assert from "node:assert/strict";
import { IotToSqs } from "../../components/iot-to-sqs";
import { deploy, document, statements, type Made } from "../support/deploy";
import { allow, arns, completed, mathOf, queueUrl, trustedBy } from "./support";

describe("IotToSqs", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() => completed((given) => new IotToSqs("iot-to-sqs", given)));
  });

  it("queues every message unchanged, and sends failures to the failures queue", () => {
    const rule = made.only("aws:iot/topicRule:TopicRule");
    assert.equal(
      rule.sql,
      "SELECT regexp_replace(topic(2), '@[0-9]+$', '') AS deviceId, CASE regexp_matches(topic(2), '@[0-9]+$') WHEN true THEN cast(regexp_substr(topic(2), '[0-9]+$') AS Decimal) ELSE timestamp() END AS receivedAt, encode(*, 'base64') AS payload FROM 'devices/+/telemetry'",
    );
    assert.equal(rule.sqlVersion, "2016-03-23");
    assert.equal(rule.enabled, true);
    const roleArn = arns.role("iot-to-sqs-rule-role");
    assert.deepEqual(rule.sqs, [
      { queueUrl: queueUrl("iot-to-sqs-queue"), useBase64: false, roleArn },
    ]);
    assert.deepEqual(rule.errorAction, {
      sqs: { queueUrl: queueUrl("iot-to-sqs-failures"), useBase64: false, roleArn },
    });
  });

  it("lets the rule send to its two queues and nothing else, on behalf of this rule only", () => {
    const name = "iot-to-sqs-rule-role";
    assert.deepEqual(
      statements(made.only("aws:iam/rolePolicy:RolePolicy", `${name}-permissions`).policy),
      [
        allow("SendToQueue", "sqs:SendMessage", arns.queue("iot-to-sqs-queue")),
        allow("SendToQueueOnError", "sqs:SendMessage", arns.queue("iot-to-sqs-failures")),
      ],
    );
    assert.deepEqual(
      statements(made.only("aws:iam/role:Role", name).assumeRolePolicy),
      trustedBy("iot_integrations_test_iot_to_sqs_rule"),
    );
  });

  it("lets the worker consume its queue, acknowledge, quarantine and log, and nothing else", () => {
    assert.deepEqual(
      statements(
        made.only("aws:iam/rolePolicy:RolePolicy", "iot-to-sqs-worker-role-permissions").policy,
      ),
      [
        allow(
          "WriteLogs",
          ["logs:CreateLogStream", "logs:PutLogEvents"],
          arns.logs("iot-to-sqs-worker"),
        ),
        allow(
          "ConsumeQueue",
          ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
          arns.queue("iot-to-sqs-queue"),
        ),
        allow(
          "Acknowledge",
          "iot:Publish",
          "arn:aws:iot:eu-central-1:123456789012:topic/devices/*/acks",
        ),
        allow("Quarantine", "sqs:SendMessage", arns.queue("quarantine.fifo")),
      ],
    );
  });

  it("redrives to its failures queue after five deliveries, which takes no other queue's failures", () => {
    const queues = made.all("aws:sqs/queue:Queue");
    assert.deepEqual([...queues.keys()].sort(), [
      "iot-to-sqs-failures",
      "iot-to-sqs-queue",
      "quarantine",
    ]);
    const work = queues.get("iot-to-sqs-queue");
    assert.deepEqual(document(work?.redrivePolicy), {
      deadLetterTargetArn: arns.queue("iot-to-sqs-failures"),
      maxReceiveCount: 5,
    });
    assert.deepEqual(document(queues.get("iot-to-sqs-failures")?.redriveAllowPolicy), {
      redrivePermission: "byQueue",
      sourceQueueArns: [arns.queue("iot-to-sqs-queue")],
    });
    assert.deepEqual(document(queues.get("quarantine")?.redriveAllowPolicy), {
      redrivePermission: "denyAll",
    });
    assert.equal(queues.get("iot-to-sqs-failures")?.redrivePolicy, undefined);
  });

  it("keeps failed and invalid messages for 14 days", () => {
    const queues = made.all("aws:sqs/queue:Queue");
    assert.equal(queues.get("iot-to-sqs-failures")?.messageRetentionSeconds, 1_209_600);
    assert.equal(queues.get("quarantine")?.messageRetentionSeconds, 1_209_600);
    assert.equal(queues.get("iot-to-sqs-queue")?.messageRetentionSeconds, 345_600);
  });

  it("encrypts every queue and denies plain text", () => {
    for (const queue of made.all("aws:sqs/queue:Queue").values()) {
      const name = String(queue.name).replace("iot-integrations-test-", "");
      assert.equal(queue.sqsManagedSseEnabled, true);
      assert.deepEqual(statements(queue.policy), [
        {
          Sid: "DenyPlainText",
          Effect: "Deny",
          Principal: "*",
          Action: "sqs:*",
          Resource: arns.queue(name),
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ]);
    }
  });

  it("hides a message for six times the worker's timeout, and requests partial batch responses", () => {
    const worker = made.only("aws:lambda/function:Function");
    const queue = made.all("aws:sqs/queue:Queue").get("iot-to-sqs-queue");
    assert.equal(worker.timeout, 30);
    assert.equal(queue?.visibilityTimeoutSeconds, 180);
    assert.deepEqual(made.only("aws:lambda/eventSourceMapping:EventSourceMapping"), {
      batchSize: 10,
      eventSourceArn: arns.queue("iot-to-sqs-queue"),
      functionName: "iot-integrations-test-iot-to-sqs-worker",
      functionResponseTypes: ["ReportBatchItemFailures"],
      maximumBatchingWindowInSeconds: 0,
      scalingConfig: { maximumConcurrency: 10 },
    });
  });

  it("gives the worker a pinned runtime, its own log and the names it needs", () => {
    const { code, ...worker } = made.only("aws:lambda/function:Function");
    assert.ok(code);
    assert.deepEqual(worker, {
      name: "iot-integrations-test-iot-to-sqs-worker",
      description: "Works off the queue and acknowledges to each device.",
      role: arns.role("iot-to-sqs-worker-role"),
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "__index.handler",
      timeout: 30,
      memorySize: 256,
      environment: {
        variables: {
          ACK_TOPIC_PREFIX: "devices",
          AWS_ENDPOINT_URL_IOT_DATA_PLANE: "https://example-ats.iot.eu-central-1.amazonaws.com",
          QUARANTINE_QUEUE_URL: "url-of-iot-integrations-test-quarantine.fifo",
        },
      },
      loggingConfig: {
        logFormat: "Text",
        logGroup: "/aws/lambda/iot-integrations-test-iot-to-sqs-worker",
      },
    });
    assert.equal(
      made.only("aws:cloudwatch/logGroup:LogGroup", "iot-to-sqs-worker-logs").retentionInDays,
      30,
    );
  });

  it("has an alarm for each way to fail", () => {
    const alarms = [...made.all("aws:cloudwatch/metricAlarm:MetricAlarm")];
    assert.deepEqual(alarms.map(([name]) => name).sort(), [
      "alarms-parse-error-devices-telemetry",
      "alarms-quarantine-arrivals",
      "alarms-quarantine-depth",
      "iot-to-sqs-backlog",
      "iot-to-sqs-failures-age",
      "iot-to-sqs-failures-arrivals",
      "iot-to-sqs-failures-depth",
      "iot-to-sqs-rule-error-action-failure",
      "iot-to-sqs-rule-failure",
      "iot-to-sqs-rule-throttled",
      "iot-to-sqs-worker-errors",
      "iot-to-sqs-worker-throttles",
      "quarantine-age",
    ]);
    for (const [, alarm] of alarms)
      assert.deepEqual(alarm.alarmActions, [arns.topic("alarms-topic")]);
    const watched = (name: string) =>
      mathOf(made.only("aws:cloudwatch/metricAlarm:MetricAlarm", `alarms-${name}`));
    const quarantine = "iot-integrations-test-quarantine.fifo";
    assert.deepEqual(watched("quarantine-arrivals"), [`NumberOfMessagesSent ${quarantine}`]);
    assert.deepEqual(watched("quarantine-depth"), [
      `ApproximateNumberOfMessagesVisible ${quarantine}`,
    ]);
    assert.deepEqual(watched("parse-error-devices-telemetry"), [
      "ParseError iot_integrations_test_iot_to_sqs_rule",
    ]);
  });

  it("fires eight days after a message came to the failures queue, since it may have waited for four before", () => {
    const name = "iot-to-sqs-failures-age";
    const { threshold } = made.only("aws:cloudwatch/metricAlarm:MetricAlarm", name);
    assert.equal(threshold, 8 * 86_400);
  });
});
