import * as assert from "node:assert/strict";
import { arn, physicalName } from "../../../components/parts/names";
import type { Destination } from "../../../components/parts/delivery/destination";
import { DeliveryStream } from "../../../components/parts/delivery/delivery-stream";
import { toBucket, type ToBucketArgs } from "../../../components/parts/delivery/to-bucket";
import { Queue } from "../../../components/parts/queue";
import { privateBucket } from "../../../components/parts/private-bucket";
import { account, deploy, region, statements, type Made } from "../../support/deploy";
import { allow, arns, shared } from "../support";
import { dependenciesOf } from "./dependencies";

const type = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";
const name = "iot-integrations-test-records";
const group = `/aws/kinesisfirehose/${name}`;
const roleArn = arns.role("records-role");
const logStream = (stream: string): string =>
  `arn:aws:logs:${region}:${account}:log-group:${group}:log-stream:${stream}`;
const transform = allow(
  "Transform",
  ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"],
  arns.function("transformer"),
);
const transformer = () => ({
  arn: arn.function(physicalName("function", "transformer")),
  // The part waits for the function's resource and asks nothing else of it.
  resource: new Queue("transformer", { purpose: "work" }).resource as never,
});
const processors = (...more: object[]): object => ({
  enabled: true,
  processors: [
    {
      type: "Lambda",
      parameters: [
        { parameterName: "LambdaArn", parameterValue: arns.function("transformer") },
        ...more,
      ],
    },
  ],
});
const alarmsOf = (made: Made): string[] =>
  [...made.all("aws:cloudwatch/metricAlarm:MetricAlarm").keys()].sort();

describe("DeliveryStream to a bucket", () => {
  const create = (given: Partial<ToBucketArgs> = {}, transformMebibytes?: number): Promise<Made> =>
    deploy(() => {
      const { alarms } = shared();
      const bucket = privateBucket("lake", { "data/": 10, "errors/": 30 }, {});
      const stream = new DeliveryStream("records", {
        destination: toBucket({
          bucket,
          dataPrefix: "data/",
          datePrefix: "!{timestamp:yyyy/MM/dd}/",
          errorPrefix: "errors/",
          bufferSeconds: 60,
          bufferMebibytes: 5,
          format: () => ({ compressionFormat: "GZIP" }),
          ...given,
        }),
        transformer: transformer(),
        ...(transformMebibytes !== undefined && { transformMebibytes }),
        alarms,
        logRetentionDays: 7,
      });
      return { name: stream.name, arn: stream.arn };
    });
  let made: Made;
  before(async () => {
    made = await create();
  });

  it("transforms records, collects them for an object and encrypts what waits", () => {
    assert.deepEqual(made.only(type), {
      name,
      destination: "extended_s3",
      serverSideEncryption: { enabled: true, keyType: "AWS_OWNED_CMK" },
      extendedS3Configuration: {
        bucketArn: arns.bucket("lake"),
        roleArn,
        prefix: "data/!{timestamp:yyyy/MM/dd}/",
        errorOutputPrefix: "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/",
        bufferingInterval: 60,
        bufferingSize: 5,
        cloudwatchLoggingOptions: {
          enabled: true,
          logGroupName: group,
          logStreamName: "DestinationDelivery",
        },
        processingConfiguration: processors(),
        compressionFormat: "GZIP",
      },
    });
    assert.deepEqual(made.outputs, {
      name,
      arn: `arn:aws:firehose:${region}:${account}:deliverystream/${name}`,
    });
  });

  it("lets the stream transform, write below its two prefixes, and log, and nothing else", () => {
    assert.deepEqual(statements(made.only("aws:iam/rolePolicy:RolePolicy").policy), [
      transform,
      allow(
        "WriteObjects",
        ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
        [`${arns.bucket("lake")}/data/*`, `${arns.bucket("lake")}/errors/*`],
      ),
      allow(
        "FindBucket",
        ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
        arns.bucket("lake"),
      ),
      allow("WriteLogs", "logs:PutLogEvents", [logStream("DestinationDelivery")]),
    ]);
  });

  it("lets Firehose assume the role for this account only", () => {
    assert.deepEqual(statements(made.only("aws:iam/role:Role").assumeRolePolicy), [
      {
        Effect: "Allow",
        Principal: { Service: "firehose.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "sts:ExternalId": account } },
      },
    ]);
  });

  it("has one log stream, which Firehose does not create, in a log group with a retention", () => {
    assert.deepEqual(made.only("aws:cloudwatch/logGroup:LogGroup"), {
      name: group,
      retentionInDays: 7,
    });
    assert.deepEqual(made.only("aws:cloudwatch/logStream:LogStream"), {
      name: "DestinationDelivery",
      logGroupName: group,
    });
  });

  it("waits for permissions, log stream, function, bucket and the policy of the bucket", () =>
    assert.deepEqual(dependenciesOf(made, type), [
      "lake",
      "lake-policy",
      "records-delivery-log",
      "records-role-permissions",
      "transformer",
    ]));

  it("has an alarm for late and for refused records, and none for a backup that it does not have", () => {
    assert.deepEqual(alarmsOf(made), ["records-late", "records-throttled"]);
    const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
    const late = made.only(alarm, "records-late");
    assert.deepEqual(
      [late.namespace, late.metricName, late.statistic, late.threshold, late.dimensions],
      ["AWS/Firehose", "DeliveryToS3.DataFreshness", "Maximum", 960, { DeliveryStreamName: name }],
    );
    assert.deepEqual(late.okActions, [arns.topic("alarms-topic")]);
    assert.equal(
      late.alarmDescription,
      `DeliveryToS3.DataFreshness of delivery stream ${name}: the oldest record has waited 15 minutes longer than the buffer, and Firehose discards it after 24 hours. Check the role of the stream and its bucket. Read log group ${group} for the error.`,
    );
    const throttled = made.only(alarm, "records-throttled");
    assert.deepEqual(
      [throttled.metricName, throttled.statistic, throttled.threshold, throttled.okActions],
      ["ThrottledRecords", "Sum", 0, undefined],
    );
    for (const { alarmActions } of [late, throttled])
      assert.deepEqual(alarmActions, [arns.topic("alarms-topic")]);
  });

  it("invokes the transformer with other batches if a size is given, and omits Firehose's default", async () => {
    const sizes = (mebibytes: number) =>
      create({}, mebibytes).then((one) => one.only(type).extendedS3Configuration);
    assert.deepEqual(
      [await sizes(0.2), await sizes(1)].map(
        (one) => (one as { processingConfiguration: object }).processingConfiguration,
      ),
      [processors({ parameterName: "BufferSizeInMBs", parameterValue: "0.2" }), processors()],
    );
  });

  it("gives the format its role, with the permissions and the resources that it takes", async () => {
    const converted = await deploy(() => {
      const bucket = privateBucket("lake", { "": 30 }, {});
      const schema = new Queue("schema", { purpose: "work" });
      new DeliveryStream("records", {
        destination: toBucket({
          bucket,
          dataPrefix: "data/",
          datePrefix: "",
          errorPrefix: "errors/",
          bufferSeconds: 900,
          bufferMebibytes: 64,
          format: (role) => ({
            dataFormatConversionConfiguration: { schemaConfiguration: { roleArn: role } },
          }),
          statements: [schema.sendStatement("ReadSchema")],
          dependsOn: [schema.resource],
        }),
        transformer: transformer(),
        alarms: shared().alarms,
      });
      return {};
    });
    const { dataFormatConversionConfiguration: conversion } = converted.only(type)
      .extendedS3Configuration as Record<string, unknown>;
    assert.deepEqual(conversion, { schemaConfiguration: { roleArn } });
    assert.deepEqual(
      (statements(converted.only("aws:iam/rolePolicy:RolePolicy").policy) as object[])[3],
      allow("ReadSchema", "sqs:SendMessage", arns.queue("schema")),
    );
    assert.ok(dependenciesOf(converted, type).includes("schema"));
    assert.equal(
      converted.only("aws:cloudwatch/metricAlarm:MetricAlarm", "records-late").threshold,
      1800,
    );
  });

  it("knows its permissions at the first preview", async () => {
    const preview = await deploy(
      () => {
        new DeliveryStream("records", {
          destination: toBucket({
            bucket: privateBucket("lake", { "": 30 }, {}),
            dataPrefix: "data/",
            datePrefix: "",
            errorPrefix: "errors/",
            bufferSeconds: 60,
            bufferMebibytes: 5,
            format: () => ({}),
          }),
          transformer: transformer(),
          alarms: shared().alarms,
        });
        return {};
      },
      { preview: true },
    );
    assert.equal(typeof preview.only("aws:iam/rolePolicy:RolePolicy").policy, "string");
    assert.equal(typeof preview.only("aws:iam/role:Role").assumeRolePolicy, "string");
  });
});

describe("DeliveryStream to a destination that backs up", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() => {
      const { alarms } = shared();
      const token = new Queue("token", { purpose: "work" });
      const destination: Destination = {
        statements: [token.sendStatement("ReadToken")],
        dependsOn: [token.resource],
        configure: ({ roleArn: role, deliveryLog, backupLog, processingConfiguration }) => ({
          destination: "http_endpoint",
          httpEndpointConfiguration: {
            url: "https://collector.example.com",
            processingConfiguration,
            cloudwatchLoggingOptions: deliveryLog,
            s3Configuration: {
              roleArn: role,
              bucketArn: arns.bucket("lake"),
              cloudwatchLoggingOptions: backupLog,
            },
          },
        }),
        freshness: {
          metric: "DeliveryToHttpEndpoint.DataFreshness",
          above: 900,
          description: "the collector does not answer.",
        },
        backsUp: true,
      };
      new DeliveryStream("records", { destination, transformer: transformer(), alarms });
      return {};
    });
  });

  it("logs the errors of delivery and of backup in a stream each", () => {
    for (const [log, logStreamName] of [
      ["records-delivery-log", "DestinationDelivery"],
      ["records-backup-log", "BackupDelivery"],
    ] as const)
      assert.deepEqual(made.only("aws:cloudwatch/logStream:LogStream", log), {
        name: logStreamName,
        logGroupName: group,
      });
    assert.equal(made.all("aws:cloudwatch/logStream:LogStream").size, 2);
    assert.deepEqual(made.only(type).httpEndpointConfiguration, {
      url: "https://collector.example.com",
      processingConfiguration: processors(),
      cloudwatchLoggingOptions: {
        enabled: true,
        logGroupName: group,
        logStreamName: "DestinationDelivery",
      },
      s3Configuration: {
        roleArn,
        bucketArn: arns.bucket("lake"),
        cloudwatchLoggingOptions: {
          enabled: true,
          logGroupName: group,
          logStreamName: "BackupDelivery",
        },
      },
    });
  });

  it("has the permissions of the destination, and may write to the two log streams only", () => {
    assert.deepEqual(statements(made.only("aws:iam/rolePolicy:RolePolicy").policy), [
      transform,
      allow("ReadToken", "sqs:SendMessage", arns.queue("token")),
      allow("WriteLogs", "logs:PutLogEvents", [
        logStream("DestinationDelivery"),
        logStream("BackupDelivery"),
      ]),
    ]);
  });

  it("waits for the log streams and for what the destination needs", () =>
    assert.deepEqual(dependenciesOf(made, type), [
      "records-backup-log",
      "records-delivery-log",
      "records-role-permissions",
      "token",
      "transformer",
    ]));

  it("has an alarm for a backup that fails, which metric math recognises by its share", () => {
    assert.deepEqual(alarmsOf(made), ["records-backup", "records-late", "records-throttled"]);
    const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
    const late = made.only(alarm, "records-late");
    assert.deepEqual(
      [late.metricName, late.threshold],
      ["DeliveryToHttpEndpoint.DataFreshness", 900],
    );
    assert.match(String(late.alarmDescription), /: the collector does not answer\. Read log group/);
    const { metricQueries, threshold, comparisonOperator } = made.only(alarm, "records-backup");
    const [success, expression] = metricQueries as [object, object];
    assert.deepEqual(success, {
      id: "success",
      metric: {
        namespace: "AWS/Firehose",
        metricName: "BackupToS3.Success",
        dimensions: { DeliveryStreamName: name },
        stat: "Average",
        period: 60,
      },
      returnData: false,
    });
    assert.equal((expression as { expression: string }).expression, "1 - success");
    assert.deepEqual([threshold, comparisonOperator], [0, "GreaterThanThreshold"]);
  });
});
