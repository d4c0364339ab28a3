import * as assert from "node:assert/strict";
import { IotToEventbridge } from "../../components/iot-to-eventbridge";
import { account, deploy, document, region, statements, type Made } from "../support/deploy";
import {
  allow,
  arns,
  completed,
  fromEventRule,
  mathOf,
  queueUrl,
  trustedBy,
  trustedByService,
  writeLogs,
} from "./support";

const prefix = "iot-integrations-test-iot-to-eventbridge";
const bus = `arn:aws:events:${region}:${account}:event-bus/${prefix}-bus`;

describe("IotToEventbridge", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() =>
      completed((given) => new IotToEventbridge("iot-to-eventbridge", given)),
    );
  });

  const permissions = (role: string): unknown =>
    statements(made.only("aws:iam/rolePolicy:RolePolicy", `${role}-permissions`).policy);
  const trust = (role: string): unknown =>
    statements(made.only("aws:iam/role:Role", role).assumeRolePolicy);

  it("queues every message unchanged, and sends failures to the failures queue", () => {
    const rule = made.only("aws:iot/topicRule:TopicRule");
    const roleArn = arns.role("iot-to-eventbridge-rule-role");
    assert.equal(
      rule.sql,
      "SELECT regexp_replace(topic(2), '@[0-9]+$', '') AS deviceId, CASE regexp_matches(topic(2), '@[0-9]+$') WHEN true THEN cast(regexp_substr(topic(2), '[0-9]+$') AS Decimal) ELSE timestamp() END AS receivedAt, encode(*, 'base64') AS payload FROM 'devices/+/telemetry'",
    );
    assert.deepEqual(rule.sqs, [
      { queueUrl: queueUrl("iot-to-eventbridge-queue"), useBase64: false, roleArn },
    ]);
    assert.deepEqual(rule.errorAction, {
      sqs: { queueUrl: queueUrl("iot-to-eventbridge-failures"), useBase64: false, roleArn },
    });
    assert.deepEqual(
      trust("iot-to-eventbridge-rule-role"),
      trustedBy("iot_integrations_test_iot_to_eventbridge_rule"),
    );
  });

  it("lets the pipe drain its queue, invoke the shaper and put events of its own source, for this pipe only", () => {
    assert.deepEqual(permissions("iot-to-eventbridge-pipe-role"), [
      allow(
        "ConsumeQueue",
        ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        arns.queue("iot-to-eventbridge-queue"),
      ),
      allow("Enrich", "lambda:InvokeFunction", arns.function("iot-to-eventbridge-shaper")),
      allow("PutEvents", "events:PutEvents", bus, {
        StringEquals: { "events:source": "iot-integrations.telemetry" },
      }),
    ]);
    assert.deepEqual(
      trust("iot-to-eventbridge-pipe-role"),
      trustedByService(
        "pipes.amazonaws.com",
        `arn:aws:pipes:${region}:${account}:pipe/${prefix}-pipe`,
      ),
    );
  });

  it("pipes ten messages at a time through the shaper to the bus, and logs what fails", () => {
    assert.deepEqual(made.only("aws:pipes/pipe:Pipe"), {
      name: `${prefix}-pipe`,
      description: "Puts an event on the bus for every valid message of the queue.",
      roleArn: arns.role("iot-to-eventbridge-pipe-role"),
      source: arns.queue("iot-to-eventbridge-queue"),
      sourceParameters: { sqsQueueParameters: { batchSize: 10 } },
      enrichment: arns.function("iot-to-eventbridge-shaper"),
      target: bus,
      targetParameters: {
        eventbridgeEventBusParameters: {
          source: "iot-integrations.telemetry",
          detailType: "Device Reading",
        },
      },
      logConfiguration: {
        level: "ERROR",
        cloudwatchLogsLogDestination: {
          logGroupArn: `arn:aws:logs:${region}:${account}:log-group:/aws/vendedlogs/pipes/${prefix}-pipe`,
        },
      },
    });
  });

  it("accepts events of its own source only, and archives all of them", () => {
    assert.deepEqual(statements(made.only("aws:cloudwatch/eventBusPolicy:EventBusPolicy").policy), [
      {
        Sid: "DenyForeignSources",
        Effect: "Deny",
        Principal: "*",
        Action: "events:PutEvents",
        Resource: bus,
        Condition: { StringNotEquals: { "events:source": "iot-integrations.telemetry" } },
      },
    ]);
    const archive = made.only("aws:cloudwatch/eventArchive:EventArchive");
    assert.equal(archive.eventSourceArn, bus);
    assert.equal(archive.retentionDays, 7);
    assert.equal(archive.eventPattern, undefined);
  });

  it("sends critical and good readings to the incident handler, for a day, then to the failures queue", () => {
    const rule = made.only("aws:cloudwatch/eventRule:EventRule");
    assert.deepEqual(document(rule.eventPattern), {
      source: ["iot-integrations.telemetry"],
      "detail-type": ["Device Reading"],
      detail: { status: ["critical", "ok"] },
    });
    assert.equal(rule.eventBusName, `${prefix}-bus`);
    assert.equal(rule.state, "ENABLED");
    assert.deepEqual(made.only("aws:cloudwatch/eventTarget:EventTarget"), {
      rule: `${prefix}-incidents`,
      eventBusName: `${prefix}-bus`,
      targetId: "callback",
      arn: arns.function("iot-to-eventbridge-incident-handler"),
      deadLetterConfig: { arn: arns.queue("iot-to-eventbridge-failures") },
      retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 },
    });
    assert.deepEqual(made.only("aws:lambda/permission:Permission"), {
      action: "lambda:InvokeFunction",
      function: `${prefix}-incident-handler`,
      principal: "events.amazonaws.com",
      sourceArn: `arn:aws:events:${region}:${account}:rule/${prefix}-bus/${prefix}-incidents`,
    });
  });

  it("permits only this event rule to send to the failures queue", () => {
    const { policy } = made.only("aws:sqs/queue:Queue", "iot-to-eventbridge-failures");
    const [denial, ...admitted] = statements(policy) as { Sid: string }[];
    assert.equal(denial?.Sid, "DenyPlainText");
    assert.deepEqual(admitted, [
      fromEventRule("iot-to-eventbridge-failures", `${prefix}-bus/${prefix}-incidents`),
    ]);
  });

  it("lets the shaper quarantine and log, and nothing else", () => {
    assert.deepEqual(permissions("iot-to-eventbridge-shaper-role"), [
      writeLogs("iot-to-eventbridge-shaper"),
      allow("Quarantine", "sqs:SendMessage", arns.queue("quarantine.fifo")),
    ]);
  });

  it("lets the incident handler follow incidents, set aside and log, and nothing else", () => {
    assert.deepEqual(permissions("iot-to-eventbridge-incident-handler-role"), [
      writeLogs("iot-to-eventbridge-incident-handler"),
      allow("SetAsideFailures", "sqs:SendMessage", arns.queue("iot-to-eventbridge-failures")),
      allow("FollowIncidents", "dynamodb:UpdateItem", arns.table("iot-to-eventbridge-incidents")),
    ]);
    assert.deepEqual(made.only("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"), {
      functionName: `${prefix}-incident-handler`,
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 21_600,
      destinationConfig: {
        onFailure: { destination: arns.queue("iot-to-eventbridge-failures") },
      },
    });
  });

  it("hides a message for six times the shaper's timeout, for five deliveries", () => {
    const queue = made.only("aws:sqs/queue:Queue", "iot-to-eventbridge-queue");
    assert.equal(queue.visibilityTimeoutSeconds, 180);
    assert.equal(
      made.only("aws:lambda/function:Function", "iot-to-eventbridge-shaper").timeout,
      30,
    );
    assert.deepEqual(document(queue.redrivePolicy), {
      deadLetterTargetArn: arns.queue("iot-to-eventbridge-failures"),
      maxReceiveCount: 5,
    });
  });

  it("alarms on every way in which a message can fail", () => {
    const alarms = [...made.all("aws:cloudwatch/metricAlarm:MetricAlarm")]
      .filter(([name]) => /^(iot-to-eventbridge|quarantine)/.test(name))
      .map(([name, { metricName }]) => `${name}: ${(metricName as string | undefined) ?? "query"}`)
      .sort();
    assert.deepEqual(alarms, [
      "iot-to-eventbridge-backlog: ApproximateAgeOfOldestMessage",
      "iot-to-eventbridge-failures-age: ApproximateAgeOfOldestMessage",
      "iot-to-eventbridge-failures-arrivals: query",
      "iot-to-eventbridge-failures-depth: ApproximateNumberOfMessagesVisible",
      "iot-to-eventbridge-incident-handler-async-events-dropped: AsyncEventsDropped",
      "iot-to-eventbridge-incident-handler-destination-delivery-failures: DestinationDeliveryFailures",
      "iot-to-eventbridge-incident-handler-errors: Errors",
      "iot-to-eventbridge-incident-handler-failed-invocations: FailedInvocations",
      "iot-to-eventbridge-incident-handler-invocations-failed-to-be-sent-to-dlq: InvocationsFailedToBeSentToDlq",
      "iot-to-eventbridge-incident-handler-throttled-rules: ThrottledRules",
      "iot-to-eventbridge-incident-handler-throttles: Throttles",
      "iot-to-eventbridge-incidents-throttled: WriteThrottleEvents",
      "iot-to-eventbridge-pipe-enrichment-stage-failed: EnrichmentStageFailed",
      "iot-to-eventbridge-pipe-execution-failed: ExecutionFailed",
      "iot-to-eventbridge-pipe-execution-partially-failed: ExecutionPartiallyFailed",
      "iot-to-eventbridge-pipe-target-stage-failed: TargetStageFailed",
      "iot-to-eventbridge-rule-error-action-failure: query",
      "iot-to-eventbridge-rule-failure: query",
      "iot-to-eventbridge-rule-throttled: RuleMessageThrottled",
      "iot-to-eventbridge-shaper-errors: Errors",
      "iot-to-eventbridge-shaper-throttles: Throttles",
      "quarantine-age: ApproximateAgeOfOldestMessage",
    ]);
    const watched = (name: string) =>
      mathOf(made.only("aws:cloudwatch/metricAlarm:MetricAlarm", `alarms-${name}`));
    const quarantine = "iot-integrations-test-quarantine.fifo";
    assert.deepEqual(watched("quarantine-arrivals"), [`NumberOfMessagesSent ${quarantine}`]);
    assert.deepEqual(watched("quarantine-depth"), [
      `ApproximateNumberOfMessagesVisible ${quarantine}`,
    ]);
    assert.deepEqual(watched("parse-error-devices-telemetry"), [
      "ParseError iot_integrations_test_iot_to_eventbridge_rule",
    ]);
    const target = made.only(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "iot-to-eventbridge-incident-handler-failed-invocations",
    );
    assert.deepEqual(
      [target.namespace, target.dimensions],
      ["AWS/Events", { EventBusName: `${prefix}-bus`, RuleName: `${prefix}-incidents` }],
    );
    const pipe = made.only(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "iot-to-eventbridge-pipe-execution-failed",
    );
    assert.deepEqual(
      [pipe.namespace, pipe.dimensions],
      ["AWS/EventBridge/Pipes", { PipeName: `${prefix}-pipe` }],
    );
  });
});
