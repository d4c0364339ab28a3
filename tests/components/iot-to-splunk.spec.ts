import * as assert from "node:assert/strict";
import { iotToSplunk, IotToSplunk } from "../../components/iot-to-splunk";
import { account, deploy, region, statements, type Made } from "../support/deploy";
import { allow, arns, completed, fromEventRule, queueUrl, trustedBy, writeLogs } from "./support";

const deliveryStream = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
const streamName = "iot-integrations-test-iot-to-splunk-stream";
const streamLog = `/aws/kinesisfirehose/${streamName}`;
const secretPattern = `arn:aws:secretsmanager:${region}:${account}:secret:iot-integrations-test-iot-to-splunk-token-??????`;
const envelope =
  "SELECT regexp_replace(topic(2), '@[0-9]+$', '') AS deviceId, CASE regexp_matches(topic(2), '@[0-9]+$') WHEN true THEN cast(regexp_substr(topic(2), '[0-9]+$') AS Decimal) ELSE timestamp() END AS receivedAt, encode(*, 'base64') AS payload FROM 'devices/+/telemetry'";

const permissionsOf = (made: Made, role: string): unknown =>
  statements(made.only("aws:iam/rolePolicy:RolePolicy", `${role}-permissions`).policy);

describe("IotToSplunk by Firehose", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() =>
      completed(
        (given) =>
          new IotToSplunk("iot-to-splunk", { ...given, hecEndpoint: "https://splunk.test:8088" }),
      ),
    );
  });

  it("puts every message on the delivery stream unchanged, and failures in the failures queue", () => {
    const rule = made.only("aws:iot/topicRule:TopicRule");
    const roleArn = arns.role("iot-to-splunk-rule-role");
    assert.equal(rule.sql, envelope);
    assert.deepEqual(rule.firehoses, [{ deliveryStreamName: streamName, roleArn }]);
    assert.deepEqual(rule.errorAction, {
      sqs: { queueUrl: queueUrl("iot-to-splunk-failures"), useBase64: false, roleArn },
    });
    assert.equal("sqs" in rule, false);
  });

  it("lets the rule put to its stream and send to its failures queue, and nothing else", () => {
    assert.deepEqual(permissionsOf(made, "iot-to-splunk-rule-role"), [
      allow(
        "PutToDeliveryStream",
        "firehose:PutRecord",
        `arn:aws:firehose:${region}:${account}:deliverystream/${streamName}`,
      ),
      allow("SendToQueueOnError", "sqs:SendMessage", arns.queue("iot-to-splunk-failures")),
    ]);
    assert.deepEqual(
      statements(made.only("aws:iam/role:Role", "iot-to-splunk-rule-role").assumeRolePolicy),
      trustedBy("iot_integrations_test_iot_to_splunk_rule"),
    );
  });

  it("delivers to the collector with acknowledgement, and stores what failed", () => {
    const roleArn = arns.role("iot-to-splunk-stream-role");
    const logging = (logStreamName: string) => ({
      ...{ enabled: true, logGroupName: streamLog, logStreamName },
    });
    assert.deepEqual(made.only(deliveryStream), {
      name: streamName,
      destination: "splunk",
      serverSideEncryption: { enabled: true, keyType: "AWS_OWNED_CMK" },
      splunkConfiguration: {
        hecEndpoint: "https://splunk.test:8088",
        hecEndpointType: "Event",
        hecAcknowledgmentTimeout: 300,
        retryDuration: 3600,
        secretsManagerConfiguration: {
          enabled: true,
          secretArn: "arn:created:iot-integrations-test-iot-to-splunk-token",
          roleArn,
        },
        bufferingSize: 5,
        bufferingInterval: 60,
        processingConfiguration: {
          enabled: true,
          processors: [
            {
              type: "Lambda",
              parameters: [
                {
                  parameterName: "LambdaArn",
                  parameterValue: arns.function("iot-to-splunk-transformer"),
                },
                { parameterName: "BufferSizeInMBs", parameterValue: "0.5" },
              ],
            },
          ],
        },
        s3BackupMode: "FailedEventsOnly",
        s3Configuration: {
          bucketArn: arns.bucket("iot-to-splunk-batches"),
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
    assert.deepEqual(
      [...made.all("aws:cloudwatch/logStream:LogStream").values()].map(({ name }) => name),
      ["DestinationDelivery", "BackupDelivery"],
    );
  });

  it("lets the stream transform, read its token, store and log, and nothing else, for this account only", () => {
    const bucket = arns.bucket("iot-to-splunk-batches");
    const logStream = (name: string) =>
      `arn:aws:logs:${region}:${account}:log-group:${streamLog}:log-stream:${name}`;
    assert.deepEqual(permissionsOf(made, "iot-to-splunk-stream-role"), [
      allow(
        "Transform",
        ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"],
        arns.function("iot-to-splunk-transformer"),
      ),
      allow("ReadToken", "secretsmanager:GetSecretValue", secretPattern),
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
    assert.deepEqual(
      statements(made.only("aws:iam/role:Role", "iot-to-splunk-stream-role").assumeRolePolicy),
      [
        {
          Effect: "Allow",
          Principal: { Service: "firehose.amazonaws.com" },
          Action: "sts:AssumeRole",
          Condition: { StringEquals: { "sts:ExternalId": account } },
        },
      ],
    );
  });

  it("lets the transformer quarantine and log, and nothing else: it has no token", () => {
    assert.deepEqual(permissionsOf(made, "iot-to-splunk-transformer-role"), [
      writeLogs("iot-to-splunk-transformer"),
      allow("Quarantine", "sqs:SendMessage", arns.queue("quarantine.fifo")),
    ]);
    const { environment, timeout } = made.only("aws:lambda/function:Function");
    assert.deepEqual(environment, {
      variables: {
        HEC_SOURCE: "aws-iot-core",
        HEC_SOURCETYPE: "_json",
        QUARANTINE_QUEUE_URL: "url-of-iot-integrations-test-quarantine.fifo",
      },
    });
    assert.equal(timeout, 60);
  });

  it("announces failed batches in the failures queue, and has no work queue", () => {
    const queues = made.all("aws:sqs/queue:Queue");
    assert.deepEqual([...queues.keys()].sort(), [
      "iot-to-splunk-batches-undelivered",
      "iot-to-splunk-failures",
      "quarantine",
    ]);
    const policy = statements(queues.get("iot-to-splunk-failures")?.policy) as object[];
    assert.deepEqual(
      policy[1],
      fromEventRule(
        "iot-to-splunk-failures",
        "iot-integrations-test-iot-to-splunk-batches-announcement",
      ),
    );
  });

  it("creates a secret without a value, which is deleted at once with the stack", () => {
    assert.deepEqual(made.only("aws:secretsmanager/secret:Secret"), {
      name: "iot-integrations-test-iot-to-splunk-token",
      description: 'The token of the HTTP Event Collector, as JSON: {"hec_token": "..."}.',
      recoveryWindowInDays: 0,
    });
    assert.equal(made.all("aws:secretsmanager/secretVersion:SecretVersion").size, 0);
  });

  it("has an alarm for each way to fail", () => {
    const alarms = made.all("aws:cloudwatch/metricAlarm:MetricAlarm");
    assert.deepEqual([...alarms.keys()].sort(), [
      "alarms-parse-error-devices-telemetry",
      "alarms-quarantine-arrivals",
      "alarms-quarantine-depth",
      "iot-to-splunk-batches-announcement-failed-invocations",
      "iot-to-splunk-batches-announcement-invocations-failed-to-be-sent-to-dlq",
      "iot-to-splunk-batches-announcement-throttled-rules",
      "iot-to-splunk-batches-undelivered-age",
      "iot-to-splunk-batches-undelivered-arrivals",
      "iot-to-splunk-batches-undelivered-depth",
      "iot-to-splunk-failures-age",
      "iot-to-splunk-failures-arrivals",
      "iot-to-splunk-failures-depth",
      "iot-to-splunk-rule-error-action-failure",
      "iot-to-splunk-rule-failure",
      "iot-to-splunk-rule-throttled",
      "iot-to-splunk-stream-backup",
      "iot-to-splunk-stream-late",
      "iot-to-splunk-stream-throttled",
      "iot-to-splunk-transformer-errors",
      "iot-to-splunk-transformer-throttles",
      "quarantine-age",
    ]);
    for (const [, alarm] of alarms)
      assert.deepEqual(alarm.alarmActions, [arns.topic("alarms-topic")]);
  });
});

describe("IotToSplunk directly", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() =>
      completed(
        (given) =>
          new IotToSplunk("iot-to-splunk", {
            ...given,
            hecEndpoint: "https://splunk.test:8088",
            delivery: "direct",
            index: "iot",
          }),
      ),
    );
  });

  it("queues every message for a sender, without a delivery stream or a bucket", () => {
    const rule = made.only("aws:iot/topicRule:TopicRule");
    assert.equal(rule.sql, envelope);
    assert.deepEqual(rule.sqs, [
      {
        queueUrl: queueUrl("iot-to-splunk-queue"),
        useBase64: false,
        roleArn: arns.role("iot-to-splunk-rule-role"),
      },
    ]);
    assert.equal("firehoses" in rule, false);
    assert.equal(made.all(deliveryStream).size, 0);
    assert.equal(made.all("aws:s3/bucket:Bucket").size, 0);
    assert.deepEqual(made.only("aws:lambda/eventSourceMapping:EventSourceMapping"), {
      batchSize: 100,
      eventSourceArn: arns.queue("iot-to-splunk-queue"),
      functionName: "iot-integrations-test-iot-to-splunk-sender",
      functionResponseTypes: ["ReportBatchItemFailures"],
      maximumBatchingWindowInSeconds: 5,
      scalingConfig: { maximumConcurrency: 2 },
    });
  });

  it("lets the sender consume, read its token, quarantine and log, and nothing else", () => {
    assert.deepEqual(permissionsOf(made, "iot-to-splunk-sender-role"), [
      writeLogs("iot-to-splunk-sender"),
      allow(
        "ConsumeQueue",
        ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        arns.queue("iot-to-splunk-queue"),
      ),
      allow("ReadToken", "secretsmanager:GetSecretValue", secretPattern),
      allow("Quarantine", "sqs:SendMessage", arns.queue("quarantine.fifo")),
    ]);
  });

  it("gives the sender the name of the secret, not its value", () => {
    const { environment, timeout } = made.only("aws:lambda/function:Function");
    assert.deepEqual(environment, {
      variables: {
        HEC_ENDPOINT: "https://splunk.test:8088",
        HEC_INDEX: "iot",
        HEC_SECRET_NAME: "iot-integrations-test-iot-to-splunk-token",
        HEC_SOURCE: "aws-iot-core",
        HEC_SOURCETYPE: "_json",
        QUARANTINE_QUEUE_URL: "url-of-iot-integrations-test-quarantine.fifo",
      },
    });
    assert.equal(timeout, 120);
    const queue = made.all("aws:sqs/queue:Queue").get("iot-to-splunk-queue");
    assert.equal(queue?.visibilityTimeoutSeconds, 720);
  });
});

describe("IotToSplunk directly, with acknowledgement", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() =>
      completed(
        (given) =>
          new IotToSplunk("iot-to-splunk", {
            ...given,
            hecEndpoint: "https://splunk.test:8088",
            delivery: "direct-acknowledged",
            acknowledgmentSeconds: 400,
          }),
      ),
    );
  });

  it("tells the sender when to send again, and delivers a message for an hour, every four minutes", () => {
    const { environment, timeout } = made.only("aws:lambda/function:Function");
    const { variables } = environment as { variables: Record<string, string> };
    assert.equal(variables.ACKNOWLEDGMENT_SECONDS, "400");
    assert.equal(timeout, 40);
    const queue = made.all("aws:sqs/queue:Queue").get("iot-to-splunk-queue");
    const { maxReceiveCount } = JSON.parse(String(queue?.redrivePolicy)) as Record<string, number>;
    assert.deepEqual([queue?.visibilityTimeoutSeconds, maxReceiveCount], [240, 15]);
  });

  it("has the permissions of direct delivery, and no other", () => {
    assert.deepEqual(
      (permissionsOf(made, "iot-to-splunk-sender-role") as { Sid: string }[]).map(({ Sid }) => Sid),
      ["WriteLogs", "ConsumeQueue", "ReadToken", "Quarantine"],
    );
    assert.equal(made.all(deliveryStream).size, 0);
  });
});

describe("The settings of iot-to-splunk", () => {
  const read = async (key: keyof typeof iotToSplunk.settings, value?: string): Promise<unknown> => {
    let result: unknown;
    await deploy(
      async () => {
        const { Config } = await import("@pulumi/pulumi");
        try {
          result = iotToSplunk.settings[key].read(new Config("iot-to-splunk"), key);
        } catch (error) {
          result = (error as Error).message;
        }
      },
      { config: value === undefined ? {} : { [`iot-to-splunk:${key}`]: value } },
    );
    return result;
  };

  for (const good of ["https://a.test", "https://a.test:443", "https://a.test:8088"])
    it(`accept the endpoint ${good}`, async () =>
      assert.equal(await read("hecEndpoint", good), good));

  for (const bad of [
    ...["http://a.test", "https://a.test/", "https://a.test/services/collector", "a.test"],
    ...["https://user:password@a.test", "https://a.test?x", "https://"],
  ])
    it(`refuse the endpoint ${bad}`, async () => {
      assert.equal(
        await read("hecEndpoint", bad),
        `Configuration iot-to-splunk:hecEndpoint is ${JSON.stringify(bad)}; it must be an https URL of a host, with a port but without a path. Set it in Pulumi.test.yaml.`,
      );
    });

  it("require the endpoint", async () =>
    assert.equal(
      await read("hecEndpoint"),
      "Configuration iot-to-splunk:hecEndpoint is missing; it must be an https URL of a host, with a port but without a path. Set it in Pulumi.test.yaml.",
    ));

  it("keep to what Firehose and Splunk accept", async () => {
    assert.equal(await read("acknowledgmentSeconds", "180"), 180);
    assert.match(String(await read("acknowledgmentSeconds", "179")), /a whole number, 180 to 600/);
    assert.match(String(await read("retrySeconds", "7201")), /a whole number, 0 to 7200/);
    assert.match(String(await read("delivery", "both")), /firehose, direct or direct-acknowledged/);
    assert.equal(await read("delivery", "direct-acknowledged"), "direct-acknowledged");
    assert.equal(await read("index", "iot_main"), "iot_main");
    assert.match(String(await read("index", "_internal")), /not beginning with/);
    assert.match(String(await read("source", "two words")), /visible ASCII/);
    assert.equal(await read("index"), undefined);
  });
});
