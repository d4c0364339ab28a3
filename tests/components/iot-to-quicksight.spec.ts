import * as assert from "node:assert/strict";
import { IotToQuicksight } from "../../components/iot-to-quicksight";
import { account, deploy, document, region, statements, type Made } from "../support/deploy";
import { dependenciesOf } from "./parts/dependencies";
import { allow, arns, completed, queueUrl, trustedBy, writeLogs } from "./support";

const prefix = "iot-integrations-test-iot-to-quicksight";
const lake = arns.bucket("iot-to-quicksight-lake");
// The name is too long for S3, so it ends in a hash.
const results = `arn:aws:s3:::iot-integrations-test-euc1-iot-to-quicksi-00c7189e-${account}`;
const bucketOf = (arn: string): string => arn.replace("arn:aws:s3:::", "");
const glue = (what: string): string => `arn:aws:glue:${region}:${account}:${what}`;
const database = "iot_integrations_test_iot_to_quicksight_lake";
const schema = [glue("catalog"), glue(`database/${database}`), glue(`table/${database}/readings`)];
const deliveryStream = `arn:aws:firehose:${region}:${account}:deliverystream/${prefix}-delivery`;
const types = {
  stream: "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
  policy: "aws:iam/rolePolicy:RolePolicy",
  role: "aws:iam/role:Role",
  alarm: "aws:cloudwatch/metricAlarm:MetricAlarm",
};
const permissionsOf = (made: Made, role: string): unknown =>
  statements(made.only(types.policy, `${role}-permissions`).policy);

describe("IotToQuicksight", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() =>
      completed((given) => {
        const { outputs } = new IotToQuicksight("iot-to-quicksight", given);
        return outputs;
      }),
    );
  });

  it("puts every message unchanged on the delivery stream, and sends failures to the failures queue", () => {
    const rule = made.only("aws:iot/topicRule:TopicRule");
    assert.match(
      String(rule.sql),
      /encode\(\*, 'base64'\) AS payload FROM 'devices\/\+\/telemetry'$/,
    );
    const roleArn = arns.role("iot-to-quicksight-rule-role");
    assert.deepEqual(rule.firehoses, [{ deliveryStreamName: `${prefix}-delivery`, roleArn }]);
    assert.deepEqual(rule.errorAction, {
      sqs: { queueUrl: queueUrl("iot-to-quicksight-failures"), useBase64: false, roleArn },
    });
  });

  it("lets the rule put to its stream and send failures, and nothing else", () => {
    assert.deepEqual(permissionsOf(made, "iot-to-quicksight-rule-role"), [
      allow("PutToDeliveryStream", "firehose:PutRecord", deliveryStream),
      allow("SendToQueueOnError", "sqs:SendMessage", arns.queue("iot-to-quicksight-failures")),
    ]);
    assert.deepEqual(
      statements(made.only(types.role, "iot-to-quicksight-rule-role").assumeRolePolicy),
      trustedBy("iot_integrations_test_iot_to_quicksight_rule"),
    );
  });

  it("writes Parquet by date of arrival, through the transformer, with failed records below the error prefix", () => {
    const roleArn = arns.role("iot-to-quicksight-delivery-role");
    assert.deepEqual(made.only(types.stream), {
      name: `${prefix}-delivery`,
      destination: "extended_s3",
      serverSideEncryption: { enabled: true, keyType: "AWS_OWNED_CMK" },
      extendedS3Configuration: {
        bucketArn: lake,
        roleArn,
        prefix: "readings/arrival_date=!{timestamp:yyyy-MM-dd}/",
        errorOutputPrefix: "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/",
        bufferingSize: 64,
        bufferingInterval: 300,
        cloudwatchLoggingOptions: {
          enabled: true,
          logGroupName: `/aws/kinesisfirehose/${prefix}-delivery`,
          logStreamName: "DestinationDelivery",
        },
        processingConfiguration: {
          enabled: true,
          processors: [
            {
              type: "Lambda",
              parameters: [
                {
                  parameterName: "LambdaArn",
                  parameterValue: arns.function("iot-to-quicksight-transformer"),
                },
              ],
            },
          ],
        },
        dataFormatConversionConfiguration: {
          enabled: true,
          inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
          outputFormatConfiguration: { serializer: { parquetSerDe: { compression: "SNAPPY" } } },
          schemaConfiguration: { databaseName: database, tableName: "readings", roleArn },
        },
      },
    });
    assert.deepEqual(made.only("aws:cloudwatch/logStream:LogStream"), {
      name: "DestinationDelivery",
      logGroupName: `/aws/kinesisfirehose/${prefix}-delivery`,
    });
  });

  it("waits for what the stream needs: permissions, bucket, announcements, table, function and log", () => {
    assert.deepEqual(dependenciesOf(made, types.stream), [
      "iot-to-quicksight-delivery-delivery-log",
      "iot-to-quicksight-delivery-role-permissions",
      "iot-to-quicksight-lake",
      "iot-to-quicksight-lake",
      "iot-to-quicksight-lake-announcement-target",
      "iot-to-quicksight-lake-events",
      "iot-to-quicksight-lake-policy",
      "iot-to-quicksight-transformer",
    ]);
  });

  it("lets the delivery stream write the lake, read its schema, transform and log, and nothing else", () => {
    const name = "iot-to-quicksight-delivery-role";
    assert.deepEqual(permissionsOf(made, name), [
      allow(
        "Transform",
        ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"],
        arns.function("iot-to-quicksight-transformer"),
      ),
      allow("WriteObjects", ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"], [
        `${lake}/readings/*`,
        `${lake}/errors/*`,
      ] as never),
      allow(
        "FindBucket",
        ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
        lake,
      ),
      allow(
        "ReadSchema",
        ["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"],
        schema as never,
      ),
      allow("WriteLogs", "logs:PutLogEvents", [
        `arn:aws:logs:${region}:${account}:log-group:/aws/kinesisfirehose/${prefix}-delivery:log-stream:DestinationDelivery`,
      ] as never),
    ]);
    assert.deepEqual(statements(made.only(types.role, name).assumeRolePolicy), [
      {
        Effect: "Allow",
        Principal: { Service: "firehose.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "sts:ExternalId": account } },
      },
    ]);
  });

  it("lets the transformer quarantine and log, and nothing else", () => {
    assert.deepEqual(permissionsOf(made, "iot-to-quicksight-transformer-role"), [
      writeLogs("iot-to-quicksight-transformer"),
      allow("Quarantine", "sqs:SendMessage", arns.queue("quarantine.fifo")),
    ]);
  });

  it("keeps readings for a year and failed records for 30 days, in a bucket without public access and plain text", () => {
    const bucket = bucketOf(lake);
    assert.deepEqual(
      made.only(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "iot-to-quicksight-lake-expiry",
      ),
      {
        bucket,
        rules: [
          {
            id: "expire-readings",
            status: "Enabled",
            filter: { prefix: "readings/" },
            expiration: { days: 365 },
          },
          {
            id: "expire-errors",
            status: "Enabled",
            filter: { prefix: "errors/" },
            expiration: { days: 30 },
          },
        ],
      },
    );
    for (const [name, arn] of [
      ["iot-to-quicksight-lake", lake],
      ["iot-to-quicksight-queries-results", results],
    ] as const) {
      assert.deepEqual(
        made.only("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", `${name}-access`),
        {
          bucket: bucketOf(arn),
          blockPublicAcls: true,
          blockPublicPolicy: true,
          ignorePublicAcls: true,
          restrictPublicBuckets: true,
        },
      );
      assert.deepEqual(
        statements(made.only("aws:s3/bucketPolicy:BucketPolicy", `${name}-policy`).policy),
        [
          {
            Sid: "DenyPlainText",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [arn, `${arn}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      );
    }
  });

  it("announces objects with failed records in the failures queue, and no others", () => {
    assert.deepEqual(document(made.only("aws:cloudwatch/eventRule:EventRule").eventPattern), {
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { bucket: { name: [bucketOf(lake)] }, object: { key: [{ prefix: "errors/" }] } },
    });
    assert.equal(
      made.only("aws:cloudwatch/eventTarget:EventTarget").arn,
      arns.queue("iot-to-quicksight-failures"),
    );
  });

  it("has a table of the reading's columns whose partitions are computed", () => {
    const table = made.only("aws:glue/catalogTable:CatalogTable");
    const location = `s3://${bucketOf(lake)}/readings/`;
    assert.deepEqual(table.parameters, {
      EXTERNAL: "TRUE",
      classification: "parquet",
      "projection.enabled": "true",
      "projection.arrival_date.type": "date",
      "projection.arrival_date.format": "yyyy-MM-dd",
      "projection.arrival_date.range": "NOW-366DAYS,NOW",
      "storage.location.template": `${location}arrival_date=\${arrival_date}/`,
    });
    assert.deepEqual(table.partitionKeys, [{ name: "arrival_date", type: "string" }]);
    const { columns, location: at } = table.storageDescriptor as Record<string, unknown>;
    assert.equal(at, location);
    assert.deepEqual(columns, [
      { name: "deviceid", type: "string" },
      { name: "timestamp", type: "bigint" },
      { name: "temperature", type: "double" },
      { name: "humidity", type: "double" },
      { name: "pressure", type: "double" },
      { name: "status", type: "string" },
      { name: "message", type: "string" },
      { name: "receivedat", type: "bigint" },
      { name: "reading_time", type: "timestamp" },
    ]);
    assert.equal(made.only("aws:glue/catalogDatabase:CatalogDatabase").name, database);
  });

  it("limits what a query reads, encrypts its results, and saves the reconciliation", () => {
    assert.deepEqual(made.only("aws:athena/workgroup:Workgroup").configuration, {
      enforceWorkgroupConfiguration: true,
      publishCloudwatchMetricsEnabled: true,
      bytesScannedCutoffPerQuery: 1_000_000_000,
      resultConfiguration: {
        outputLocation: `s3://${bucketOf(results)}/`,
        encryptionConfiguration: { encryptionOption: "SSE_S3" },
      },
    });
    const saved = made.only("aws:athena/namedQuery:NamedQuery");
    assert.deepEqual(
      [saved.name, saved.database, saved.workgroup],
      ["reconciliation", database, `${prefix}-queries`],
    );
  });

  it("has an alarm for each way to fail", () => {
    const alarms = [...made.all(types.alarm)];
    assert.deepEqual(alarms.map(([name]) => name).sort(), [
      "alarms-parse-error-devices-telemetry",
      "alarms-quarantine-arrivals",
      "alarms-quarantine-depth",
      "iot-to-quicksight-delivery-late",
      "iot-to-quicksight-delivery-throttled",
      "iot-to-quicksight-failures-age",
      "iot-to-quicksight-failures-arrivals",
      "iot-to-quicksight-failures-depth",
      "iot-to-quicksight-lake-announcement-failed-invocations",
      "iot-to-quicksight-lake-announcement-invocations-failed-to-be-sent-to-dlq",
      "iot-to-quicksight-lake-announcement-throttled-rules",
      "iot-to-quicksight-lake-undelivered-age",
      "iot-to-quicksight-lake-undelivered-arrivals",
      "iot-to-quicksight-lake-undelivered-depth",
      "iot-to-quicksight-rule-error-action-failure",
      "iot-to-quicksight-rule-failure",
      "iot-to-quicksight-rule-throttled",
      "iot-to-quicksight-transformer-errors",
      "iot-to-quicksight-transformer-throttles",
      "quarantine-age",
    ]);
    for (const [, alarm] of alarms)
      assert.deepEqual(alarm.alarmActions, [arns.topic("alarms-topic")]);
    const late = made.only(types.alarm, "iot-to-quicksight-delivery-late");
    assert.deepEqual(
      [late.metricName, late.statistic, late.threshold, late.dimensions, late.okActions],
      [
        "DeliveryToS3.DataFreshness",
        "Maximum",
        1200,
        { DeliveryStreamName: `${prefix}-delivery` },
        [arns.topic("alarms-topic")],
      ],
    );
  });

  it("has nothing in Quick Sight without a principal, and says so", () => {
    const foreign = made.resources.filter(({ type }) => /quicksight|cloudcontrol/.test(type));
    assert.deepEqual(
      foreign.map(({ name }) => name),
      [],
    );
    assert.equal(
      made.outputs.dashboard,
      "none: the data lake alone is deployed, since iot-to-quicksight:subscribed and iot-to-quicksight:principal are not set",
    );
  });
});

describe("IotToQuicksight with a principal", () => {
  const principal = `arn:aws:quicksight:${region}:${account}:group/default/fleet`;
  const source = `arn:aws:quicksight:${region}:${account}:datasource/${prefix}-source`;
  const dataSet = `arn:aws:quicksight:${region}:${account}:dataset/${prefix}-hourly`;
  const reader = (...actions: string[]) => [
    { principal, actions: actions.map((action) => `quicksight:${action}`) },
  ];
  let made: Made;
  before(async () => {
    made = await deploy(() =>
      completed((given) => {
        const { outputs } = new IotToQuicksight("iot-to-quicksight", {
          ...given,
          principal,
          scanLimitMegabytes: 50,
          bufferSeconds: 900,
          keepDays: 30,
        });
        return outputs;
      }),
    );
  });

  it("connects to the workgroup with a role that reads the lake and keeps results, and nothing else", () => {
    const name = "iot-to-quicksight-role";
    assert.deepEqual(permissionsOf(made, name), [
      allow(
        "RunQueries",
        [
          "athena:GetQueryExecution",
          "athena:GetQueryResults",
          "athena:GetQueryResultsStream",
          "athena:GetWorkGroup",
          "athena:StartQueryExecution",
          "athena:StopQueryExecution",
        ],
        `arn:aws:athena:${region}:${account}:workgroup/${prefix}-queries`,
      ),
      allow(
        "FindResults",
        ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
        results,
      ),
      allow(
        "KeepResults",
        ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
        `${results}/*`,
      ),
      allow(
        "ReadSchema",
        ["glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable"],
        schema as never,
      ),
      allow("FindReadings", ["s3:GetBucketLocation", "s3:ListBucket"], lake),
      allow("ReadReadings", "s3:GetObject", `${lake}/readings/*`),
    ]);
    assert.deepEqual(statements(made.only(types.role, name).assumeRolePolicy), [
      {
        Effect: "Allow",
        Principal: { Service: "quicksight.amazonaws.com" },
        Action: "sts:AssumeRole",
      },
    ]);
    assert.deepEqual(made.only("aws:quicksight/dataSource:DataSource"), {
      dataSourceId: `${prefix}-source`,
      name: `${prefix}-source`,
      type: "ATHENA",
      parameters: { athena: { workGroup: `${prefix}-queries`, roleArn: arns.role(name) } },
      permissions: reader("DescribeDataSource", "DescribeDataSourcePermissions", "PassDataSource"),
    });
  });

  it("imports the dashboard's query into SPICE, the last day every hour and all of it every night", () => {
    const { physicalTableMaps, refreshProperties, ...dataSetInputs } = made.only(
      "aws:quicksight/dataSet:DataSet",
    );
    assert.deepEqual(dataSetInputs, {
      dataSetId: `${prefix}-hourly`,
      name: `${prefix}-hourly`,
      importMode: "SPICE",
      permissions: reader(
        "DescribeDataSet",
        "DescribeDataSetPermissions",
        "DescribeIngestion",
        "ListIngestions",
        "PassDataSet",
      ),
    });
    assert.deepEqual(refreshProperties, {
      refreshConfiguration: {
        incrementalRefresh: { lookbackWindow: { columnName: "hour", size: 1, sizeUnit: "DAY" } },
      },
    });
    const [{ customSql }] = physicalTableMaps as [{ customSql: Record<string, unknown> }];
    const { sqlQuery, ...rest } = customSql;
    assert.deepEqual(rest, {
      dataSourceArn: source,
      name: "hourly",
      columns: [
        { name: "deviceid", type: "STRING" },
        { name: "hour", type: "DATETIME" },
        { name: "readings", type: "INTEGER" },
        { name: "avg_temperature", type: "DECIMAL" },
        { name: "max_temperature", type: "DECIMAL" },
        { name: "avg_humidity", type: "DECIMAL" },
        { name: "max_humidity", type: "DECIMAL" },
        { name: "avg_pressure", type: "DECIMAL" },
        { name: "max_pressure", type: "DECIMAL" },
      ],
    });
    assert.match(String(sqlQuery), new RegExp(`FROM "${database}"."readings"`));
    const schedules = made.all("aws:quicksight/refreshSchedule:RefreshSchedule");
    assert.deepEqual(
      [...schedules.values()].map(({ scheduleId, schedule }) => [scheduleId, schedule]),
      [
        [
          "every-hour",
          { refreshType: "INCREMENTAL_REFRESH", scheduleFrequency: { interval: "HOURLY" } },
        ],
        [
          "every-night",
          {
            refreshType: "FULL_REFRESH",
            scheduleFrequency: { interval: "DAILY", timeOfTheDay: "01:30", timezone: "UTC" },
          },
        ],
      ],
    );
  });

  it("shows average and maximum of each field per device and hour, to the principal", () => {
    const { typeName, desiredState } = made.only("aws:cloudcontrol/resource:Resource");
    assert.equal(typeName, "AWS::QuickSight::Dashboard");
    const { Definition, ...state } = document(desiredState);
    assert.deepEqual(state, {
      AwsAccountId: account,
      DashboardId: `${prefix}-dashboard`,
      Name: `${prefix}-dashboard`,
      Permissions: [
        {
          Principal: principal,
          Actions: [
            "quicksight:DescribeDashboard",
            "quicksight:ListDashboardVersions",
            "quicksight:QueryDashboard",
          ],
        },
      ],
    });
    const { DataSetIdentifierDeclarations, Sheets } = Definition as {
      DataSetIdentifierDeclarations: unknown;
      Sheets: { Visuals: { LineChartVisual: { VisualId: string } }[] }[];
    };
    assert.deepEqual(DataSetIdentifierDeclarations, [
      { Identifier: "readings", DataSetArn: dataSet },
    ]);
    assert.deepEqual(
      Sheets[0]?.Visuals.map(({ LineChartVisual }) => LineChartVisual.VisualId),
      [
        "avg_temperature",
        "max_temperature",
        "avg_humidity",
        "max_humidity",
        "avg_pressure",
        "max_pressure",
      ],
    );
    assert.equal(made.outputs.dashboard, `${prefix}-dashboard`);
  });

  it("has an alarm for a failed refresh", () => {
    const { namespace, metricName, dimensions } = made.only(
      types.alarm,
      "iot-to-quicksight-refresh-failed",
    );
    assert.deepEqual(
      [namespace, metricName, dimensions],
      ["AWS/QuickSight", "IngestionErrorCount", { DatasetId: `${prefix}-hourly` }],
    );
  });

  it("takes its limits from the settings", () => {
    const { configuration } = made.only("aws:athena/workgroup:Workgroup") as {
      configuration: Record<string, unknown>;
    };
    assert.equal(configuration.bytesScannedCutoffPerQuery, 50_000_000);
    const { extendedS3Configuration } = made.only(types.stream) as {
      extendedS3Configuration: Record<string, unknown>;
    };
    assert.equal(extendedS3Configuration.bufferingInterval, 900);
    assert.equal(made.only(types.alarm, "iot-to-quicksight-delivery-late").threshold, 1800);
    const { parameters } = made.only("aws:glue/catalogTable:CatalogTable") as {
      parameters: Record<string, unknown>;
    };
    assert.equal(parameters["projection.arrival_date.range"], "NOW-31DAYS,NOW");
  });

  it("knows every permission and the dashboard at the first preview", async () => {
    const preview = await deploy(
      () => completed((given) => new IotToQuicksight("iot-to-quicksight", { ...given, principal })),
      { preview: true },
    );
    for (const [name, { policy }] of preview.all(types.policy))
      assert.equal(typeof policy, "string", name);
    assert.equal(typeof preview.only("aws:cloudcontrol/resource:Resource").desiredState, "string");
  });
});
