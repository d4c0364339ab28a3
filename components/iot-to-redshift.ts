import * as pulumi from "@pulumi/pulumi";
import * as loader from "../functions/iot-to-redshift/loader";
import * as shaper from "../functions/iot-to-redshift/row-shaper";
import * as sweeper from "../functions/iot-to-redshift/sweeper";
import { putToDeliveryStream } from "./parts/actions/put-to-delivery-stream";
import { sendToQueue } from "./parts/actions/send-to-queue";
import { alarm, type AlarmTarget } from "./parts/alarm";
import { DeadLetterQueue } from "./parts/dead-letter-queue";
import { DeliveryStream } from "./parts/delivery/delivery-stream";
import { toBucket } from "./parts/delivery/to-bucket";
import { define } from "./parts/integration";
import { excludedZoneIds } from "./parts/isolated-subnets";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { arn, physicalName } from "./parts/names";
import { announceObjects, announcer, emitEvents } from "./parts/object-announcement";
import { allow } from "./parts/policy-document";
import { privateBucket } from "./parts/private-bucket";
import { defaultRetentionSeconds, Queue } from "./parts/queue";
import { wholeNumber } from "./parts/settings/json-kinds";
import { fromCaller } from "./parts/sources/from-caller";
import { fromQueue } from "./parts/sources/from-queue";
import { fromSchedule, timerOf } from "./parts/sources/from-schedule";
import { envelopeSql } from "./parts/telemetry-sql";
import { TopicRule } from "./parts/topic-rule";
import { baseRpus, Warehouse } from "./parts/warehouse";
import { grantStatements, tables, tableStatements } from "./parts/warehouse-tables";

export interface IotToRedshiftArgs {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  /** Receives invalid messages. */
  quarantine: DeadLetterQueue;
  alarms: AlarmTarget;
  /** @default that of the setting */
  bufferSeconds?: number;
  /** @default that of the setting */
  keepDays?: number;
  /** @default that of the setting */
  dailyRpuHours?: number;
  /** Refuses to delete the warehouse with the stack. @default true */
  deletionProtection?: boolean;
  /** Ids of zones in which no subnet may be. @default none */
  excludedZoneIds?: string[];
  /** @default 30 */
  logRetentionDays?: number;
}

const settings = {
  excludedZoneIds,
  bufferSeconds: wholeNumber({
    ...{ from: 60, to: 900, default: 900 },
    description: "Seconds that Firehose collects readings for an object; each load wakes Redshift.",
  }),
  keepDays: wholeNumber({
    // Longer than a message about an object waits in the failures queue.
    ...{ from: 15, to: 3650, default: 30 },
    description: "Days that loaded objects stay in the bucket.",
  }),
  dailyRpuHours: wholeNumber({
    ...{ from: 1, to: 10_000, default: 12 },
    description: "RPU-hours per day after which Redshift runs no query until the next day.",
  }),
};

/** Prefixes of the bucket: rows, records that could not be transformed, and lists of objects to load. */
const prefixes = { data: "readings/", errors: "errors/", manifests: "manifests/" };

/** Later than their announcements in the failures queue, in days. */
const keepErrorsDays = 30;

const seconds = { shaper: 60, loader: 300, sweeper: 300 };
/** The loader gives up waiting early enough to return what failed. */
const budgetMilliseconds = "240000";
/** The loader sets a message aside at its third delivery; SQS does at the fifth, if the loader never gets that far. */
const attempts = { loader: "3", queue: 5 };
const hour = 3_600_000;

/**
 * RPU-hours per day that loads take if each object wakes the workgroup for the shortest time that AWS bills, 60 seconds.
 * @see https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-billing.html
 */
const rpuHoursOfLoads = (bufferSeconds: number): number =>
  (baseRpus * 24 * 60) / Math.max(60, bufferSeconds);

/**
 * Loads every valid reading into Redshift. Firehose collects readings as objects in S3; each object is announced to a queue, and a
 * callback loads it exactly once, which a ledger in the same transaction proves. A daily sweep announces objects that the ledger lacks.
 */
export class IotToRedshift extends pulumi.ComponentResource {
  readonly outputs;

  constructor(name: string, args: IotToRedshiftArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:IotToRedshift", name, {}, opts);
    const parent = { parent: this };
    const { topicPrefix, alarms, quarantine, logRetentionDays } = args;
    const { bufferSeconds = settings.bufferSeconds.default } = args;
    const [lakeName, loads, errors] = [`${name}-lake`, `${name}-objects`, `${name}-errors`];
    const [loaderName, sweeperName] = [`${name}-loader`, `${name}-sweeper`];

    const failures = new DeadLetterQueue(
      `${name}-failures`,
      {
        alarms,
        deadLetterQueueOf: [
          {
            arn: arn.queue(physicalName("queue", `${name}-queue`)),
            retentionSeconds: defaultRetentionSeconds,
          },
        ],
        admits: [announcer(loads), announcer(errors), timerOf(sweeperName)],
      },
      parent,
    );
    const queue = new Queue(
      `${name}-queue`,
      {
        purpose: "work",
        visibilityTimeoutSeconds: 6 * seconds.loader,
        redriveTo: { failures, maxReceiveCount: attempts.queue },
        admits: [announcer(loads)],
      },
      parent,
    );
    const { keepDays = settings.keepDays.default } = args;
    // S3 applies the shorter of two rules for an object, so no rule is for all objects.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-conflicts.html
    const lake = privateBucket(
      lakeName,
      {
        [prefixes.data]: keepDays,
        [prefixes.manifests]: keepDays,
        [prefixes.errors]: keepErrorsDays,
      },
      parent,
    );
    const loadsAnnounced = announceObjects(
      loads,
      {
        ...{ bucket: lakeName, prefix: prefixes.data, undelivered: failures, alarms },
        description: "Objects with readings, to be loaded into Redshift.",
        to: queue,
        targetId: "loader",
      },
      parent,
    );
    const errorsAnnounced = announceObjects(
      errors,
      {
        ...{ bucket: lakeName, prefix: prefixes.errors, undelivered: failures, alarms },
        description: "Records that Firehose could not transform.",
        to: failures.queue,
        targetId: "failures",
      },
      parent,
    );
    const warehouse = new Warehouse(
      `${name}-warehouse`,
      {
        copyStatements: [
          allow("ReadObjects", "s3:GetObject", [
            lake.objects(prefixes.data),
            lake.objects(prefixes.manifests),
          ]),
          allow("FindObjects", "s3:ListBucket", lake.arn),
        ],
        dailyRpuHours: args.dailyRpuHours ?? settings.dailyRpuHours.default,
        deletionProtection: args.deletionProtection,
        excludedZoneIds: args.excludedZoneIds,
      },
      parent,
    );
    const { readings, ledger } = tables;
    const granted = warehouse.define({
      ...tableStatements(),
      ...grantStatements(loaderName, sweeperName),
    });
    const rowShaper = new LambdaConsumer(
      `${name}-row-shaper`,
      {
        description: "Shapes each valid reading as a row and quarantines invalid messages.",
        source: fromCaller<Parameters<ReturnType<typeof shaper.createHandler>>[0], unknown>(),
        callbackFactory: () => shaper.createHandler(shaper.readSettings()),
        environment: { QUARANTINE_QUEUE_URL: quarantine.queue.url },
        statements: [quarantine.queue.sendStatement("Quarantine")],
        alarms,
        timeoutSeconds: seconds.shaper,
        logRetentionDays,
      },
      parent,
    );
    const delivery = new DeliveryStream(
      `${name}-delivery`,
      {
        destination: toBucket({
          bucket: lake,
          dataPrefix: prefixes.data,
          datePrefix: "!{timestamp:yyyy/MM/dd}/",
          errorPrefix: prefixes.errors,
          bufferSeconds,
          // The most that Firehose accepts: fewer objects, and fewer loads.
          bufferMebibytes: 128,
          format: () => ({ compressionFormat: "GZIP" }),
          dependsOn: [emitEvents(lakeName, lake.resource, parent), loadsAnnounced, errorsAnnounced],
        }),
        transformer: rowShaper,
        alarms,
        logRetentionDays,
      },
      parent,
    );
    const rule = new TopicRule(
      `${name}-rule`,
      {
        description: "Delivers every telemetry message to the bucket of the warehouse.",
        sql: envelopeSql(topicPrefix),
        actions: [putToDeliveryStream(delivery)],
        errorAction: sendToQueue(failures.queue),
        alarms,
      },
      parent,
    );
    const environment = {
      WORKGROUP_NAME: warehouse.workgroupName,
      DATABASE: warehouse.database,
      READINGS_TABLE: readings,
      LEDGER_TABLE: ledger,
      COPY_ROLE_ARN: warehouse.copyRoleArn,
      LAKE_BUCKET_NAME: lake.name,
      DATA_PREFIX: prefixes.data,
      BUDGET_MILLISECONDS: budgetMilliseconds,
    };
    new LambdaConsumer(
      loaderName,
      {
        description: "Loads announced objects into Redshift, each exactly once.",
        source: fromQueue(queue, { batchSize: 10, windowSeconds: 5, maximumConcurrency: 2 }),
        callbackFactory: () => loader.createHandler(loader.readSettings()),
        environment: {
          ...environment,
          MANIFEST_PREFIX: prefixes.manifests,
          FAILURES_QUEUE_URL: failures.queue.url,
          MOST_ATTEMPTS: attempts.loader,
        },
        statements: [
          ...warehouse.useStatements("load"),
          allow("WriteManifest", "s3:PutObject", lake.objects(prefixes.manifests)),
          failures.queue.sendStatement("SetAside"),
        ],
        dependsOn: [granted],
        alarms,
        timeoutSeconds: seconds.loader,
        logRetentionDays,
      },
      parent,
    );
    new LambdaConsumer(
      sweeperName,
      {
        description: "Announces objects again that the ledger lacks.",
        source: fromSchedule({
          schedule: "rate(1 day)",
          description: "Looks daily for objects that are not loaded.",
          failures,
        }),
        callbackFactory: () => sweeper.createHandler(sweeper.readSettings()),
        environment: {
          ...environment,
          QUEUE_URL: queue.url,
          YOUNGEST_MILLISECONDS: String(hour),
          OLDEST_MILLISECONDS: String(49 * hour),
        },
        statements: [
          ...warehouse.useStatements("read"),
          allow("ListObjects", "s3:ListBucket", lake.arn),
          queue.sendStatement("AnnounceAgain"),
        ],
        dependsOn: [granted],
        alarms,
        timeoutSeconds: seconds.sweeper,
        logRetentionDays,
      },
      parent,
    );
    alarm(
      `${name}-backlog`,
      {
        alarms,
        description: `ApproximateAgeOfOldestMessage of queue ${queue.name}: an object has waited for an hour to be loaded. Check the errors of the loader, and whether the usage limit has stopped Redshift.`,
        watch: {
          namespace: "AWS/SQS",
          name: "ApproximateAgeOfOldestMessage",
          dimensions: { QueueName: queue.name },
          statistic: "Maximum",
        },
        above: 3600,
        notifiesOfRecovery: true,
      },
      parent,
    );
    this.outputs = {
      ruleName: rule.name,
      deliveryStream: delivery.name,
      lakeBucket: lake.name,
      dataPrefix: prefixes.data,
      workgroup: warehouse.workgroupName,
      database: warehouse.database,
      adminSecretArn: warehouse.adminSecretArn,
      queueUrl: queue.url,
      failuresUrl: failures.queue.url,
      quarantineUrl: quarantine.queue.url,
    };
    this.registerOutputs(this.outputs);
  }
}

export const iotToRedshift = define({
  stem: "iot-to-redshift",
  summary:
    "Loads every valid reading into a Redshift warehouse, in batches and exactly once per object.",
  settings,
  check: ({ bufferSeconds, dailyRpuHours }) => {
    const taken = rpuHoursOfLoads(bufferSeconds);
    return dailyRpuHours > taken
      ? undefined
      : {
          key: "dailyRpuHours",
          wrong: `is ${dailyRpuHours}, and Redshift would stop within a day`,
          wanted: `more than the ${Math.round(10 * taken) / 10} RPU-hours that loads take with bufferSeconds ${bufferSeconds}`,
        };
  },
  needs: {},
  create: (name, stack, values) =>
    new IotToRedshift(name, { ...stack, ...values, quarantine: stack.quarantine() }),
});
