import * as assert from "node:assert/strict";
import { IotToDatadog, iotToDatadog } from "../../components/iot-to-datadog";
import { logsEndpoint } from "../../components/parts/datadog-logs";
import { readAll } from "../../components/parts/settings/setting";
import * as pulumi from "@pulumi/pulumi";
import { account, deploy, document, region, statements, type Made } from "../support/deploy";
import { allow, arns, completed, fromEventRule, queueUrl, trustedBy, writeLogs } from "./support";

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

describe("IotToDatadog with logs", () => {
  const streamName = "iot-integrations-test-iot-to-datadog-logs";
  const streamLog = `/aws/kinesisfirehose/${streamName}`;
  const bucket = arns.bucket("iot-to-datadog-batches");
  let made: Made;
  let outputs: Record<string, unknown>;
  before(async () => {
    made = await deploy(() =>
      completed((given) => {
        const { outputs: of } = new IotToDatadog("iot-to-datadog", { ...given, site, logs: true });
        outputs = of;
      }),
    );
  });
  const permissionsOf = (role: string) =>
    statements(made.only("aws:iam/rolePolicy:RolePolicy", `${role}-permissions`).policy);

  it("puts every message on the delivery stream by a rule of its own, and failures in the failures queue", () => {
    const rule = made.all("aws:iot/topicRule:TopicRule").get("iot-to-datadog-logs-rule");
    const roleArn = arns.role("iot-to-datadog-logs-rule-role");
    assert.equal(
      rule?.sql,
      made.all("aws:iot/topicRule:TopicRule").get("iot-to-datadog-rule")?.sql,
    );
    assert.deepEqual(rule?.firehoses, [{ deliveryStreamName: streamName, roleArn }]);
    assert.deepEqual(rule?.errorAction, {
      sqs: { queueUrl: queueUrl("iot-to-datadog-failures"), useBase64: false, roleArn },
    });
    assert.deepEqual(permissionsOf("iot-to-datadog-logs-rule-role"), [
      allow(
        "PutToDeliveryStream",
        "firehose:PutRecord",
        `arn:aws:firehose:${region}:${account}:deliverystream/${streamName}`,
      ),
      allow("SendToQueueOnError", "sqs:SendMessage", arns.queue("iot-to-datadog-failures")),
    ]);
  });

  it("delivers compressed to Datadog's endpoint with the key of the secret, and stores what failed", () => {
    const roleArn = arns.role("iot-to-datadog-logs-role");
    const logging = (logStreamName: string) => ({
      ...{ enabled: true, logGroupName: streamLog, logStreamName },
    });
    assert.deepEqual(made.only("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"), {
      name: streamName,
      destination: "http_endpoint",
      serverSideEncryption: { enabled: true, keyType: "AWS_OWNED_CMK" },
      httpEndpointConfiguration: {
        url: "https://aws-kinesis-http-intake.logs.datadoghq.eu/v1/input",
        name: "Datadog",
        roleArn,
        secretsManagerConfiguration: {
          enabled: true,
          secretArn: "arn:created:iot-integrations-test-iot-to-datadog-key",
          roleArn,
        },
        requestConfiguration: { contentEncoding: "GZIP" },
        bufferingInterval: 60,
        bufferingSize: 2,
        retryDuration: 3600,
        processingConfiguration: {
          enabled: true,
          processors: [
            {
              type: "Lambda",
              parameters: [
                {
                  parameterName: "LambdaArn",
                  parameterValue: arns.function("iot-to-datadog-log-shaper"),
                },
                { parameterName: "BufferSizeInMBs", parameterValue: "0.5" },
              ],
            },
          ],
        },
        s3BackupMode: "FailedDataOnly",
        s3Configuration: {
          bucketArn: bucket,
          roleArn,
          errorOutputPrefix: "!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd/HH}/",
          compressionFormat: "UNCOMPRESSED",
          bufferingSize: 5,
          bufferingInterval: 60,
          cloudwatchLoggingOptions: logging("BackupDelivery"),
        },
        cloudwatchLoggingOptions: logging("DestinationDelivery"),
      },
    });
  });

  it("lets the stream transform, read its key, store and log, and nothing else", () => {
    const logStream = (name: string) =>
      `arn:aws:logs:${region}:${account}:log-group:${streamLog}:log-stream:${name}`;
    assert.deepEqual(permissionsOf("iot-to-datadog-logs-role"), [
      allow(
        "Transform",
        ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"],
        arns.function("iot-to-datadog-log-shaper"),
      ),
      allow("ReadKey", "secretsmanager:GetSecretValue", secretArn),
      allow(
        "WriteObjects",
        ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
        [`${bucket}/*`],
      ),
      allow(
        "FindBucket",
        ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
        bucket,
      ),
      allow("WriteLogs", "logs:PutLogEvents", [
        logStream("DestinationDelivery"),
        logStream("BackupDelivery"),
      ]),
    ]);
  });

  it("lets the log shaper quarantine and log, and nothing else: it has no key", () => {
    assert.deepEqual(permissionsOf("iot-to-datadog-log-shaper-role"), [
      writeLogs("iot-to-datadog-log-shaper"),
      allow("Quarantine", "sqs:SendMessage", arns.queue("quarantine.fifo")),
    ]);
    const shaper = made.all("aws:lambda/function:Function").get("iot-to-datadog-log-shaper");
    assert.deepEqual(shaper?.environment, {
      variables: {
        LOG_SERVICE: "iot-devices",
        QUARANTINE_QUEUE_URL: "url-of-iot-integrations-test-quarantine.fifo",
      },
    });
  });

  it("announces failed batches in the failures queue of the integration", () => {
    const policy = made.all("aws:sqs/queue:Queue").get("iot-to-datadog-failures")?.policy;
    assert.deepEqual(
      (statements(policy) as object[])[1],
      fromEventRule(
        "iot-to-datadog-failures",
        "iot-integrations-test-iot-to-datadog-batches-announcement",
      ),
    );
  });

  it("names the rule that failed batches pass again, besides that of the points", () => {
    assert.equal(outputs.failedBatchesRuleName, "iot_integrations_test_iot_to_datadog_logs_rule");
    assert.equal(outputs.ruleName, "iot_integrations_test_iot_to_datadog_rule");
  });

  it("has an alarm for each further way to fail", () => {
    const alarms = [...made.all("aws:cloudwatch/metricAlarm:MetricAlarm").keys()];
    assert.deepEqual(alarms.filter((name) => /-(batches|log|logs)-/.test(name)).sort(), [
      "iot-to-datadog-batches-announcement-failed-invocations",
      "iot-to-datadog-batches-announcement-invocations-failed-to-be-sent-to-dlq",
      "iot-to-datadog-batches-announcement-throttled-rules",
      "iot-to-datadog-batches-undelivered-age",
      "iot-to-datadog-batches-undelivered-arrivals",
      "iot-to-datadog-batches-undelivered-depth",
      "iot-to-datadog-log-shaper-errors",
      "iot-to-datadog-log-shaper-throttles",
      "iot-to-datadog-logs-backup",
      "iot-to-datadog-logs-late",
      "iot-to-datadog-logs-rule-error-action-failure",
      "iot-to-datadog-logs-rule-failure",
      "iot-to-datadog-logs-rule-throttled",
      "iot-to-datadog-logs-throttled",
    ]);
  });
});

describe("The endpoint for logs", () => {
  it("is that of the site", () => {
    assert.equal(
      logsEndpoint("us5.datadoghq.com"),
      "https://aws-kinesis-http-intake.logs.us5.datadoghq.com/api/v2/logs?dd-protocol=aws-kinesis-firehose",
    );
    assert.equal(
      logsEndpoint("datadoghq.com"),
      "https://aws-kinesis-http-intake.logs.datadoghq.com/v1/input",
    );
  });

  for (const other of ["ap2.datadoghq.com", "uk1.datadoghq.com", "us2.ddog-gov.com"])
    it(`is refused for ${other}, which has none`, () =>
      assert.throws(() => logsEndpoint(other), {
        message: `Firehose has no endpoint for logs of the Datadog site ${other}, only of datadoghq.com, datadoghq.eu, ddog-gov.com, us3.datadoghq.com, us5.datadoghq.com, ap1.datadoghq.com; set iot-to-datadog:logs to false.`,
      }));
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
      ...{ logs: false, logService: "iot-devices" },
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
