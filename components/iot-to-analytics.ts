import * as pulumi from "@pulumi/pulumi";
import { createHandler, readSettings } from "../functions/iot-to-analytics/aggregator";
import {
  createHandler as createFlinkWriter,
  readSettings as readFlinkWriterSettings,
} from "../functions/iot-to-analytics/flink-writer";
import {
  createHandler as createForwarder,
  readSettings as readForwarderSettings,
} from "../functions/iot-to-analytics/forwarder";
import { mostReadings } from "../functions/iot-to-analytics/window";
import { windowKeyName } from "../reading/window-key";
import { alarmOnMetrics, ownNamespace, sumOf, type AlarmTarget } from "./parts/alarm";
import { dataPlane } from "./parts/data-plane";
import type { DeadLetterQueue } from "./parts/dead-letter-queue";
import { setAsideBatches, type FailuresBucket } from "./parts/failures-bucket";
import { FlinkApplication } from "./parts/flink/application";
import { readPackage } from "./parts/flink/package";
import { rulesOfFlink, slackSeconds } from "./parts/flink/rules";
import { flinkRuntimes, type FlinkRuntime } from "./parts/flink/runtime";
import { define } from "./parts/integration";
import { LambdaConsumer } from "./parts/lambda-consumer";
import {
  described,
  isNumberField,
  numberFieldsInWords,
  refusalOf,
  resolved,
  type Measure,
} from "./parts/measure";
import { arn, physicalName } from "./parts/names";
import { allow } from "./parts/policy-document";
import { recordStream, retentionHours } from "./parts/record-stream";
import { flag, optionalNumber, wholeNumber } from "./parts/settings/json-kinds";
import type { Refusal } from "./parts/settings/setting";
import { oneOf, optionalText } from "./parts/settings/text-kinds";
import { fromStream, windowsOfStream } from "./parts/sources/from-stream";
import { Table } from "./parts/table";
import type { TelemetryStream } from "./parts/telemetry-stream";

type Engine = "lambda" | "flink";

export interface IotToAnalyticsArgs extends Measure {
  /** The stream that the engine reads. */
  telemetry: TelemetryStream;
  /** What counts windows. @default that of the setting */
  engine?: Engine;
  /** The runtime of the engine flink. @default that of the setting */
  flinkRuntime?: FlinkRuntime;
  /** The package of the engine flink. @default that which `npm run build:flink` makes for the runtime */
  flinkPackage?: string;
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
  engine: oneOf<Engine>({
    among: ["lambda", "flink"],
    default: "lambda",
    description:
      "What counts windows: a function, or an application of Managed Service for Apache Flink, which costs money while idle.",
  }),
  flinkRuntime: oneOf<FlinkRuntime>({
    among: flinkRuntimes,
    default: "FLINK-1_20",
    description: "The runtime of the engine flink; the engine lambda ignores it.",
  }),
  flinkPackage: optionalText({
    type: "a path",
    fits: (path) => path !== "",
    description:
      "The package of the engine flink, if another machine built it. Without it, the file that `npm run build:flink` makes for the runtime.",
  }),
  field: optionalText({
    ...{ type: numberFieldsInWords(), fits: isNumberField },
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

/** How long a window of Flink may stay open: a job that starts without its state counts an open window again from its stream. */
const mostLatenessOfFlink = 3600 * retentionHours - 60 - slackSeconds;

/** What is wrong with a lateness; undefined for nothing. */
function latenessRefusal({
  engine,
  latenessSeconds = settings.latenessSeconds.default,
}: Pick<IotToAnalyticsArgs, "engine" | "latenessSeconds">): Refusal | undefined {
  if (engine !== "flink" || latenessSeconds <= mostLatenessOfFlink) return undefined;
  const wanted = `at most ${mostLatenessOfFlink} with the engine flink, whose stream keeps the readings of a window for ${retentionHours} hours`;
  return { key: "latenessSeconds", wrong: `is ${latenessSeconds}`, wanted };
}

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

/** Results wait for a table that refuses them: no reading of theirs comes again, and none of them is at fault. */
const patience = { retries: 10_000, maximumAgeSeconds: 86_400 };

/**
 * Averages a field per device and minute, over values above a threshold; stores a result per device and minute, and publishes it to
 * `analytics/<deviceId>/<field>`. The engine lambda counts readings in a function, in a window of a minute of the telemetry stream. The
 * engine flink forwards them to an application of Apache Flink, whose results another function writes.
 */
export class IotToAnalytics extends pulumi.ComponentResource {
  readonly averages: Averages;
  readonly outputs: Record<string, pulumi.Input<string>>;

  constructor(name: string, args: IotToAnalyticsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:IotToAnalytics", name, {}, opts);
    const parent = { parent: this };
    const { quarantine, alarms, engine = settings.engine.default } = args;
    const measure = resolved(name, args);
    const refusal = latenessRefusal(args);
    if (refusal)
      throw new pulumi.RunError(
        `${name}: ${refusal.key} ${refusal.wrong}; it must be ${refusal.wanted}.`,
      );

    const { failures, failedBatches } = setAsideBatches(name, { alarms }, parent);
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
    const averaging: Averaging = { name, args, measure, table, failures, failedBatches, parent };
    const made = engine === "flink" ? byFlink(averaging) : byLambda(averaging);
    this.averages = { table, field: measure.field };
    this.outputs = {
      averagesTable: table.name,
      averagedField: measure.field,
      averagesAbove: String(measure.above),
      ...made,
      failedBatchesBucket: failedBatches.name,
      failuresUrl: failures.queue.url,
      quarantineUrl: quarantine.queue.url,
    };
    this.registerOutputs(this.outputs);
  }
}

/** What both engines are made of. */
interface Averaging {
  name: string;
  args: IotToAnalyticsArgs;
  measure: { field: string; above: number };
  table: Table;
  failures: DeadLetterQueue;
  failedBatches: FailuresBucket;
  parent: { parent: pulumi.Resource };
}

/** What a function that writes results has, by its logical name. */
function writing({ args, measure: { field }, table }: Averaging, functionName: string) {
  const { alarmAbove, keepDays = settings.keepDays.default } = args;
  return {
    environment: {
      FIELD: field,
      ...(alarmAbove !== undefined && { ALARM_ABOVE: String(alarmAbove) }),
      KEEP_DAYS: String(keepDays),
      AVERAGES_TABLE_NAME: table.resource.name,
      RESULT_TOPIC_PREFIX: resultTopicPrefix,
      FUNCTION_NAME: physicalName("function", functionName),
      ...dataPlane(),
    },
    statements: [
      allow("WriteAverages", ["dynamodb:GetItem", "dynamodb:PutItem"], table.arn),
      allow("Publish", "iot:Publish", arn.mqttTopic(`${resultTopicPrefix}/*/${field}`)),
    ],
  };
}

/** The alarms on what a function that writes results counts in its log. */
function watchResults(
  { args: { alarms, alarmAbove }, measure: { field }, parent }: Averaging,
  functionName: string,
  more: Record<string, string> = {},
): void {
  const physical = physicalName("function", functionName);
  const alarming = { ...more, ...alarmingResults(field, alarmAbove) };
  const descriptions = Object.fromEntries(
    Object.entries(alarming).map(([metric, text]) => [
      metric,
      `${metric} of function ${physical}: ${text}`,
    ]),
  );
  const watch = sumOf(ownNamespace, { FunctionName: physical });
  alarmOnMetrics(functionName, { alarms, watch, descriptions }, parent);
}

function byLambda(averaging: Averaging) {
  const { name, args, measure, failures, failedBatches, parent } = averaging;
  const { telemetry, quarantine, alarms, logRetentionDays } = args;
  const { latenessSeconds = settings.latenessSeconds.default } = args;
  const aggregator = `${name}-aggregator`;
  const { environment, statements } = writing(averaging, aggregator);
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
        ...environment,
        ABOVE: String(measure.above),
        LATENESS_SECONDS: String(latenessSeconds),
        FAILURES_QUEUE_URL: failures.queue.url,
        QUARANTINE_QUEUE_URL: quarantine.queue.url,
      },
      statements: [
        ...statements,
        failures.queue.sendStatement("SetAsideWindows"),
        quarantine.queue.sendStatement("Quarantine"),
      ],
      ...{ alarms, logRetentionDays },
    },
    parent,
  );
  watchResults(averaging, aggregator, {
    Spilled: `the readings of a minute of one shard outgrew the state that Lambda keeps, so their results were written before the end of the minute and then again. Results are right, at the price of more writes; raise the threshold, or let more shards carry the fleet.`,
  });
  return {};
}

function byFlink(averaging: Averaging) {
  const { name, args, measure, failedBatches, parent } = averaging;
  const { telemetry, quarantine, alarms, logRetentionDays } = args;
  const { latenessSeconds = settings.latenessSeconds.default } = args;
  const { flinkRuntime: runtime = settings.flinkRuntime.default } = args;
  const [forwarder, writer] = [`${name}-forwarder`, `${name}-writer`];
  const code = readPackage(name, runtime, args.flinkPackage);

  const remedies = {
    reads: "Look for a reader that is not of this stack.",
    writes: "A stream of higher load scales by itself.",
  };
  const readings = recordStream(`${name}-readings`, { remedies, alarms }, parent);
  const results = recordStream(`${name}-results`, { remedies, alarms }, parent);
  new LambdaConsumer(
    forwarder,
    {
      description: "Forwards readings to Apache Flink.",
      source: fromStream(telemetry, {
        failures: failedBatches,
        ...{ batchSize, windowSeconds: batchingSeconds },
        ...(args.enhancedFanOut && { fanOutAs: `${forwarder}-fan-out` }),
      }),
      callbackFactory: () => createForwarder(readForwarderSettings()),
      environment: {
        FIELD: measure.field,
        ABOVE: String(measure.above),
        LATENESS_SECONDS: String(latenessSeconds),
        READINGS_STREAM_NAME: readings.resource.name,
        QUARANTINE_QUEUE_URL: quarantine.queue.url,
      },
      statements: [
        allow("ForwardReadings", "kinesis:PutRecords", readings.arn),
        quarantine.queue.sendStatement("Quarantine"),
      ],
      ...{ alarms, logRetentionDays },
    },
    parent,
  );
  const application = new FlinkApplication(
    `${name}-flink`,
    {
      description: "Averages a field of readings per device and minute.",
      rules: rulesOfFlink({ above: measure.above, latenessSeconds, mostReadings }),
      ...{ runtime, code, source: readings, sink: results, alarms, logRetentionDays },
    },
    parent,
  );
  new LambdaConsumer(
    writer,
    {
      description: "Writes the results of Apache Flink.",
      source: fromStream(results, {
        failures: failedBatches,
        ...{ batchSize, windowSeconds: batchingSeconds },
        ...patience,
      }),
      callbackFactory: () => createFlinkWriter(readFlinkWriterSettings()),
      timeoutSeconds: 60,
      memoryMegabytes: 512,
      ...writing(averaging, writer),
      ...{ alarms, logRetentionDays },
    },
    parent,
  );
  watchResults(averaging, writer);
  return {
    flinkApplication: application.name,
    readingsStream: readings.name,
    resultsStream: results.name,
  };
}

/** The metrics of results that mean something is wrong, each with what it means and what to do. */
const alarmingResults = (
  field: string,
  alarmAbove: number | undefined,
): Record<string, string> => ({
  Truncated: `a device sent more readings in a minute than a window holds, so the last of them are missing in its average. Look for a device that sends too much.`,
  ...(alarmAbove !== undefined && {
    HighAverages: `the average of ${field} of a device was above ${alarmAbove} for a minute. Its results are in topic ${resultTopicPrefix}/<deviceId>/${field} and in the table.`,
  }),
});

export const iotToAnalytics = define({
  stem: "iot-to-analytics",
  summary:
    "Averages a field of readings per device and minute, stores each result and publishes it to other subscribers.",
  settings,
  check: (values) => refusalOf(values) ?? latenessRefusal(values),
  needs: {},
  create: (name, stack, values) =>
    new IotToAnalytics(name, {
      ...stack,
      ...values,
      telemetry: stack.telemetry(),
      quarantine: stack.quarantine(),
    }),
});
