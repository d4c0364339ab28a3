import * as pulumi from "@pulumi/pulumi";
import * as shaper from "../functions/iot-to-redshift/row-shaper";
import { putToDeliveryStream } from "./parts/actions/put-to-delivery-stream";
import { sendToQueue } from "./parts/actions/send-to-queue";
import type { AlarmTarget } from "./parts/alarm";
import { announcedObjects, prefixes } from "./parts/announced-objects";
import type { DeadLetterQueue } from "./parts/dead-letter-queue";
import { DeliveryStream } from "./parts/delivery/delivery-stream";
import { toBucket } from "./parts/delivery/to-bucket";
import { define } from "./parts/integration";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { loadObjects } from "./parts/load-objects";
import { allow } from "./parts/policy-document";
import { wholeNumber } from "./parts/settings/json-kinds";
import { text } from "./parts/settings/text-kinds";
import { fromCaller } from "./parts/sources/from-caller";
import { envelopeSql } from "./parts/telemetry-sql";
import { TopicRule } from "./parts/topic-rule";
import { Warehouse } from "./parts/warehouse";
import { grantStatements, tableStatements } from "./parts/warehouse-tables";

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
  /** @default that of the setting */
  breachAction?: string;
  /** @default 30 */
  logRetentionDays?: number;
}

const breachActions = ["deactivate", "emit-metric", "log"];

const settings = {
  bufferSeconds: wholeNumber({
    ...{ from: 60, to: 900, default: 900 },
    description: "Seconds that Firehose collects readings for an object; each load wakes Redshift.",
  }),
  keepDays: wholeNumber({
    ...{ from: 3, to: 3650, default: 30 },
    description: "Days that loaded objects stay in the bucket.",
  }),
  dailyRpuHours: wholeNumber({
    ...{ from: 1, to: 10_000, default: 8 },
    description: "RPU-hours per day after which breachAction applies.",
  }),
  breachAction: text({
    default: "deactivate",
    type: `one of ${breachActions.join(", ")}`,
    fits: (action) => breachActions.includes(action),
    description:
      "What Redshift does at the limit: stop queries until the next day, emit a metric, or log.",
  }),
};

const seconds = { shaper: 60, loader: 300, sweeper: 300 };

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
    const [loaderName, sweeperName] = [`${name}-loader`, `${name}-sweeper`];

    const { keepDays = settings.keepDays.default } = args;
    const { lake, queue, failures } = announcedObjects(
      name,
      { keepDays, sweeperName, loadSeconds: seconds.loader, alarms },
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
        breachAction: args.breachAction ?? settings.breachAction.default,
      },
      parent,
    );
    warehouse.define({ ...tableStatements(), ...grantStatements(loaderName, sweeperName) });
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
    loadObjects(
      { loader: loaderName, sweeper: sweeperName },
      { warehouse, lake, queue, failures, seconds, alarms, logRetentionDays },
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
  needs: {},
  create: (name, stack, values) =>
    new IotToRedshift(name, { ...stack, ...values, quarantine: stack.quarantine() }),
});
