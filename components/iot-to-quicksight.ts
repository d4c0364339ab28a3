import * as pulumi from "@pulumi/pulumi";
import { createHandler, readSettings } from "../functions/iot-to-quicksight";
import { longestBuffer, reconciliationQuery } from "../reading/lake";
import { putToDeliveryStream } from "./parts/actions/put-to-delivery-stream";
import { sendToQueue } from "./parts/actions/send-to-queue";
import type { AlarmTarget } from "./parts/alarm";
import { DeadLetterQueue } from "./parts/dead-letter-queue";
import { DeliveryStream } from "./parts/delivery/delivery-stream";
import { toBucket } from "./parts/delivery/to-bucket";
import { define } from "./parts/integration";
import type { Lake } from "./parts/lake/lake";
import { LakeTable } from "./parts/lake/lake-table";
import { QueryWorkgroup } from "./parts/lake/query-workgroup";
import { rowsInParquet } from "./parts/lake/rows-in-parquet";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { announcer, announceObjects, emitEvents } from "./parts/object-announcement";
import { privateBucket } from "./parts/private-bucket";
import { QuickSight } from "./parts/quick-sight/quick-sight";
import { flag, wholeNumber } from "./parts/settings/json-kinds";
import { optionalText } from "./parts/settings/text-kinds";
import { fromCaller } from "./parts/sources/from-caller";
import { envelopeSql } from "./parts/telemetry-sql";
import { TopicRule } from "./parts/topic-rule";

export interface IotToQuicksightArgs {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  /** Receives invalid messages. */
  quarantine: DeadLetterQueue;
  alarms: AlarmTarget;
  /** @default that of the setting */
  keepDays?: number;
  /** @default that of the setting */
  bufferSeconds?: number;
  /** @default that of the setting */
  scanLimitMegabytes?: number;
  /** The user or group of Quick Sight that may read the dashboard. @default none: the data lake alone is deployed */
  principal?: string;
  /** @default 30 */
  logRetentionDays?: number;
}

const settings = {
  keepDays: wholeNumber({
    ...{ from: 8, to: 3650, default: 365 },
    description: "Days that a reading stays in the data lake.",
  }),
  bufferSeconds: wholeNumber({
    ...{ from: 60, to: longestBuffer, default: 300 },
    description: "The longest time that a reading waits for its object in the data lake.",
  }),
  scanLimitMegabytes: wholeNumber({
    ...{ from: 10, to: 1_000_000, default: 1000 },
    description: "The most that one query in the workgroup may read; Athena cancels it beyond.",
  }),
  subscribed: flag({
    default: false,
    description:
      "Whether the account is subscribed to Quick Sight, which bills per user and month; a stack never subscribes it.",
  }),
  principal: optionalText({
    type: "the ARN of a user or a group of Quick Sight",
    fits: (text) => /^arn:[a-z-]+:quicksight:[a-z0-9-]+:\d{12}:(user|group)\/[^/]+\/.+$/.test(text),
    description:
      "The user or group that may read the dashboard. Without it, the data lake alone is deployed.",
  }),
};

/** Folders of the lake. Athena ignores the second, because the table begins at the first. */
const prefixes = { readings: "readings/", errors: "errors/" };

/** Later than their announcements in the failures queue, in days. */
const keepErrorsDays = 30;

/**
 * Keeps every valid reading in a data lake in S3, as Parquet by date of arrival, which Athena queries; with a principal, Quick Sight shows
 * hourly averages and maxima per device. Firehose delivers at least once, so the queries count a repeated reading once.
 */
export class IotToQuicksight extends pulumi.ComponentResource {
  readonly outputs;
  /** The readings in the lake, for integrations that query them or train on them. */
  readonly lake: Lake;

  constructor(name: string, args: IotToQuicksightArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:IotToQuicksight", name, {}, opts);
    const parent = { parent: this };
    const { topicPrefix, quarantine, alarms, principal, logRetentionDays } = args;
    const { keepDays = settings.keepDays.default } = args;
    const lake = `${name}-lake`;
    const announcement = `${lake}-announcement`;

    const failures = new DeadLetterQueue(
      `${name}-failures`,
      { alarms, admits: [announcer(announcement)] },
      parent,
    );
    const bucket = privateBucket(
      lake,
      { [prefixes.readings]: keepDays, [prefixes.errors]: keepErrorsDays },
      parent,
    );
    const undelivered = new DeadLetterQueue(
      `${lake}-undelivered`,
      { alarms, admits: [announcer(announcement)] },
      parent,
    );
    const announced = announceObjects(
      announcement,
      {
        bucket: lake,
        prefix: prefixes.errors,
        description: "Records that the delivery stream could not transform or convert.",
        to: failures.queue,
        targetId: "failures",
        ...{ undelivered, alarms },
      },
      parent,
    );
    const table = new LakeTable(
      lake,
      {
        bucketName: bucket.name,
        prefix: prefixes.readings,
        keepDays,
        description: "Valid readings of all devices.",
      },
      parent,
    );
    const workgroup = new QueryWorkgroup(
      `${name}-queries`,
      {
        description: "Queries of the data lake.",
        scanLimitMegabytes: args.scanLimitMegabytes ?? settings.scanLimitMegabytes.default,
      },
      parent,
    );
    workgroup.save("reconciliation", {
      database: table.database,
      description: "Readings per device and day, to compare with what the devices sent.",
      query: reconciliationQuery(table),
    });
    const transformer = new LambdaConsumer(
      `${name}-transformer`,
      {
        description: "Validates records of the delivery stream and makes rows of them.",
        source: fromCaller(),
        callbackFactory: () => createHandler(readSettings()),
        environment: { QUARANTINE_QUEUE_URL: quarantine.queue.url },
        statements: [quarantine.queue.sendStatement("Quarantine")],
        alarms,
        logRetentionDays,
      },
      parent,
    );
    const parquet = rowsInParquet(table);
    const delivery = new DeliveryStream(
      `${name}-delivery`,
      {
        destination: toBucket({
          bucket,
          dataPrefix: prefixes.readings,
          errorPrefix: prefixes.errors,
          bufferSeconds: args.bufferSeconds ?? settings.bufferSeconds.default,
          ...parquet,
          dependsOn: [...parquet.dependsOn, emitEvents(lake, bucket.resource, parent), announced],
        }),
        transformer,
        alarms,
        logRetentionDays,
      },
      parent,
    );
    const rule = new TopicRule(
      `${name}-rule`,
      {
        description: "Puts every telemetry message on the delivery stream, as it was sent.",
        sql: envelopeSql(topicPrefix),
        actions: [putToDeliveryStream(delivery)],
        errorAction: sendToQueue(failures.queue),
        alarms,
      },
      parent,
    );
    this.lake = { bucket, prefix: prefixes.readings, table, workgroup };
    const quickSight =
      principal === undefined
        ? undefined
        : new QuickSight(name, { principal, ...this.lake, alarms }, parent);
    this.outputs = {
      ruleName: rule.name,
      deliveryStream: delivery.name,
      lakeBucket: bucket.name,
      database: table.database,
      table: table.table,
      workgroup: workgroup.name,
      failuresUrl: failures.queue.url,
      quarantineUrl: quarantine.queue.url,
      dashboard:
        quickSight?.dashboardId ??
        `none: the data lake alone is deployed, since ${name}:subscribed and ${name}:principal are not set`,
    };
    this.registerOutputs(this.outputs);
  }
}

export const iotToQuicksight = define({
  stem: "iot-to-quicksight",
  summary:
    "Keeps every valid reading in a data lake that Athena queries and a Quick Sight dashboard shows.",
  settings,
  check: ({ subscribed, principal }) =>
    subscribed === (principal !== undefined)
      ? undefined
      : subscribed
        ? { key: "principal", wrong: "is missing", wanted: settings.principal.type }
        : {
            key: "subscribed",
            wrong: "is false",
            wanted:
              "true if there is a principal, once the account is subscribed to Quick Sight in its console",
          },
  needs: {},
  create: (name, stack, { subscribed: _, ...values }) =>
    new IotToQuicksight(name, { ...stack, ...values, quarantine: stack.quarantine() }),
});
