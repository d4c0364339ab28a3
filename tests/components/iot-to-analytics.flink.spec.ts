import * as assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import {
  IotToAnalytics,
  iotToAnalytics,
  type IotToAnalyticsArgs,
} from "../../components/iot-to-analytics";
import { deploy, statements, type Made } from "../support/deploy";
import { dependenciesOf } from "./parts/dependencies";
import {
  allow,
  arns,
  assertFanOut,
  completed,
  readStream,
  telemetry,
  trustedByService,
  writeLogs,
} from "./support";

const stem = "iot-to-analytics";
const application = `iot-integrations-test-${stem}-flink`;
const policies = "aws:iam/rolePolicy:RolePolicy";
const mapping = "aws:lambda/eventSourceMapping:EventSourceMapping";
const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";
const log = `arn:aws:logs:eu-central-1:123456789012:log-group:/aws/kinesis-analytics/${application}:log-stream`;
const content = "a package";
const hash = createHash("sha256").update(content).digest("hex");

describe("IotToAnalytics with the engine flink", () => {
  let made: Made;
  let scratch: string;
  const deployed = (args: Partial<IotToAnalyticsArgs> = {}): Promise<Made> =>
    deploy(
      () => {
        completed((common) => {
          const flinkPackage = path.join(scratch, "package.zip");
          const given = {
            ...common,
            telemetry: telemetry(common.alarms),
            engine: "flink" as const,
          };
          new IotToAnalytics(stem, { ...given, flinkPackage, ...args });
        });
      },
      { keepsCallbacks: true },
    );
  before(async () => {
    scratch = mkdtempSync(path.join(tmpdir(), "flink-"));
    writeFileSync(path.join(scratch, "package.zip"), content);
    made = await deployed({ alarmAbove: 90 });
  });
  after(() => {
    rmSync(scratch, { recursive: true });
  });

  const granted = (part: string): unknown =>
    statements(made.only(policies, `${stem}-${part}-role-permissions`).policy);
  const codeBucket = (): string =>
    String(made.only("aws:s3/bucketObjectv2:BucketObjectv2", `${stem}-flink-package`).bucket);

  it("lets the application read its code and its source, write its sink and its log, and nothing else", () => {
    assert.deepEqual(granted("flink"), [
      allow("ReadCode", "s3:GetObject", `arn:aws:s3:::${codeBucket()}/code/${hash}.zip`),
      allow(
        "ReadSource",
        [
          "kinesis:DescribeStreamSummary",
          "kinesis:GetRecords",
          "kinesis:GetShardIterator",
          "kinesis:ListShards",
        ],
        arns.stream(`${stem}-readings`),
      ),
      allow("WriteSink", "kinesis:PutRecords", arns.stream(`${stem}-results`)),
      allow("FindLog", ["logs:DescribeLogGroups"], "*"),
      allow("FindLogStream", "logs:DescribeLogStreams", `${log}:*`),
      allow("WriteLogs", "logs:PutLogEvents", `${log}:application`),
    ]);
    assert.deepEqual(
      statements(made.only("aws:iam/role:Role", `${stem}-flink-role`).assumeRolePolicy),
      trustedByService(
        "kinesisanalytics.amazonaws.com",
        `arn:aws:kinesisanalytics:eu-central-1:123456789012:application/${application}`,
      ),
    );
  });

  it("runs the package of its hash, with checkpoints, snapshots, logs and autoscaling", () => {
    const stream = (name: string) => ({
      connector: "kinesis",
      "stream.arn": arns.stream(`${stem}-${name}`),
      "aws.region": "eu-central-1",
      format: "json",
    });
    assert.deepEqual(made.only("aws:kinesisanalyticsv2/application:Application"), {
      name: application,
      description: "Averages a field of readings per device and minute.",
      runtimeEnvironment: "FLINK-1_20",
      applicationMode: "STREAMING",
      serviceExecutionRole: arns.role(`${stem}-flink-role`),
      startApplication: true,
      cloudwatchLoggingOptions: { logStreamArn: `${log}:application` },
      applicationConfiguration: {
        applicationCodeConfiguration: {
          codeContentType: "ZIPFILE",
          codeContent: {
            s3ContentLocation: {
              bucketArn: `arn:aws:s3:::${codeBucket()}`,
              fileKey: `code/${hash}.zip`,
            },
          },
        },
        applicationSnapshotConfiguration: { snapshotsEnabled: true },
        environmentProperties: {
          propertyGroups: [
            {
              propertyGroupId: "kinesis.analytics.flink.run.options",
              propertyMap: { python: "main.py", jarfile: "lib/connectors.jar" },
            },
            {
              propertyGroupId: "source",
              propertyMap: { ...stream("readings"), "source.init.position": "TRIM_HORIZON" },
            },
            { propertyGroupId: "sink", propertyMap: stream("results") },
            {
              propertyGroupId: "rules",
              propertyMap: {
                above: "80",
                latenessMs: "300000",
                slackMs: "60000",
                mostReadings: "10000",
              },
            },
          ],
        },
        flinkApplicationConfiguration: {
          checkpointConfiguration: { configurationType: "DEFAULT" },
          monitoringConfiguration: {
            configurationType: "CUSTOM",
            logLevel: "INFO",
            metricsLevel: "APPLICATION",
          },
          parallelismConfiguration: {
            configurationType: "CUSTOM",
            parallelism: 1,
            parallelismPerKpu: 1,
            autoScalingEnabled: true,
          },
        },
      },
    });
    assert.deepEqual(
      made.only("aws:cloudwatch/logGroup:LogGroup", `${stem}-flink-logs`).retentionInDays,
      30,
    );
    assert.equal(made.all("aws:cloudwatch/logStream:LogStream").size, 1);
    // Code that an application runs must not expire.
    const expiring = [
      ...made.all("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"),
    ];
    assert.deepEqual(
      expiring.map(([name]) => name),
      [`${stem}-batches-expiry`],
    );
  });

  it("keeps readings and results in encrypted streams of its own", () => {
    for (const name of ["readings", "results"])
      assert.deepEqual(made.only("aws:kinesis/stream:Stream", `${stem}-${name}`), {
        name: `iot-integrations-test-${stem}-${name}`,
        streamModeDetails: { streamMode: "ON_DEMAND" },
        retentionPeriod: 72,
        encryptionType: "KMS",
        kmsKeyId: "alias/aws/kinesis",
      });
  });

  it("lets the forwarder read the telemetry stream and write readings, and the writer read results and write averages", () => {
    const reading = (stream: string) => readStream(stream);
    const bucket = made.only("aws:s3/bucket:Bucket", `${stem}-batches`).bucket as string;
    const settingAside = [
      allow("SetAsideRecords", "s3:PutObject", `arn:aws:s3:::${bucket}/*`),
      allow("FindFailuresBucket", "s3:ListBucket", `arn:aws:s3:::${bucket}`),
    ];
    assert.deepEqual(granted("forwarder"), [
      writeLogs(`${stem}-forwarder`),
      reading("telemetry"),
      ...settingAside,
      allow("ForwardReadings", "kinesis:PutRecords", arns.stream(`${stem}-readings`)),
      allow("Quarantine", "sqs:SendMessage", arns.queue("quarantine.fifo")),
    ]);
    assert.deepEqual(granted("writer"), [
      writeLogs(`${stem}-writer`),
      reading(`${stem}-results`),
      ...settingAside,
      allow(
        "WriteAverages",
        ["dynamodb:GetItem", "dynamodb:PutItem"],
        arns.table(`${stem}-averages`),
      ),
      allow(
        "Publish",
        "iot:Publish",
        "arn:aws:iot:eu-central-1:123456789012:topic/analytics/*/temperature",
      ),
    ]);
    const { maximumRetryAttempts, maximumRecordAgeInSeconds, tumblingWindowInSeconds } = made.only(
      mapping,
      `${stem}-writer-mapping`,
    );
    assert.deepEqual(
      [maximumRetryAttempts, maximumRecordAgeInSeconds, tumblingWindowInSeconds],
      [10_000, 86_400, undefined],
    );
    assert.equal(made.all("aws:lambda/function:Function").size, 2);
  });

  it("has alarms on the application by the metrics of its runtime", async () => {
    const own = (of: Made) =>
      [...of.all(alarmType).keys()]
        .filter((name) => name.startsWith(`${stem}-flink-`))
        .map((name) => name.slice(`${stem}-flink-`.length))
        .sort();
    const common = ["lag", "num-late-records-dropped", "number-of-failed-checkpoints"];
    assert.deepEqual(own(made), [...common, "downtime", "full-restarts"].sort());
    const newer = await deployed({ flinkRuntime: "FLINK-2_2" });
    assert.deepEqual(
      own(newer),
      [...common, "failing-time", "num-restarts", "restarting-time"].sort(),
    );
    assert.equal(
      newer.only("aws:kinesisanalyticsv2/application:Application").runtimeEnvironment,
      "FLINK-2_2",
    );
    const { namespace, dimensions, treatMissingData, metricName, okActions } = made.only(
      alarmType,
      `${stem}-flink-downtime`,
    );
    assert.deepEqual(
      [namespace, metricName, dimensions, treatMissingData],
      ["AWS/KinesisAnalytics", "downtime", { Application: application }, "breaching"],
    );
    assert.ok(okActions);
    for (const count of [
      ...["full-restarts", "number-of-failed-checkpoints", "num-late-records-dropped"],
    ]) {
      const { metricQueries } = made.only(alarmType, `${stem}-flink-${count}`);
      const [metric, watched] = metricQueries as { metric?: object; expression?: string }[];
      assert.equal(watched?.expression, "IF(DIFF(counted) < 0, counted, DIFF(counted))");
      assert.equal((metric?.metric as { period: number }).period, 300);
    }
  });

  it("has the alarms of results on its writer, and those of every stream and function", () => {
    const names = [...made.all(alarmType).keys()];
    for (const name of [
      ...["writer-truncated", "writer-high-averages", "writer-lag", "writer-errors"],
      ...["forwarder-lag", "forwarder-errors", "forwarder-standstill"],
      ...["readings-write-throttled", "results-write-throttled", "failures-depth"],
    ])
      assert.ok(names.includes(`${stem}-${name}`), name);
    assert.ok(!names.includes(`${stem}-writer-spilled`));
  });

  it("reads with a throughput of its own if asked for", async () => {
    const fast = await deployed({ enhancedFanOut: true });
    assertFanOut(fast, `${stem}-forwarder`);
  });

  it("starts when its permissions, code, log and streams exist, and is watched for silence once it runs", () => {
    const on = dependenciesOf(made, "aws:kinesisanalyticsv2/application:Application");
    for (const name of [
      "flink-role-permissions",
      "flink-package",
      "flink-log",
      "readings",
      "results",
    ])
      assert.ok(on.includes(`${stem}-${name}`), name);
    assert.ok(dependenciesOf(made, alarmType, `${stem}-flink-downtime`).includes(`${stem}-flink`));
  });

  it("refuses a lateness for which its stream does not keep readings, and the engine lambda takes it", async () => {
    const wanted =
      "latenessSeconds is 259081; it must be at most 259080 with the engine flink, whose stream keeps the readings of a window for 72 hours";
    await assert.rejects(deployed({ latenessSeconds: 259_081 }), (error: Error) =>
      error.message.includes(`iot-to-analytics: ${wanted}.`),
    );
    await deployed({ latenessSeconds: 259_080 });
    await deployed({ engine: "lambda", latenessSeconds: 604_800 });
    const check = (engine: "lambda" | "flink") =>
      iotToAnalytics.check?.({ engine, latenessSeconds: 259_081 } as never);
    assert.equal(check("flink")?.key, "latenessSeconds");
    assert.equal(check("lambda"), undefined);
  });

  it("says what to run if there is no package", async () => {
    const flinkPackage = path.relative("", path.join(scratch, "absent.zip"));
    await assert.rejects(deployed({ flinkPackage, flinkRuntime: "FLINK-2_2" }), (error: Error) =>
      error.message.includes(
        `iot-to-analytics: the package of the engine flink, ${flinkPackage}, does not exist; run \`npm run build:flink -- FLINK-2_2\` or set flinkPackage to a package for FLINK-2_2, then deploy again.`,
      ),
    );
  });
});
