import * as assert from "node:assert/strict";
import { IotToDatadog, iotToDatadog } from "../../components/iot-to-datadog";
import { readAll } from "../../components/parts/settings/setting";
import * as pulumi from "@pulumi/pulumi";
import { account, deploy, document, region, statements, type Made } from "../support/deploy";
import { allow, arns, completed, queueUrl, trustedBy, writeLogs } from "./support";

const site = "datadoghq.eu";
const secretArn = `arn:aws:secretsmanager:${region}:${account}:secret:iot-integrations-test-iot-to-datadog-key-??????`;

describe("IotToDatadog", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() =>
      completed((given) => new IotToDatadog("iot-to-datadog", { ...given, site })),
    );
  });

  it("queues every message unchanged, and sends failures to the failures queue", () => {
    const rule = made.only("aws:iot/topicRule:TopicRule");
    assert.match(String(rule.sql), / FROM 'devices\/\+\/telemetry'$/);
    assert.doesNotMatch(String(rule.sql), /WHERE/);
    const roleArn = arns.role("iot-to-datadog-rule-role");
    assert.deepEqual(rule.sqs, [
      { queueUrl: queueUrl("iot-to-datadog-queue"), useBase64: false, roleArn },
    ]);
    assert.deepEqual(rule.errorAction, {
      sqs: { queueUrl: queueUrl("iot-to-datadog-failures"), useBase64: false, roleArn },
    });
  });

  it("lets the rule send to its two queues and nothing else, on behalf of this rule only", () => {
    const name = "iot-to-datadog-rule-role";
    assert.deepEqual(
      statements(made.only("aws:iam/rolePolicy:RolePolicy", `${name}-permissions`).policy),
      [
        allow("SendToQueue", "sqs:SendMessage", arns.queue("iot-to-datadog-queue")),
        allow("SendToQueueOnError", "sqs:SendMessage", arns.queue("iot-to-datadog-failures")),
      ],
    );
    assert.deepEqual(
      statements(made.only("aws:iam/role:Role", name).assumeRolePolicy),
      trustedBy("iot_integrations_test_iot_to_datadog_rule"),
    );
  });

  it("lets the submitter consume its queue, read its key, quarantine, set aside and log, and nothing else", () => {
    const name = "iot-to-datadog-submitter-role";
    assert.deepEqual(
      statements(made.only("aws:iam/rolePolicy:RolePolicy", `${name}-permissions`).policy),
      [
        writeLogs("iot-to-datadog-submitter"),
        allow(
          "ConsumeQueue",
          ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
          arns.queue("iot-to-datadog-queue"),
        ),
        allow("ReadKey", "secretsmanager:GetSecretValue", secretArn),
        allow("Quarantine", "sqs:SendMessage", arns.queue("quarantine.fifo")),
        allow("SetAside", "sqs:SendMessage", arns.queue("iot-to-datadog-failures")),
      ],
    );
  });

  it("has a secret without a value", () => {
    assert.deepEqual(made.only("aws:secretsmanager/secret:Secret"), {
      name: "iot-integrations-test-iot-to-datadog-key",
      description: 'An API key of Datadog, as JSON: {"api_key": "..."}.',
      recoveryWindowInDays: 0,
    });
    assert.deepEqual([...made.all("aws:secretsmanager/secretVersion:SecretVersion")], []);
  });

  it("redrives after an hour of deliveries, the time for which Datadog takes a point", () => {
    const queue = made.all("aws:sqs/queue:Queue").get("iot-to-datadog-queue");
    const { maxReceiveCount } = document(queue?.redrivePolicy);
    assert.equal(maxReceiveCount, 20);
    assert.equal(queue?.visibilityTimeoutSeconds, 180);
    assert.equal(Number(maxReceiveCount) * Number(queue?.visibilityTimeoutSeconds), 3600);
  });

  it("gathers a thousand messages for one invocation, and requests partial batch responses", () => {
    assert.deepEqual(made.only("aws:lambda/eventSourceMapping:EventSourceMapping"), {
      batchSize: 1000,
      eventSourceArn: arns.queue("iot-to-datadog-queue"),
      functionName: "iot-integrations-test-iot-to-datadog-submitter",
      functionResponseTypes: ["ReportBatchItemFailures"],
      maximumBatchingWindowInSeconds: 10,
      scalingConfig: { maximumConcurrency: 2 },
    });
  });

  it("gives the submitter the address of the site, the name of the secret, and no key", () => {
    const { environment, timeout, memorySize, vpcConfig } = made.only(
      "aws:lambda/function:Function",
    );
    assert.deepEqual(environment, {
      variables: {
        BY_DEVICE: "false",
        DATADOG_URL: "https://api.datadoghq.eu",
        FAILURES_QUEUE_URL: "url-of-iot-integrations-test-iot-to-datadog-failures",
        METRIC_PREFIX: "iot",
        QUARANTINE_QUEUE_URL: "url-of-iot-integrations-test-quarantine.fifo",
        SECRET_NAME: "iot-integrations-test-iot-to-datadog-key",
      },
    });
    assert.deepEqual([timeout, memorySize, vpcConfig], [30, 512, undefined]);
  });

  it("has an alarm for each way to fail", () => {
    const alarms = [...made.all("aws:cloudwatch/metricAlarm:MetricAlarm").keys()].sort();
    assert.deepEqual(alarms, [
      "alarms-parse-error-devices-telemetry",
      "alarms-quarantine-arrivals",
      "alarms-quarantine-depth",
      "iot-to-datadog-backlog",
      "iot-to-datadog-failures-age",
      "iot-to-datadog-failures-arrivals",
      "iot-to-datadog-failures-depth",
      "iot-to-datadog-rule-error-action-failure",
      "iot-to-datadog-rule-failure",
      "iot-to-datadog-rule-throttled",
      "iot-to-datadog-submitter-errors",
      "iot-to-datadog-submitter-throttles",
      "quarantine-age",
    ]);
  });
});

describe("The settings of iot-to-datadog", () => {
  const read = (values: Record<string, string>) =>
    deploy(() => ({ read: readAll(new pulumi.Config("iot-to-datadog"), iotToDatadog.settings) }), {
      config: Object.fromEntries(
        Object.entries(values).map(([key, value]) => [`iot-to-datadog:${key}`, value]),
      ),
    }).then(({ outputs }) => outputs.read);

  it("have defaults, except for the site", async () => {
    assert.deepEqual(await read({ site }), {
      ...{ site, byDevice: false, metricPrefix: "iot", windowSeconds: 10, maxReceiveCount: 20 },
    });
    await assert.rejects(
      read({}),
      /^Error: Configuration iot-to-datadog:site is missing; it must be one of datadoghq\.com, us3\./,
    );
  });

  it("take the nine sites of Datadog and no other", async () => {
    const sites =
      "datadoghq.com us3.datadoghq.com us5.datadoghq.com datadoghq.eu ap1.datadoghq.com ap2.datadoghq.com uk1.datadoghq.com ddog-gov.com us2.ddog-gov.com";
    for (const one of sites.split(" ")) await read({ site: one });
    for (const one of ["app.datadoghq.com", "eu", "https://datadoghq.eu"])
      await assert.rejects(read({ site: one }), /iot-to-datadog:site is /);
  });

  it("refuse a prefix that is no beginning of a metric's name", async () => {
    for (const metricPrefix of ["plant_1.line.2", "I", "a".repeat(100)])
      await read({ site, metricPrefix });
    for (const metricPrefix of ["1iot", "iot.", "iot-1", "a".repeat(101)])
      await assert.rejects(read({ site, metricPrefix }), /iot-to-datadog:metricPrefix is /);
  });
});
