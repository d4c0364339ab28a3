import * as assert from "node:assert/strict";
import { IotToRedshift, iotToRedshift } from "../../components/iot-to-redshift";
import { columnsOf } from "../../reading/columns";
import { account, deploy, document, region, statements, type Made } from "../support/deploy";
import { dependenciesOf } from "./parts/dependencies";
import { allow, arns, completed, fromEventRule, trustedBy, writeLogs } from "./support";

const rolePolicy = "aws:iam/rolePolicy:RolePolicy";
const bucketName = `iot-integrations-test-euc1-iot-to-redshift-lake-${account}`;
const lake = `arn:aws:s3:::${bucketName}`;
const stream = "iot-integrations-test-iot-to-redshift-delivery";
const streamArn = `arn:aws:firehose:${region}:${account}:deliverystream/${stream}`;
const workgroup = "iot-integrations-test-iot-to-redshift-warehouse";
const roleName = (part: string): string =>
  `iot-integrations-test-euc1-iot-to-redshift-${part}-role`;

const runStatements = (more: string[]) => [
  allow(
    "RunStatements",
    [...more, "redshift-data:ExecuteStatement", "redshift-serverless:GetCredentials"],
    `arn:aws:redshift-serverless:${region}:${account}:workgroup/*`,
    { StringEquals: { "aws:ResourceTag/warehouse": workgroup } },
  ),
  allow(
    "FollowOwnStatements",
    ["redshift-data:DescribeStatement", "redshift-data:GetStatementResult"],
    "*",
    { StringEquals: { "redshift-data:statement-owner-iam-userid": "${aws:userid}" } },
  ),
];

describe("IotToRedshift", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() =>
      completed((given) => new IotToRedshift("iot-to-redshift", { ...given, bufferSeconds: 300 })),
    );
  });

  const permissions = (part: string): unknown =>
    statements(made.only(rolePolicy, `iot-to-redshift-${part}-role-permissions`).policy);
  const trust = (part: string): unknown =>
    statements(made.only("aws:iam/role:Role", `iot-to-redshift-${part}-role`).assumeRolePolicy);

  it("delivers every message unchanged to Firehose, and failures to the failures queue", () => {
    const rule = made.only("aws:iot/topicRule:TopicRule");
    assert.match(
      String(rule.sql),
      /encode\(\*, 'base64'\) AS payload FROM 'devices\/\+\/telemetry'$/,
    );
    const roleArn = arns.role("iot-to-redshift-rule-role");
    assert.deepEqual(rule.firehoses, [{ deliveryStreamName: stream, roleArn }]);
    assert.deepEqual((rule.errorAction as { sqs: object }).sqs, {
      queueUrl: `https://sqs.${region}.amazonaws.com/${account}/iot-integrations-test-iot-to-redshift-failures`,
      useBase64: false,
      roleArn,
    });
    assert.deepEqual(permissions("rule"), [
      allow("PutToDeliveryStream", "firehose:PutRecord", streamArn),
      allow("SendToQueueOnError", "sqs:SendMessage", arns.queue("iot-to-redshift-failures")),
    ]);
    assert.deepEqual(trust("rule"), trustedBy("iot_integrations_test_iot_to_redshift_rule"));
  });

  it("writes compressed objects under a date, and what cannot be transformed under an error prefix", () => {
    const { name, destination, extendedS3Configuration, serverSideEncryption } = made.only(
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
    );
    assert.deepEqual([name, destination], [stream, "extended_s3"]);
    assert.deepEqual(serverSideEncryption, { enabled: true, keyType: "AWS_OWNED_CMK" });
    assert.deepEqual(extendedS3Configuration, {
      bucketArn: lake,
      roleArn: arns.role("iot-to-redshift-delivery-role"),
      prefix: "readings/!{timestamp:yyyy/MM/dd}/",
      errorOutputPrefix: "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/",
      bufferingInterval: 300,
      bufferingSize: 128,
      compressionFormat: "GZIP",
      cloudwatchLoggingOptions: {
        enabled: true,
        logGroupName: `/aws/kinesisfirehose/${stream}`,
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
                parameterValue: arns.function("iot-to-redshift-row-shaper"),
              },
            ],
          },
        ],
      },
    });
  });

  it("lets Firehose write below its two prefixes, transform and log, and nothing else, for this account only", () => {
    assert.deepEqual(permissions("delivery"), [
      allow(
        "Transform",
        ["lambda:GetFunctionConfiguration", "lambda:InvokeFunction"],
        arns.function("iot-to-redshift-row-shaper"),
      ),
      allow(
        "WriteObjects",
        ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
        [`${lake}/readings/*`, `${lake}/errors/*`],
      ),
      allow(
        "FindBucket",
        ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
        lake,
      ),
      allow("WriteLogs", "logs:PutLogEvents", [
        `arn:aws:logs:${region}:${account}:log-group:/aws/kinesisfirehose/${stream}:log-stream:DestinationDelivery`,
      ]),
    ]);
    assert.deepEqual(trust("delivery"), [
      {
        Effect: "Allow",
        Principal: { Service: "firehose.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "sts:ExternalId": account } },
      },
    ]);
  });

  it("lets each function do its part and nothing else", () => {
    assert.deepEqual(permissions("row-shaper"), [
      writeLogs("iot-to-redshift-row-shaper"),
      allow("Quarantine", "sqs:SendMessage", arns.queue("quarantine.fifo")),
    ]);
    assert.deepEqual(permissions("loader"), [
      writeLogs("iot-to-redshift-loader"),
      allow(
        "ConsumeQueue",
        ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        arns.queue("iot-to-redshift-queue"),
      ),
      ...runStatements(["redshift-data:BatchExecuteStatement"]),
      allow("WriteManifest", "s3:PutObject", `${lake}/manifests/*`),
      allow("SetAside", "sqs:SendMessage", arns.queue("iot-to-redshift-failures")),
    ]);
    assert.deepEqual(permissions("sweeper"), [
      writeLogs("iot-to-redshift-sweeper"),
      allow("SetAsideFailures", "sqs:SendMessage", arns.queue("iot-to-redshift-failures")),
      ...runStatements([]),
      allow("ListObjects", "s3:ListBucket", lake),
      allow("AnnounceAgain", "sqs:SendMessage", arns.queue("iot-to-redshift-queue")),
    ]);
  });

  it("lets COPY read rows and manifests, and nothing else", () => {
    assert.deepEqual(permissions("warehouse-copy"), [
      allow("ReadObjects", "s3:GetObject", [`${lake}/readings/*`, `${lake}/manifests/*`]),
      allow("FindObjects", "s3:ListBucket", lake),
    ]);
    assert.deepEqual(trust("warehouse-copy"), [
      {
        Effect: "Allow",
        Principal: { Service: ["redshift-serverless.amazonaws.com", "redshift.amazonaws.com"] },
        Action: "sts:AssumeRole",
      },
    ]);
  });

  it("announces rows to the loader's queue and untransformed records to the failures queue", () => {
    const rules = made.all("aws:cloudwatch/eventRule:EventRule");
    const targets = made.all("aws:cloudwatch/eventTarget:EventTarget");
    const announced = (name: string) => ({
      pattern: document(rules.get(name)?.eventPattern),
      target: targets.get(`${name}-target`)?.arn,
      undelivered: targets.get(`${name}-target`)?.deadLetterConfig,
    });
    for (const [name, prefix, queue] of [
      ["iot-to-redshift-objects", "readings/", "iot-to-redshift-queue"],
      ["iot-to-redshift-errors", "errors/", "iot-to-redshift-failures"],
    ] as const)
      assert.deepEqual(announced(name), {
        pattern: {
          source: ["aws.s3"],
          "detail-type": ["Object Created"],
          detail: { bucket: { name: [bucketName] }, object: { key: [{ prefix }] } },
        },
        target: arns.queue(queue),
        undelivered: { arn: arns.queue("iot-to-redshift-failures") },
      });
    const queues = made.all("aws:sqs/queue:Queue");
    const admitted = (queue: string): unknown[] =>
      (statements(queues.get(queue)?.policy) as unknown[]).slice(1);
    const rule = (name: string): string => `iot-integrations-test-iot-to-redshift-${name}`;
    assert.deepEqual(admitted("iot-to-redshift-queue"), [
      fromEventRule("iot-to-redshift-queue", rule("objects")),
    ]);
    assert.deepEqual(
      admitted("iot-to-redshift-failures"),
      ["objects", "errors", "sweeper-schedule"].map((name, index) => ({
        ...fromEventRule("iot-to-redshift-failures", rule(name)),
        Sid: `SendFromEventRule${index === 0 ? "" : index + 1}`,
      })),
    );
  });

  it("sets a message aside after the loader has had its three attempts", () => {
    const queues = made.all("aws:sqs/queue:Queue");
    const queue = queues.get("iot-to-redshift-queue");
    assert.deepEqual(document(queue?.redrivePolicy), {
      deadLetterTargetArn: arns.queue("iot-to-redshift-failures"),
      maxReceiveCount: 5,
    });
    const loader = made.only("aws:lambda/function:Function", "iot-to-redshift-loader");
    const { variables } = loader.environment as { variables: Record<string, string> };
    assert.equal(variables["MOST_ATTEMPTS"], "3");
    assert.equal(queue?.visibilityTimeoutSeconds, 6 * Number(loader.timeout));
    assert.ok(Number(variables["BUDGET_MILLISECONDS"]) < 1000 * Number(loader.timeout));
  });

  it("sweeps daily", () => {
    const rules = made.all("aws:cloudwatch/eventRule:EventRule");
    assert.equal(rules.get("iot-to-redshift-sweeper-schedule")?.scheduleExpression, "rate(1 day)");
  });

  it("has the smallest workgroup, in three zones of a closed network, with a managed password and a limit that stops it", () => {
    const namespace = made.only("aws:redshiftserverless/namespace:Namespace");
    assert.deepEqual(
      [namespace.namespaceName, namespace.manageAdminPassword, namespace.iamRoles],
      [workgroup, true, [arns.role("iot-to-redshift-warehouse-copy-role")]],
    );
    assert.equal("adminUserPassword" in namespace, false);
    const group = made.only("aws:redshiftserverless/workgroup:Workgroup");
    assert.deepEqual(
      [group.workgroupName, group.baseCapacity, group.maxCapacity, group.publiclyAccessible],
      [workgroup, 4, 8, false],
    );
    assert.deepEqual(group.tags, { warehouse: workgroup });
    const subnets = [...made.all("aws:ec2/subnet:Subnet").values()];
    assert.deepEqual(
      subnets.map(({ availabilityZone }) => availabilityZone),
      ["a", "b", "c"].map((zone) => `${region}${zone}`),
    );
    assert.equal((group.subnetIds as string[]).length, 3);
    const closed = made.only("aws:ec2/securityGroup:SecurityGroup");
    assert.deepEqual([closed.ingress, closed.egress], [[], []]);
    for (const kind of ["internetGateway:InternetGateway", "natGateway:NatGateway"])
      assert.equal(made.all(`aws:ec2/${kind}`).size, 0);
    const { usageType, period, amount, breachAction } = made.only(
      "aws:redshiftserverless/usageLimit:UsageLimit",
    );
    assert.deepEqual(
      [usageType, period, amount, breachAction],
      ["serverless-compute", "daily", 12, "deactivate"],
    );
  });

  it("creates the tables and grants each function's database user what it needs, in this order, as the administrator", async () => {
    const withSecret = await deploy(
      () => completed((given) => new IotToRedshift("iot-to-redshift", given)),
      {
        state: {
          "aws:redshiftserverless/namespace:Namespace": { adminPasswordSecretArn: "secret" },
        },
      },
    );
    const all = [...withSecret.all("aws:redshiftdata/statement:Statement")];
    for (const [, { secretArn, workgroupName }] of all)
      assert.deepEqual([secretArn, workgroupName], ["secret", workgroup]);
    const columns = columnsOf().map(
      ({ name, redshift, optional }) =>
        `"${name.toLowerCase()}" ${redshift}${optional ? "" : " NOT NULL"}`,
    );
    const users = [`IAMR:${roleName("loader")}`, `IAMR:${roleName("sweeper")}`];
    const [loader, sweeper] = users.map((user) => `"${user}"`);
    const sqls = all.map(([, { sql }]) => String(sql));
    const named = ["readingid", ...columnsOf().map(({ name }) => name.toLowerCase())];
    const isLong = (sql: string) => /^CREATE OR REPLACE/.test(sql);
    assert.deepEqual(
      sqls.filter((sql) => !isLong(sql)),
      [
        "CREATE SCHEMA IF NOT EXISTS iot",
        `CREATE TABLE IF NOT EXISTS iot.readings ("readingid" VARCHAR(32) NOT NULL, ${columns.join(", ")}) DISTSTYLE KEY DISTKEY ("deviceid") COMPOUND SORTKEY ("timestamp")`,
        "CREATE TABLE IF NOT EXISTS iot.loaded_objects (object VARCHAR(1024) NOT NULL, batch VARCHAR(64) NOT NULL, loadedat TIMESTAMP NOT NULL DEFAULT GETDATE()) DISTSTYLE ALL COMPOUND SORTKEY (object)",
        `CALL iot.sp_drop_changed_view(' ${named.map((name, index) => `${index + 1}:${name}`).join(" ")} ', ${named.length})`,
        ...users.map((user) => `CALL iot.sp_create_user('${user}')`),
        `GRANT USAGE ON SCHEMA iot TO ${loader}, ${sweeper}`,
        `GRANT INSERT ON iot.readings TO ${loader}`,
        `GRANT SELECT, INSERT, UPDATE ON iot.loaded_objects TO ${loader}`,
        `GRANT SELECT ON iot.loaded_objects TO ${sweeper}`,
      ],
    );
    const long = [
      /^CREATE OR REPLACE PROCEDURE iot\.sp_drop_changed_view.+ AND table_name = 'readings_once' .+ THEN DROP VIEW iot\.readings_once;/,
      /^CREATE OR REPLACE VIEW iot\.readings_once AS SELECT "readingid", "deviceid", /,
      /^CREATE OR REPLACE PROCEDURE iot\.sp_create_user.+ IF present = 0 THEN EXECUTE 'CREATE USER '/,
    ];
    sqls.filter(isLong).forEach((sql, index) => assert.match(sql, long[index] ?? /^$/));
    assert.deepEqual(
      [3, 5, 6].map((index) => isLong(sqls[index] ?? "")),
      [true, true, true],
    );
  });

  it("has statements that can run again, since a refresh a day later no longer finds them", () => {
    const statements = [...made.all("aws:redshiftdata/statement:Statement").values()];
    for (const { sql } of statements)
      assert.match(String(sql), /^(CREATE (OR REPLACE|\w+ IF NOT EXISTS)|CALL|GRANT) /);
    const last = dependenciesOf(made, "aws:lambda/eventSourceMapping:EventSourceMapping");
    assert.ok(last.includes("iot-to-redshift-warehouse-ledger-read"));
    const schedule = "iot-to-redshift-sweeper-target";
    assert.ok(
      dependenciesOf(made, "aws:cloudwatch/eventTarget:EventTarget", schedule).includes(
        "iot-to-redshift-warehouse-ledger-read",
      ),
    );
  });

  it("has a private bucket that keeps objects longer than the failures queue keeps a message about them", async () => {
    assert.deepEqual(made.only("aws:s3/bucketNotification:BucketNotification"), {
      bucket: bucketName,
      eventbridge: true,
    });
    const [, from] = /, (\d+) to/.exec(iotToRedshift.settings.keepDays.type) ?? [];
    const shortest = await deploy(() =>
      completed(
        (given) =>
          new IotToRedshift("iot-to-redshift", {
            ...given,
            keepDays: Number(from),
          }),
      ),
    );
    const { rules } = shortest.only(
      "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    );
    assert.deepEqual(
      rules,
      (
        [
          ["readings", 15],
          ["manifests", 15],
          ["errors", 30],
        ] as const
      ).map(([prefix, days]) => ({
        id: `expire-${prefix}`,
        status: "Enabled",
        filter: { prefix: `${prefix}/` },
        expiration: { days },
      })),
    );
    const queue = shortest.only("aws:sqs/queue:Queue", "iot-to-redshift-failures");
    for (const { expiration } of rules as { expiration: { days: number } }[])
      assert.ok(expiration.days * 86_400 > Number(queue.messageRetentionSeconds));
  });

  it("delivers nothing before its objects are announced", () => {
    const names = dependenciesOf(made, "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream");
    for (const name of ["lake-events", "objects-target", "errors-target"])
      assert.ok(names.includes(`iot-to-redshift-${name}`), name);
  });

  it("refuses a limit at which loads alone would stop Redshift", () => {
    const check = (bufferSeconds: number, dailyRpuHours: number) =>
      iotToRedshift.check?.({ excludedZoneIds: [], keepDays: 30, bufferSeconds, dailyRpuHours });
    assert.deepEqual(check(60, 12), {
      key: "dailyRpuHours",
      wrong: "is 12, and Redshift would stop within a day",
      wanted: "more than the 96 RPU-hours that loads take with bufferSeconds 60",
    });
    assert.equal(check(60, 97), undefined);
    assert.equal(check(900, 6)?.key, "dailyRpuHours");
    assert.equal(check(900, 7), undefined);
    const { bufferSeconds, dailyRpuHours } = iotToRedshift.settings;
    assert.equal(check(bufferSeconds.default, dailyRpuHours.default), undefined);
  });

  it("has alarms on Firehose, the backlog, the schedule and every queue of failures", () => {
    const names = [...made.all("aws:cloudwatch/metricAlarm:MetricAlarm").keys()];
    for (const name of [
      "delivery-late",
      "delivery-throttled",
      "backlog",
      "failures-depth",
      "failures-arrivals",
      "failures-age",
      "loader-errors",
      "row-shaper-errors",
      "sweeper-errors",
      "sweeper-destination-delivery-failures",
      "objects-failed-invocations",
      "errors-failed-invocations",
    ])
      assert.ok(names.includes(`iot-to-redshift-${name}`), name);
  });

  it("knows every name and document at the first preview", async () => {
    const preview = await deploy(
      () => completed((given) => new IotToRedshift("iot-to-redshift", given)),
      { preview: true },
    );
    for (const { policy } of preview.all(rolePolicy).values()) document(policy);
  });
});
