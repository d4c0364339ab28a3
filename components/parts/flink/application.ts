import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RecordStream } from "../actions/put-record";
import { alarm, alarmOnMetrics, type AlarmTarget, type Metric } from "../alarm";
import { logGroup, logGroupName, type LogArgs } from "../log-group";
import { arn, physicalName, regionName } from "../names";
import { allow, allowUnscoped } from "../policy-document";
import { privateBucket } from "../private-bucket";
import { Role } from "../role";
import { runOptions, type FlinkPackage } from "./package";
import { jobMetrics, type FlinkRuntime } from "./runtime";

export interface FlinkApplicationArgs extends LogArgs {
  /** What the application does, in one sentence. */
  description: string;
  runtime: FlinkRuntime;
  code: FlinkPackage;
  /** Only this application reads it. */
  source: RecordStream;
  sink: RecordStream;
  /** Values for the statements of the application. */
  rules: Record<string, string>;
  alarms: AlarmTarget;
}

const logStreamName = "application";

/** How far behind the application may be before people hear of it. */
const lagMilliseconds = 300_000;

/**
 * An application of Managed Service for Apache Flink, with its code, role, log and alarms. It starts with one unit of processing and scales
 * by itself; a stop or an update takes a snapshot, from which the next start goes on.
 * @see https://docs.aws.amazon.com/managed-flink/latest/java/how-scaling.html
 * @see https://docs.aws.amazon.com/managed-flink/latest/java/how-snapshots.html
 */
export class FlinkApplication extends pulumi.ComponentResource {
  readonly name: string;
  readonly codeBucketName: pulumi.Output<string>;

  constructor(name: string, args: FlinkApplicationArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:FlinkApplication", name, {}, opts);
    const parent = { parent: this };
    const { code, source, sink, runtime } = args;
    this.name = physicalName("application", name);

    const bucket = privateBucket(`${name}-code`, {}, parent);
    this.codeBucketName = bucket.name;
    const key = `code/${code.hash}.zip`;
    const object = new aws.s3.BucketObjectv2(
      `${name}-package`,
      {
        bucket: bucket.name,
        key,
        source: new pulumi.asset.FileAsset(code.file),
        contentType: "application/zip",
      },
      { ...parent, dependsOn: [...bucket.resources] },
    );
    const logs = logGroup(
      `${name}-logs`,
      { name: logGroupName.application(this.name), logRetentionDays: args.logRetentionDays },
      parent,
    );
    const logStream = new aws.cloudwatch.LogStream(
      `${name}-log`,
      { name: logStreamName, logGroupName: logs.resource.name },
      parent,
    );
    const logStreamArn = arn.logStream(logs.name, logStreamName);
    const role = new Role(
      `${name}-role`,
      {
        service: "kinesisanalytics.amazonaws.com",
        onBehalfOf: arn.application(this.name),
        // https://docs.aws.amazon.com/managed-flink/latest/java/cloudwatch-logs.html
        statements: [
          allow("ReadCode", "s3:GetObject", pulumi.interpolate`${bucket.arn}/${key}`),
          allow(
            "ReadSource",
            [
              "kinesis:DescribeStreamSummary",
              "kinesis:GetRecords",
              "kinesis:GetShardIterator",
              "kinesis:ListShards",
            ],
            source.arn,
          ),
          allow("WriteSink", "kinesis:PutRecords", sink.arn),
          allowUnscoped("FindLog", ["logs:DescribeLogGroups"]),
          allow("FindLogStream", "logs:DescribeLogStreams", arn.logStreams(logs.name)),
          allow("WriteLogs", "logs:PutLogEvents", logStreamArn),
        ],
      },
      parent,
    );
    const application = new aws.kinesisanalyticsv2.Application(
      name,
      {
        name: this.name,
        description: args.description,
        runtimeEnvironment: runtime,
        applicationMode: "STREAMING",
        serviceExecutionRole: role.arn,
        startApplication: true,
        cloudwatchLoggingOptions: { logStreamArn },
        applicationConfiguration: {
          applicationCodeConfiguration: {
            codeContentType: "ZIPFILE",
            codeContent: { s3ContentLocation: { bucketArn: bucket.arn, fileKey: key } },
          },
          applicationSnapshotConfiguration: { snapshotsEnabled: true },
          environmentProperties: { propertyGroups: propertyGroups(args) },
          flinkApplicationConfiguration: {
            // Every minute, exactly once, with 5 s between two. https://docs.aws.amazon.com/managed-flink/latest/java/how-fault.html
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
      },
      {
        ...parent,
        dependsOn: [role.permissions, object, logStream, source.resource, sink.resource],
      },
    );
    watch(name, application, args, parent);
    this.registerOutputs({ name: this.name });
  }
}

/**
 * What Managed Service for Apache Flink and flink/main.py read.
 * @see https://docs.aws.amazon.com/managed-flink/latest/java/how-python-programming.html
 * @see https://nightlies.apache.org/flink/flink-docs-release-1.20/docs/connectors/table/kinesis/
 */
const propertyGroups = ({ source, sink, rules }: FlinkApplicationArgs) => [
  {
    propertyGroupId: "kinesis.analytics.flink.run.options",
    propertyMap: runOptions,
  },
  {
    propertyGroupId: "source",
    propertyMap: { ...optionsOf(source), "source.init.position": "TRIM_HORIZON" },
  },
  { propertyGroupId: "sink", propertyMap: optionsOf(sink) },
  { propertyGroupId: "rules", propertyMap: rules },
];

const optionsOf = (stream: RecordStream) => ({
  connector: "kinesis",
  "stream.arn": stream.arn,
  "aws.region": regionName(),
  format: "json",
});

/**
 * The growth of a count that begins again at 0 when the job is submitted again: after a fall, what it counted since. CloudWatch calculates
 * the difference to the value before, also over a period without one, and none for the first value that it sees.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export const growthOf = (count: string): string =>
  `IF(DIFF(${count}) < 0, ${count}, DIFF(${count}))`;

/**
 * Creates an alarm for each way in which an application can fail. The counts of Flink grow for as long as a job lives, so alarms watch their
 * growth.
 * @see https://docs.aws.amazon.com/managed-flink/latest/java/monitoring-metrics-alarms.html
 */
function watch(
  name: string,
  application: aws.kinesisanalyticsv2.Application,
  { alarms, runtime, source }: FlinkApplicationArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const physical = physicalName("application", name);
  const metric = (of: string): Metric => ({
    namespace: "AWS/KinesisAnalytics",
    name: of,
    dimensions: { Application: physical },
    statistic: "Maximum",
  });
  const described = (meanings: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(meanings).map(([of, meaning]) => [
        of,
        `${of} of application ${physical}: ${meaning}`,
      ]),
    );
  const { standing, restarts } = jobMetrics[runtime];
  const stands = `the job does not run, or the application is stopped, and readings wait in stream ${source.name}. Read its log for the cause; start the application if it is stopped.`;
  alarmOnMetrics(
    name,
    {
      alarms,
      watch: metric,
      descriptions: described(Object.fromEntries(standing.map((state) => [state, stands]))),
      periodSeconds: 300,
      firesWithoutData: true,
      notifiesOfRecovery: true,
    },
    // The application exists once it runs: without data they fire, and may do so before its first value. Silence is what they watch for,
    // and a new alarm is evaluated at once: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
    pulumi.mergeOptions(opts, { dependsOn: application }),
  );
  alarmOnMetrics(
    name,
    {
      alarms,
      watch: (of) => ({ metrics: { counted: metric(of) }, expression: growthOf("counted") }),
      descriptions: described({
        [restarts]:
          "the job failed and was started again from its last checkpoint. Read its log for the exception.",
        numberOfFailedCheckpoints:
          "a checkpoint failed; after a restart, the job reads again what came since the last one. Read its log for the cause.",
        numLateRecordsDropped:
          "the windows of readings were over when they came, and they are missing in their averages. Raise the slack of the watermark in components/parts/flink/rules.ts if records of the stream come more out of order than that.",
      }),
      // An application that is updated, or started again, has no values for minutes.
      periodSeconds: 300,
    },
    opts,
  );
  alarm(
    `${name}-lag`,
    {
      alarms,
      description: `GetRecords.IteratorAgeMilliseconds of stream ${source.name}: application ${physical} is 5 minutes behind. Check its log, then its CPU and whether it has reached its most units of processing.`,
      // https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html
      watch: {
        namespace: "AWS/Kinesis",
        name: "GetRecords.IteratorAgeMilliseconds",
        dimensions: { StreamName: source.name },
        statistic: "Maximum",
      },
      above: lagMilliseconds,
      notifiesOfRecovery: true,
    },
    opts,
  );
}
