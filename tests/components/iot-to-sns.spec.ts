import * as assert from "node:assert/strict";
import { IotToSns } from "../../components/iot-to-sns";
import { deploy, document, statements, type Made } from "../support/deploy";
import { administered, encryptFor, usedBy } from "./keys";
import { allow, arns, completed, mathOf, queueUrl, integrated, trustedBy } from "./support";

const recipients = {
  emails: ["night-shift@example.com"],
  phoneNumbers: ["+4915112345678"],
  endpoints: ["https://tickets.example.com/alerts"],
};

/** What the formatter knows of its gate. */
function gateOf(made: Made): Record<string, unknown> {
  const { environment } = made.only("aws:lambda/function:Function", "iot-to-sns-formatter");
  const { variables } = environment as { variables: Record<string, string> };
  const { GATE_TABLE_NAME, GATE_LIMITS = "" } = variables;
  return { GATE_TABLE_NAME, GATE_LIMITS: JSON.parse(GATE_LIMITS) as unknown };
}

describe("IotToSns", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() =>
      completed((given) => new IotToSns("iot-to-sns", { ...given, ...recipients })),
    );
  });

  it("publishes critical messages only, RAW, and sends failures to the failures queue", () => {
    const rule = made.only("aws:iot/topicRule:TopicRule");
    const roleArn = arns.role("iot-to-sns-critical-rule-role");
    assert.match(String(rule.sql), / WHERE status = 'critical'$/);
    assert.deepEqual(rule.sns, [
      { targetArn: arns.topic("iot-to-sns-critical"), roleArn, messageFormat: "RAW" },
    ]);
    assert.deepEqual(rule.errorAction, {
      sqs: { queueUrl: queueUrl("iot-to-sns-failures"), useBase64: false, roleArn },
    });
  });

  it("lets the rule publish, encrypt for that topic and set failures aside, and nothing else", () => {
    const name = "iot-to-sns-critical-rule-role";
    assert.deepEqual(
      statements(made.only("aws:iam/rolePolicy:RolePolicy", `${name}-permissions`).policy),
      [
        allow("PublishToTopic", "sns:Publish", arns.topic("iot-to-sns-critical")),
        encryptFor("iot-to-sns-critical"),
        allow("SendToQueueOnError", "sqs:SendMessage", arns.queue("iot-to-sns-failures")),
      ],
    );
    assert.deepEqual(
      statements(made.only("aws:iam/role:Role", name).assumeRolePolicy),
      trustedBy("iot_integrations_test_iot_to_sns_critical_rule"),
    );
  });

  it("lets the formatter publish alerts, use the gate, quarantine, set failures aside and log, and nothing else", () => {
    assert.deepEqual(
      statements(
        made.only("aws:iam/rolePolicy:RolePolicy", "iot-to-sns-formatter-role-permissions").policy,
      ),
      [
        allow(
          "WriteLogs",
          ["logs:CreateLogStream", "logs:PutLogEvents"],
          arns.logs("iot-to-sns-formatter"),
        ),
        allow("SetAsideFailures", "sqs:SendMessage", arns.queue("iot-to-sns-failures")),
        allow("PublishToTopic", "sns:Publish", arns.topic("iot-to-sns-alerts")),
        encryptFor("iot-to-sns-alerts"),
        allow(
          "DecideByGate",
          ["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
          arns.table("iot-to-sns-gate"),
        ),
        allow("Quarantine", "sqs:SendMessage", arns.queue("quarantine.fifo")),
      ],
    );
  });

  it("invokes the formatter asynchronously and keeps events that it fails to process", () => {
    assert.deepEqual(made.only("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"), {
      functionName: "iot-integrations-test-iot-to-sns-formatter",
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 21_600,
      destinationConfig: { onFailure: { destination: arns.queue("iot-to-sns-failures") } },
    });
    assert.deepEqual(made.only("aws:lambda/permission:Permission"), {
      action: "lambda:InvokeFunction",
      function: "iot-integrations-test-iot-to-sns-formatter",
      principal: "sns.amazonaws.com",
      sourceArn: arns.topic("iot-to-sns-critical"),
    });
  });

  it("gives every subscription a dead-letter queue", () => {
    const subscriptions = made.all("aws:sns/topicSubscription:TopicSubscription");
    const to = (topic: string, protocol: string, endpoint: string) => ({
      topic: arns.topic(topic),
      protocol,
      endpoint,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: arns.queue("iot-to-sns-failures") }),
    });
    assert.deepEqual(Object.fromEntries(subscriptions), {
      "iot-to-sns-formatter-subscription": to(
        "iot-to-sns-critical",
        "lambda",
        arns.function("iot-to-sns-formatter"),
      ),
      "iot-to-sns-to-email-night-shift@example.com": to(
        "iot-to-sns-alerts",
        "email",
        "night-shift@example.com",
      ),
      "iot-to-sns-to-sms-+4915112345678": to("iot-to-sns-alerts", "sms", "+4915112345678"),
      "iot-to-sns-to-https-77254688": to(
        "iot-to-sns-alerts",
        "https",
        "https://tickets.example.com/alerts",
      ),
    });
  });

  it("lets SNS send dead letters of only these two topics to the failures queue", () => {
    const [, ...admitted] = statements(
      made.only("aws:sqs/queue:Queue", "iot-to-sns-failures").policy,
    ) as { Principal: object; Condition: object }[];
    assert.deepEqual(
      admitted.map(({ Principal, Condition }) => ({ Principal, Condition })),
      ["iot-to-sns-critical", "iot-to-sns-alerts"].map((topic) => ({
        Principal: { Service: "sns.amazonaws.com" },
        Condition: {
          ArnEquals: { "aws:SourceArn": arns.topic(topic) },
        },
      })),
    );
  });

  it("encrypts both topics, each with a key that its publisher may use, and no service", () => {
    for (const [topic, publisher] of [
      ["iot-to-sns-critical", "iot-to-sns-critical-rule-role"],
      ["iot-to-sns-alerts", "iot-to-sns-formatter-role"],
    ] as const) {
      const { kmsMasterKeyId } = made.only("aws:sns/topic:Topic", topic);
      assert.equal(kmsMasterKeyId, `alias/iot-integrations-test-${topic}`);
      const key = made.only("aws:kms/key:Key", `${topic}-key`);
      assert.equal(key.enableKeyRotation, true);
      assert.deepEqual(statements(key.policy), [administered, usedBy(publisher)]);
    }
  });

  it("without recipients, has only the formatter's subscription and lets SNS send only its dead letters", async () => {
    const quiet = await deploy(
      () =>
        new IotToSns("iot-to-sns", {
          ...integrated(),
          emails: [],
          phoneNumbers: [],
          endpoints: [],
        }),
    );
    assert.equal(quiet.only("aws:sns/topicSubscription:TopicSubscription").protocol, "lambda");
    const failures = quiet.only("aws:sqs/queue:Queue", "iot-to-sns-failures");
    const admitted = (statements(failures.policy) as { Sid: string }[]).map(({ Sid }) => Sid);
    assert.deepEqual(admitted, ["DenyPlainText", "SendFromTopic"]);
  });

  it("decides in an on-demand table whose items expire, within the limits of its settings", async () => {
    const { ttl, hashKey, billingMode } = made.only("aws:dynamodb/table:Table", "iot-to-sns-gate");
    assert.deepEqual(ttl, { attributeName: "expiresAt", enabled: true });
    assert.deepEqual([hashKey, billingMode], ["id", "PAY_PER_REQUEST"]);
    assert.deepEqual(gateOf(made), {
      GATE_TABLE_NAME: "iot-integrations-test-iot-to-sns-gate",
      GATE_LIMITS: { deviceBudget: 4, totalBudget: 100, quietMinutes: 15, repeatMinutes: 240 },
    });
    const gate = { deviceBudget: 1, totalBudget: 2, quietMinutes: 3, repeatMinutes: 4 };
    const other = await deploy(
      () => new IotToSns("iot-to-sns", { ...integrated(), ...recipients, gate }),
    );
    assert.deepEqual(gateOf(other).GATE_LIMITS, gate);
  });

  it("has an alarm for each way to fail", () => {
    assert.deepEqual([...made.all("aws:cloudwatch/metricAlarm:MetricAlarm").keys()].sort(), [
      "alarms-parse-error-devices-telemetry",
      "alarms-quarantine-arrivals",
      "alarms-quarantine-depth",
      "iot-to-sns-critical-rule-error-action-failure",
      "iot-to-sns-critical-rule-failure",
      "iot-to-sns-critical-rule-throttled",
      "iot-to-sns-failures-age",
      "iot-to-sns-failures-arrivals",
      "iot-to-sns-failures-depth",
      "iot-to-sns-formatter-async-events-dropped",
      "iot-to-sns-formatter-destination-delivery-failures",
      "iot-to-sns-formatter-errors",
      "iot-to-sns-formatter-not-set-aside",
      "iot-to-sns-formatter-throttles",
      "iot-to-sns-gate-throttled",
      "iot-to-sns-not-set-aside",
      "iot-to-sns-undelivered",
      "quarantine-age",
    ]);
    const watched = (name: string) =>
      mathOf(made.only("aws:cloudwatch/metricAlarm:MetricAlarm", `alarms-${name}`));
    const quarantine = "iot-integrations-test-quarantine.fifo";
    assert.deepEqual(watched("quarantine-arrivals"), [`NumberOfMessagesSent ${quarantine}`]);
    assert.deepEqual(watched("quarantine-depth"), [
      `ApproximateNumberOfMessagesVisible ${quarantine}`,
    ]);
    assert.deepEqual(watched("parse-error-devices-telemetry"), [
      "ParseError iot_integrations_test_iot_to_sns_critical_rule",
    ]);
  });

  it("accepts no queue's dead letters in the failures queue", () => {
    assert.deepEqual(
      document(made.only("aws:sqs/queue:Queue", "iot-to-sns-failures").redriveAllowPolicy),
      { redrivePermission: "denyAll" },
    );
  });
});
