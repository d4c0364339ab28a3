import * as pulumi from "@pulumi/pulumi";
import * as assert from "node:assert/strict";
import { iotToTimestream, IotToTimestream } from "../../components/iot-to-timestream";
import { account, deploy, document, region, statements, type Made } from "../support/deploy";
import {
  allow,
  arns,
  assertFanOut,
  completed,
  queueUrl,
  readStream,
  telemetry,
  trustedBy,
  writeLogs,
} from "./support";

const stem = "iot-to-timestream";
const writer = `${stem}-writer`;
const [cluster, instance] = [
  "aws:timestreaminfluxdb/dbCluster:DbCluster",
  "aws:timestreaminfluxdb/dbInstance:DbInstance",
];
const secrets = `arn:aws:secretsmanager:${region}:${account}:secret:READONLY-InfluxDB-auth-parameters-*`;
/** Cut to the length that S3 accepts. */
const bucket = `arn:aws:s3:::iot-integrations-test-euc1-iot-to-timestr-945efb2f-${account}`;
const tag = "iot-integrations-test-iot-to-timestream-network";

type Args = Extract<ConstructorParameters<typeof IotToTimestream>[1], { writer?: "lambda" }>;

/** The outputs that only AWS knows. */
const state = {
  [cluster]: { endpoint: "c.example", influxAuthParametersSecretArn: "arn:secret-of-cluster" },
  [instance]: { endpoint: "i.example", influxAuthParametersSecretArn: "arn:secret-of-instance" },
};

const made = (changes: Partial<Args> = {}, preview = false): Promise<Made> =>
  deploy(
    () =>
      completed((common) => {
        new IotToTimestream(stem, { ...common, telemetry: telemetry(common.alarms), ...changes });
      }),
    { state, preview, keepsCallbacks: true },
  );
const permissionsOf = (of: Made) =>
  statements(of.only("aws:iam/rolePolicy:RolePolicy", `${writer}-role-permissions`).policy);
const variablesOf = (of: Made) =>
  (of.only("aws:lambda/function:Function").environment as { variables: object }).variables;
const setAside = [
  allow("SetAsideRecords", "s3:PutObject", `${bucket}/*`),
  allow("FindFailuresBucket", "s3:ListBucket", bucket),
];
const quarantine = allow("Quarantine", "sqs:SendMessage", arns.queue("quarantine.fifo"));
const readCredentials = allow("ReadCredentials", "secretsmanager:GetSecretValue", secrets);

describe("IotToTimestream with InfluxDB 3 Core", () => {
  let all: Made;
  before(async () => {
    all = await made();
  });

  it("has a cluster in the private network, without anything that InfluxDB 3 forbids", () => {
    assert.deepEqual(all.only(cluster), {
      name: "iot-integrations-test-iot-to-ti-" + String(all.only(cluster).name).slice(-8),
      dbInstanceType: "db.influx.medium",
      dbParameterGroupIdentifier: "InfluxDBV3Core",
      port: 8181,
      publiclyAccessible: false,
      vpcSubnetIds: [`${stem}-network-subnet-1-id`, `${stem}-network-subnet-2-id`],
      vpcSecurityGroupIds: [`${tag}-database-id`],
    });
    assert.match(String(all.only(cluster).name), /^[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z0-9]+)*$/);
    assert.equal(all.all(instance).size, 0);
    assert.equal(all.all("aws:timestreamwrite/table:Table").size, 0);
  });

  it("tells the writer where the database and its secret are, and no secret", () => {
    assert.deepEqual(variablesOf(all), {
      INFLUXDB_URL: "https://c.example:8181",
      INFLUXDB_VERSION: "v3",
      INFLUXDB_DATABASE: "iot",
      INFLUXDB_SECRET_ARN: "arn:secret-of-cluster",
      INFLUXDB_TABLE: "telemetry",
      QUARANTINE_QUEUE_URL: "url-of-iot-integrations-test-quarantine.fifo",
    });
  });

  it("lets the writer read the stream and the credentials, join the network, set aside and log, and nothing else", () => {
    const ec2 = (resource: string) => `arn:aws:ec2:${region}:${account}:${resource}/*`;
    assert.deepEqual(permissionsOf(all), [
      writeLogs(writer),
      readStream("telemetry"),
      ...setAside,
      allow("JoinSubnets", "ec2:CreateNetworkInterface", [ec2("subnet"), ec2("security-group")], {
        StringEquals: { "aws:ResourceTag/network": tag },
      }),
      allow(
        "ManageInterfaces",
        [
          ...["ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface"],
          ...["ec2:DeleteNetworkInterface", "ec2:UnassignPrivateIpAddresses"],
        ],
        ec2("network-interface"),
      ),
      allow("DescribeNetwork", ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], "*"),
      {
        Sid: "DenyNetworkToCode",
        Effect: "Deny",
        Action: [
          ...["ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface"],
          ...["ec2:DeleteNetworkInterface", "ec2:DescribeNetworkInterfaces"],
          ...["ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses"],
        ],
        Resource: "*",
        Condition: {
          ArnEquals: {
            "lambda:SourceFunctionArn": `arn:aws:lambda:${region}:${account}:function:iot-integrations-test-${writer}`,
          },
        },
      },
      readCredentials,
      quarantine,
    ]);
    assert.deepEqual(statements(all.only("aws:iam/role:Role", `${writer}-role`).assumeRolePolicy), [
      {
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: "sts:AssumeRole",
      },
    ]);
  });

  it("knows every permission at the first preview", async () => {
    assert.deepEqual(permissionsOf(await made({}, true)), permissionsOf(all));
  });

  it("has a network of two zones without a way out: no gateway, no route, no public address", () => {
    const subnets = [...all.all("aws:ec2/subnet:Subnet").values()];
    assert.deepEqual(subnets, [
      {
        ...{ vpcId: `${stem}-network-id`, cidrBlock: "10.0.0.0/26", tags: { network: tag } },
        ...{ availabilityZone: `${region}a`, mapPublicIpOnLaunch: false },
      },
      {
        ...{ vpcId: `${stem}-network-id`, cidrBlock: "10.0.0.64/26", tags: { network: tag } },
        ...{ availabilityZone: `${region}b`, mapPublicIpOnLaunch: false },
      },
    ]);
    const types = new Set(all.resources.map(({ type }) => type));
    for (const type of types) assert.doesNotMatch(type, /gateway|route|eip/i);
    assert.deepEqual(all.only("aws:lambda/function:Function").vpcConfig, {
      subnetIds: [`${stem}-network-subnet-1-id`, `${stem}-network-subnet-2-id`],
      securityGroupIds: [`${tag}-caller-id`],
    });
  });

  it("admits the writer alone to the database and to the endpoints, and the writer reaches nothing else", () => {
    const rule = (securityGroupId: string, referencedSecurityGroupId: string, port: number) => ({
      ...{ securityGroupId, referencedSecurityGroupId },
      ...{ ipProtocol: "tcp", fromPort: port, toPort: port },
    });
    const [caller, database, endpoints] = ["caller", "database", "endpoints"].map(
      (role) => `${tag}-${role}-id`,
    ) as [string, string, string];
    const ofType = (type: string) =>
      [...all.all(type).values()].sort((a, b) => Number(a.fromPort) - Number(b.fromPort));
    assert.deepEqual(ofType("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"), [
      rule(endpoints, caller, 443),
      rule(database, caller, 8181),
    ]);
    assert.deepEqual(ofType("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"), [
      rule(caller, endpoints, 443),
      rule(caller, database, 8181),
    ]);
    for (const group of ofType("aws:ec2/securityGroup:SecurityGroup"))
      assert.deepEqual([group.ingress, group.egress], [undefined, undefined]);
  });

  it("has endpoints for the secret and the quarantine, which let through the writer's calls only", () => {
    const endpoints = all.all("aws:ec2/vpcEndpoint:VpcEndpoint");
    const by = { Principal: { AWS: arns.role(`${writer}-role`) } };
    for (const [service, statement] of [
      ["secretsmanager", readCredentials],
      ["sqs", quarantine],
    ] as const) {
      const { policy, ...endpoint } = endpoints.get(`${stem}-network-${service}`) ?? {};
      assert.deepEqual(endpoint, {
        vpcId: `${stem}-network-id`,
        vpcEndpointType: "Interface",
        serviceName: `com.amazonaws.${region}.${service}`,
        subnetIds: [`${stem}-network-subnet-1-id`, `${stem}-network-subnet-2-id`],
        securityGroupIds: [`${tag}-endpoints-id`],
        privateDnsEnabled: true,
      });
      assert.deepEqual(statements(policy), [{ ...statement, ...by }]);
    }
    assert.equal(endpoints.size, 2);
  });

  it("sends up to 5,000 records at once, limits the retries of a batch, bisects it, and stores the failed records", () => {
    assert.deepEqual(all.only("aws:lambda/eventSourceMapping:EventSourceMapping"), {
      eventSourceArn: arns.stream("telemetry"),
      functionName: `iot-integrations-test-${writer}`,
      startingPosition: "TRIM_HORIZON",
      batchSize: 5000,
      maximumBatchingWindowInSeconds: 1,
      maximumRetryAttempts: 5,
      maximumRecordAgeInSeconds: 255_600,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ["ReportBatchItemFailures"],
      destinationConfig: { onFailure: { destinationArn: bucket } },
    });
    const { arn } = all.only("aws:cloudwatch/eventTarget:EventTarget");
    assert.equal(arn, arns.queue(`${stem}-failures`));
    assert.deepEqual(
      document(all.only("aws:sqs/queue:Queue", `${stem}-failures`).redriveAllowPolicy),
      { redrivePermission: "denyAll" },
    );
  });

  it("has an alarm for each way to fail", () => {
    const own = [...all.all("aws:cloudwatch/metricAlarm:MetricAlarm").keys()]
      .filter((name) => name.startsWith(stem))
      .map((name) => name.slice(stem.length + 1));
    assert.deepEqual(own.sort(), [
      "batches-announcement-failed-invocations",
      "batches-announcement-invocations-failed-to-be-sent-to-dlq",
      "batches-announcement-throttled-rules",
      "batches-undelivered-age",
      "batches-undelivered-arrivals",
      "batches-undelivered-depth",
      "failures-age",
      "failures-arrivals",
      "failures-depth",
      "writer-errors",
      "writer-lag",
      "writer-standstill",
      "writer-throttles",
    ]);
  });

  it("names its settings in its outputs, and the secret by its ARN only", async () => {
    const { outputs } = await deploy(
      () =>
        completed((common) => {
          const one = new IotToTimestream(stem, { ...common, telemetry: telemetry(common.alarms) });
          return one.outputs;
        }),
      { state },
    );
    assert.deepEqual(outputs, {
      url: "https://c.example:8181",
      ...{ database: "iot", table: "telemetry", credentials: "arn:secret-of-cluster" },
      engine: "v3-core",
      failedBatchesBucket: bucket.replace("arn:aws:s3:::", ""),
      failuresUrl: `url-of-iot-integrations-test-${stem}-failures`,
      quarantineUrl: "url-of-iot-integrations-test-quarantine.fifo",
    });
    assert.notEqual(outputs.failuresUrl, queueUrl(`${stem}-failures`));
  });
});

describe("IotToTimestream with other engines", () => {
  it("takes the parameter group of InfluxDB 3 Enterprise", async () => {
    const all = await made({ engine: "v3-enterprise", instanceType: "db.influx.large" });
    const { dbParameterGroupIdentifier, dbInstanceType } = all.only(cluster);
    assert.deepEqual(
      [dbParameterGroupIdentifier, dbInstanceType],
      ["InfluxDBV3Enterprise", "db.influx.large"],
    );
  });

  it("creates an instance of InfluxDB 2 with a user, and watches its disk", async () => {
    const all = await made({ engine: "v2", password: "example1", database: "readings" });
    const { password, ...inputs } = all.only(instance);
    assert.ok(password !== undefined);
    assert.deepEqual(inputs, {
      name: inputs.name,
      dbInstanceType: "db.influx.medium",
      ...{ port: 8086, publiclyAccessible: false, allocatedStorage: 20 },
      ...{ organization: "iot", username: "writer", bucket: "readings" },
      vpcSubnetIds: [`${stem}-network-subnet-1-id`, `${stem}-network-subnet-2-id`],
      vpcSecurityGroupIds: [`${tag}-database-id`],
    });
    assert.equal(all.all(cluster).size, 0);
    assert.deepEqual(variablesOf(all), {
      INFLUXDB_URL: "https://i.example:8086",
      INFLUXDB_VERSION: "v2",
      INFLUXDB_DATABASE: "readings",
      INFLUXDB_ORGANIZATION: "iot",
      INFLUXDB_SECRET_ARN: "arn:secret-of-instance",
      INFLUXDB_TABLE: "telemetry",
      QUARANTINE_QUEUE_URL: "url-of-iot-integrations-test-quarantine.fifo",
    });
    const disk = all.only(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      `${stem}-influxdb-disk-utilization`,
    );
    assert.deepEqual(
      [disk.namespace, disk.metricName, disk.dimensions, disk.threshold],
      ["AWS/Timestream/InfluxDB", "DiskUtilization", { DbInstanceName: inputs.name }, 75],
    );
  });

  it("creates a table of LiveAnalytics that takes late readings, and no network", async () => {
    const all = await made({ engine: "liveAnalytics", keepDays: 30 });
    const table = `iot-integrations-test-${stem}-table`;
    assert.deepEqual(all.only("aws:timestreamwrite/table:Table"), {
      databaseName: table,
      tableName: table,
      retentionProperties: {
        memoryStoreRetentionPeriodInHours: 24,
        magneticStoreRetentionPeriodInDays: 30,
      },
      magneticStoreWriteProperties: { enableMagneticStoreWrites: true },
    });
    assert.deepEqual(permissionsOf(all), [
      writeLogs(writer),
      readStream("telemetry"),
      ...setAside,
      allow(
        "WritePoints",
        "timestream:WriteRecords",
        `arn:aws:timestream:${region}:${account}:database/${table}/table/${table}`,
      ),
      allow("FindEndpoint", ["timestream:DescribeEndpoints"], "*"),
      quarantine,
    ]);
    assert.deepEqual(variablesOf(all), {
      ...{ DATABASE_NAME: table, TABLE_NAME: table },
      QUARANTINE_QUEUE_URL: "url-of-iot-integrations-test-quarantine.fifo",
    });
    assert.equal(all.only("aws:lambda/function:Function").vpcConfig, undefined);
    assert.equal(all.all("aws:ec2/vpc:Vpc").size, 0);
    assert.equal(all.all(cluster).size, 0);
  });
});

describe("IotToTimestream with enhanced fan-out", () => {
  const consumer = "aws:kinesis/streamConsumer:StreamConsumer";

  for (const engine of ["v3-core", "liveAnalytics"] as const)
    it(`registers a consumer that only the role of the writer may subscribe with, for ${engine}`, async () => {
      const all = await made({ engine, enhancedFanOut: true });
      assertFanOut(all, writer);
    });

  it("registers none without it", async () => assert.equal((await made()).all(consumer).size, 0));
});

describe("IotToTimestream by the action of AWS IoT", () => {
  const rule = "iot_integrations_test_iot_to_timestream_rule";
  const destinationArn = `arn:aws:iot:${region}:${account}:ruledestination/influxdb/0a1b2c3d`;
  const secretArn = `arn:aws:secretsmanager:${region}:${account}:secret:influxdb-aB3dE6`;
  const outputsAndAll = async (
    changes: Partial<
      Extract<ConstructorParameters<typeof IotToTimestream>[1], { writer: "native" }>
    >,
    preview = false,
  ) =>
    deploy(
      () =>
        completed(
          ({ topicPrefix, alarms }) =>
            new IotToTimestream(stem, {
              ...{ topicPrefix, alarms, writer: "native", destinationArn, secretArn },
              ...changes,
            }).outputs,
        ),
      { preview },
    );
  const declared = (of: Made): Record<string, unknown> => {
    const { typeName, desiredState } = of.only("aws:cloudcontrol/resource:Resource");
    assert.equal(typeName, "AWS::IoT::TopicRule");
    return JSON.parse(String(desiredState)) as Record<string, unknown>;
  };

  it("declares the rule through Cloud Control, with its failures queue as the error action", async () => {
    const state = declared(await outputsAndAll({}));
    const { Sql, ...payload } = state.TopicRulePayload as Record<string, unknown>;
    const role = arns.role(`${stem}-rule-role`);
    assert.deepEqual(
      { ...state, TopicRulePayload: payload },
      {
        RuleName: rule,
        TopicRulePayload: {
          Description: "Writes valid readings to InfluxDB.",
          RuleDisabled: false,
          AwsIotSqlVersion: "2016-03-23",
          Actions: [
            {
              InfluxDB: {
                DestinationArn: destinationArn,
                RoleArn: role,
                DatabaseName: "iot",
                TableName: "telemetry",
                Tags: { deviceId: "@{deviceId}" },
                TimestampUnit: "ms",
              },
            },
          ],
          ErrorAction: {
            Sqs: { QueueUrl: queueUrl(`${stem}-failures`), RoleArn: role, UseBase64: false },
          },
        },
      },
    );
    assert.match(
      String(Sql),
      /^SELECT regexp_replace\(topic\(2\), '@\[0-9\]\+\$', ''\) AS deviceId, floor\(timestamp\) AS timestamp, CASE floor\(trunc\(temperature, 20\)\) = trunc\(temperature, 20\) WHEN false THEN trunc\(temperature, 20\) END AS temperature, CASE floor\(trunc\(temperature, 20\)\) = trunc\(temperature, 20\) WHEN true THEN floor\(trunc\(temperature, 20\)\) END AS temperature_whole, .* FROM 'devices\/\+\/telemetry' WHERE /,
    );
  });

  it("names the organization for InfluxDB 2 only", async () => {
    const organizationOf = async (engine: "v2" | "v3-core"): Promise<unknown> => {
      const { TopicRulePayload } = declared(await outputsAndAll({ engine, organization: "fleet" }));
      const [{ InfluxDB = {} } = {}] = (
        TopicRulePayload as { Actions: { InfluxDB?: Record<string, unknown> }[] }
      ).Actions;
      return InfluxDB.Organization;
    };
    assert.deepEqual(
      [await organizationOf("v2"), await organizationOf("v3-core")],
      ["fleet", undefined],
    );
  });

  it("lets this rule alone assume the role, which reads the secret and sends to the failures queue", async () => {
    const all = await outputsAndAll({});
    assert.deepEqual(statements(all.only("aws:iam/role:Role").assumeRolePolicy), trustedBy(rule));
    assert.deepEqual(statements(all.only("aws:iam/rolePolicy:RolePolicy").policy), [
      allow("ReadToken", "secretsmanager:GetSecretValue", secretArn),
      allow("SendToQueueOnError", "sqs:SendMessage", arns.queue(`${stem}-failures`)),
    ]);
  });

  it("knows the whole rule at the first preview", async () => {
    assert.deepEqual(declared(await outputsAndAll({}, true)), declared(await outputsAndAll({})));
  });

  it("creates no database, network, function, bucket or quarantine", async () => {
    const all = await outputsAndAll({});
    const types = new Set(all.resources.map(({ type }) => type));
    for (const type of types)
      assert.doesNotMatch(type, /timestream|ec2|lambda|s3|kinesis|secretsmanager|topicRule/);
    assert.deepEqual(
      [...all.all("aws:sqs/queue:Queue").keys()].filter((one) => one.startsWith(stem)),
      [`${stem}-failures`],
    );
  });

  it("has an alarm for each way to fail", async () => {
    const all = await outputsAndAll({});
    const own = [...all.all("aws:cloudwatch/metricAlarm:MetricAlarm").keys()]
      .filter((one) => one.startsWith(stem))
      .map((one) => one.slice(stem.length + 1));
    assert.deepEqual(own.sort(), [
      "failures-age",
      "failures-arrivals",
      "failures-depth",
      "rule-error-action-failure",
      "rule-failure",
      "rule-throttled",
    ]);
  });

  it("names the rule and the failures queue in its outputs, for a redrive", async () => {
    const { outputs } = await outputsAndAll({ table: "readings" });
    assert.deepEqual(outputs, {
      ...{ engine: "v3-core", writer: "native", database: "iot", table: "readings" },
      credentials: secretArn,
      ruleName: rule,
      failuresUrl: `url-of-iot-integrations-test-${stem}-failures`,
    });
  });
});

describe("The settings of iot-to-timestream", () => {
  type Chosen = Parameters<NonNullable<typeof iotToTimestream.check>>[0];
  const { settings } = iotToTimestream;
  const defaults = Object.fromEntries(
    Object.entries(settings).map(([key, { default: value }]) => [key, value]),
  ) as unknown as Chosen;
  const check = (changes: Partial<Chosen>) => iotToTimestream.check?.({ ...defaults, ...changes });
  const native = {
    writer: "native",
    destinationArn: "arn:aws:iot:eu-central-1:123456789012:ruledestination/influxdb/0a1b-2c",
    secretArn: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:influx/db-aB3dE6",
  } as const;

  it("require a password for the engine v2 only, where a function writes", () => {
    assert.equal(check({ engine: "v3-core" }), undefined);
    assert.equal(check({ engine: "v2" })?.key, "password");
    assert.equal(check({ ...native, engine: "v2", organization: "fleet" }), undefined);
  });

  it("require the destination and the secret for the writer native, and the organization for InfluxDB 2", () => {
    assert.equal(check(native), undefined);
    assert.deepEqual(check({ ...native, destinationArn: undefined }), {
      key: "destinationArn",
      wrong: "is missing",
      wanted: "the ARN of an InfluxDB destination of AWS IoT, for the writer native",
    });
    assert.equal(check({ ...native, secretArn: undefined })?.key, "secretArn");
    assert.equal(check({ ...native, engine: "v2" })?.key, "organization");
    assert.equal(check({ ...native, engine: "v3-enterprise" }), undefined);
  });

  it("refuse the writer native for LiveAnalytics", () => {
    assert.deepEqual(check({ ...native, engine: "liveAnalytics" }), {
      key: "writer",
      wrong: "is native",
      wanted:
        "lambda for the engine liveAnalytics, because the action of AWS IoT writes to InfluxDB only",
    });
  });

  for (const [key, wrong] of [
    ["destinationArn", "arn:aws:iot:eu-central-1:123456789012:ruledestination/vpc/0a1b"],
    ["destinationArn", "https://influxdb.example.com:8181"],
    ["secretArn", "influx/db"],
    ["secretArn", "arn:aws:secretsmanager:eu-central-1:123456789012:secret:*"],
  ] as const)
    it(`refuse the ${key} ${wrong}`, async () => {
      await assert.rejects(
        deploy(() => ({ value: settings[key].read(new pulumi.Config(stem), key) }), {
          config: { [`${stem}:${key}`]: wrong },
        }),
        {
          message: new RegExp(
            `^Configuration ${stem}:${key} is .*; it must be ${settings[key].type}\\.`,
          ),
        },
      );
    });
});
