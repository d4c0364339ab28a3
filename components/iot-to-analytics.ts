import * as pulumi from "@pulumi/pulumi";
import { createHandler, readSettings } from "../functions/iot-to-analytics/aggregator";
import { firstLimited, numberFields } from "../reading/measure";
import { windowKeyName } from "../reading/window-key";
import { alarm, ownNamespace, type AlarmTarget } from "./parts/alarm";
import { dataPlane } from "./parts/data-plane";
import { DeadLetterQueue } from "./parts/dead-letter-queue";
import { announcer, FailuresBucket } from "./parts/failures-bucket";
import { define } from "./parts/integration";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { arn, physicalName } from "./parts/names";
import { allow } from "./parts/policy-document";
import { flag, optionalNumber, wholeNumber } from "./parts/settings/json-kinds";
import type { Refusal } from "./parts/settings/setting";
import { optionalText } from "./parts/settings/text-kinds";
import { windowsOfStream } from "./parts/sources/from-stream";
import { Table } from "./parts/table";
import type { TelemetryStream } from "./parts/telemetry-stream";

/** What is averaged, and when the average is alarming. */
export interface Measure {
  /** The field that is averaged, a number. @default the first field with an upper limit in reading/fields.ts */
  field?: string;
  /** Only values above it count. @default the limit of the field */
  above?: number;
  /** An alarm fires when an average is above it. @default no alarm */
  alarmAbove?: number;
}

export interface IotToAnalyticsArgs extends Measure {
  /** The stream that the aggregator reads. */
  telemetry: TelemetryStream;
  /** A reading counts if AWS IoT received it at most this long after the end of its minute. @default that of the setting */
  latenessSeconds?: number;
  /** @default that of the setting */
  keepDays?: number;
  /** Reads the stream with a throughput of its own. @default false */
  enhancedFanOut?: boolean;
  /** Receives invalid messages. */
  quarantine: DeadLetterQueue;
  alarms: AlarmTarget;
  /** Refuses to delete the table with the stack. @default true */
  deletionProtection?: boolean;
  /** @default 30 */
  logRetentionDays?: number;
}

const settings = {
  field: optionalText({
    ...{ type: "a field with numbers of reading/fields.ts", fits: isNumberField },
    description: `Field that is averaged. Without it, the first field with an upper limit${described(({ field }) => field)}.`,
  }),
  above: optionalNumber({
    type: "a number within the bounds of the field",
    description: `Only values above it count. Without it, the limit of the field${described(({ above }) => above)}.`,
  }),
  alarmAbove: optionalNumber({
    type: "a number within the bounds of the field, at least above",
    description: "Average above which an alarm fires. Without it, no average raises an alarm.",
  }),
  latenessSeconds: wholeNumber({
    ...{ from: 0, to: 604_800, default: 300 },
    description:
      "A reading counts if AWS IoT received it at most this long after the end of its minute.",
  }),
  keepDays: wholeNumber({
    ...{ from: 1, to: 3650, default: 30 },
    description: "Days that an average stays in the table.",
  }),
  enhancedFanOut: flag({
    default: false,
    description: "Reads the telemetry stream with a throughput of its own, which is billed.",
  }),
};

/** The averages, for integrations that read them. */
export interface Averages {
  table: Table;
  field: string;
}

/**
 * The rate of invocations and the size of their events: with fewer records, the state travels more often; with more, a retry takes longer.
 */
const [batchSize, batchingSeconds] = [500, 5];
const windowSeconds = 60;
const resultTopicPrefix = "analytics";

/**
 * Averages a field per device and minute, over values above a threshold. A function counts readings in a window of a minute of the
 * telemetry stream, stores a result per device and minute, and publishes it to `analytics/<deviceId>/<field>`.
 */
export class IotToAnalytics extends pulumi.ComponentResource {
  readonly averages: Averages;
  readonly outputs;

  constructor(name: string, args: IotToAnalyticsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:IotToAnalytics", name, {}, opts);
    const parent = { parent: this };
    const { telemetry, quarantine, alarms, alarmAbove } = args;
    const { field, above } = resolved(name, args);
    const { latenessSeconds = settings.latenessSeconds.default } = args;
    const { keepDays = settings.keepDays.default } = args;
    const batches = `${name}-batches`;
    const aggregator = `${name}-aggregator`;
    const functionName = physicalName("function", aggregator);

    const failures = new DeadLetterQueue(
      `${name}-failures`,
      { alarms, admits: [announcer(batches)] },
      parent,
    );
    const failedBatches = new FailuresBucket(batches, { announceTo: failures, alarms }, parent);
    const table = new Table(
      `${name}-averages`,
      {
        partitionKey: "deviceId",
        sortKey: { name: windowKeyName, type: "S" },
        expiry: "expiresAt",
        deletionProtection: args.deletionProtection,
        alarms,
      },
      parent,
    );
    new LambdaConsumer(
      aggregator,
      {
        description: "Averages a field of readings per device and minute.",
        source: windowsOfStream(telemetry, {
          failures: failedBatches,
          ...{ batchSize, windowSeconds: batchingSeconds, tumblingWindowSeconds: windowSeconds },
          ...(args.enhancedFanOut && { fanOutAs: `${aggregator}-fan-out` }),
        }),
        callbackFactory: () => createHandler(readSettings()),
        // The last invocation of a window writes all of them: 10,000 in 15 s, at 20 at once and 30 ms each.
        timeoutSeconds: 60,
        memoryMegabytes: 512,
        environment: {
          FIELD: field,
          ABOVE: String(above),
          LATENESS_SECONDS: String(latenessSeconds),
          ...(alarmAbove !== undefined && { ALARM_ABOVE: String(alarmAbove) }),
          KEEP_DAYS: String(keepDays),
          AVERAGES_TABLE_NAME: table.resource.name,
          FAILURES_QUEUE_URL: failures.queue.url,
          QUARANTINE_QUEUE_URL: quarantine.queue.url,
          RESULT_TOPIC_PREFIX: resultTopicPrefix,
          FUNCTION_NAME: functionName,
          ...dataPlane(),
        },
        statements: [
          allow("WriteAverages", ["dynamodb:GetItem", "dynamodb:PutItem"], table.arn),
          allow("Publish", "iot:Publish", arn.mqttTopic(`${resultTopicPrefix}/*/${field}`)),
          failures.queue.sendStatement("SetAsideWindows"),
          quarantine.queue.sendStatement("Quarantine"),
        ],
        alarms,
        logRetentionDays: args.logRetentionDays,
      },
      parent,
    );
    for (const [metric, description] of Object.entries(alarming(field, alarmAbove)))
      alarm(
        `${aggregator}-${metric.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}`,
        {
          alarms,
          description: `${metric} of function ${functionName}: ${description}`,
          watch: {
            namespace: ownNamespace,
            name: metric,
            dimensions: { FunctionName: functionName },
            statistic: "Sum",
          },
        },
        parent,
      );
    this.averages = { table, field };
    this.outputs = {
      averagesTable: table.name,
      averagedField: field,
      averagesAbove: String(above),
      failedBatchesBucket: failedBatches.name,
      failuresUrl: failures.queue.url,
      quarantineUrl: quarantine.queue.url,
    };
    this.registerOutputs(this.outputs);
  }
}

/** The metrics that the function counts in its log and that mean something is wrong, each with what it means and what to do. */
const alarming = (field: string, alarmAbove: number | undefined): Record<string, string> => ({
  Spilled: `the readings of a minute of one shard outgrew the state that Lambda keeps, so their results were written before the end of the minute and then again. Results are right, at the price of more writes; raise the threshold, or let more shards carry the fleet.`,
  Truncated: `a device sent more readings in a minute than a window holds, so the last of them are missing in its average. Look for a device that sends too much.`,
  ...(alarmAbove !== undefined && {
    HighAverages: `the average of ${field} of a device was above ${alarmAbove} for a minute. Its results are in topic ${resultTopicPrefix}/<deviceId>/${field} and in the table.`,
  }),
});

function isNumberField(name: string): boolean {
  return Object.hasOwn(numberFields(), name);
}

/** ` (80)`, for the text of a setting. */
function described(part: (found: { field: string; above: number }) => string | number): string {
  const found = firstLimited();
  return found ? ` (\`${part(found)}\`)` : "";
}

function resolved(name: string, measure: Measure): { field: string; above: number } {
  const refusal = refusalOf(measure);
  if (refusal)
    throw new pulumi.RunError(
      `${name}: ${refusal.key} ${refusal.wrong}; it must be ${refusal.wanted}.`,
    );
  const { field = firstLimited()?.field ?? "", above } = measure;
  return { field, above: above ?? limitOf(field) ?? NaN };
}

const limitOf = (field: string): number | undefined => {
  const limit = numberFields()[field]?.limit;
  return limit && "above" in limit ? limit.above : undefined;
};

/** What is wrong with a measure; undefined for nothing. */
function refusalOf({ field: given, above, alarmAbove }: Measure): Refusal | undefined {
  const field = given ?? firstLimited()?.field;
  const declared = field === undefined ? undefined : numberFields()[field];
  if (field === undefined || !declared) {
    const wanted = `one of ${Object.keys(numberFields()).join(", ")}, which reading/fields.ts declares as numbers`;
    return { key: "field", wrong: field === undefined ? "is missing" : `is ${field}`, wanted };
  }
  const threshold = above ?? limitOf(field);
  const { least, most } = declared;
  const within = `a number from ${least} to ${most}, the bounds of ${field}`;
  if (threshold === undefined) return { key: "above", wrong: "is missing", wanted: within };
  if (threshold < least || threshold > most)
    return { key: "above", wrong: `is ${threshold}`, wanted: within };
  if (alarmAbove !== undefined && (alarmAbove < threshold || alarmAbove > most)) {
    const wanted = `a number from ${threshold}, above which values count, to ${most}`;
    return { key: "alarmAbove", wrong: `is ${alarmAbove}`, wanted };
  }
  return undefined;
}

export const iotToAnalytics = define({
  stem: "iot-to-analytics",
  summary:
    "Averages a field of readings per device and minute, stores each result and publishes it to other subscribers.",
  settings,
  check: refusalOf,
  needs: {},
  create: (name, stack, values) =>
    new IotToAnalytics(name, {
      ...stack,
      ...values,
      telemetry: stack.telemetry(),
      quarantine: stack.quarantine(),
    }),
});
