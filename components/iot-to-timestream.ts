import * as pulumi from "@pulumi/pulumi";
import {
  createHandler as createInfluxdbWriter,
  readSettings as readInfluxdbSettings,
} from "../functions/iot-to-timestream/influxdb-writer";
import {
  createHandler as createLiveAnalyticsWriter,
  readSettings as readLiveAnalyticsSettings,
} from "../functions/iot-to-timestream/live-analytics-writer";
import { sendToQueue } from "./parts/actions/send-to-queue";
import type { AlarmTarget } from "./parts/alarm";
import { DeadLetterQueue } from "./parts/dead-letter-queue";
import { setAsideBatches, type FailuresBucket } from "./parts/failures-bucket";
import { Influxdb, readCredentials, type InfluxdbEngine } from "./parts/influxdb";
import { InfluxdbRule } from "./parts/influxdb-rule";
import { define } from "./parts/integration";
import { excludedZoneIds } from "./parts/isolated-subnets";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { LiveAnalyticsTable } from "./parts/live-analytics-table";
import { PrivateNetwork } from "./parts/private-network";
import { roleArnOf } from "./parts/role";
import { flag, wholeNumber } from "./parts/settings/json-kinds";
import { oneOf, optionalSecretText, optionalText, text } from "./parts/settings/text-kinds";
import type { Refusal, Values } from "./parts/settings/setting";
import { fromStream } from "./parts/sources/from-stream";
import type { TelemetryStream } from "./parts/telemetry-stream";

type Engine = InfluxdbEngine | "liveAnalytics";

/** What both ways to write have. */
interface Common {
  alarms: AlarmTarget;
  /** @default that of the setting */
  engine?: Engine;
  /** @default that of the setting */
  database?: string;
  /** @default that of the setting */
  table?: string;
}

/** Writes by a function, to a database that the component creates. */
interface ByFunction extends Common {
  writer?: "lambda";
  /** The stream that the writer reads. */
  telemetry: TelemetryStream;
  /** Receives invalid messages. */
  quarantine: DeadLetterQueue;
  /** @default that of the setting */
  instanceType?: string;
  /** Required for the engine v2. */
  password?: pulumi.Input<string> | undefined;
  /** @default that of the setting */
  keepDays?: number;
  /** Reads the stream with a throughput of its own. @default false */
  enhancedFanOut?: boolean;
  /** Refuses to delete the database with the stack. @default true */
  deletionProtection?: boolean;
  /** Ids of zones in which no subnet may be. @default none */
  excludedZoneIds?: string[];
  /** @default 30 */
  logRetentionDays?: number;
}

/** Writes by the action of AWS IoT, to a database with a public endpoint that exists already. */
interface ByRule extends Common {
  writer: "native";
  /** First levels of the devices' topics: `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  /** The destination of AWS IoT, by its ARN. */
  destinationArn: string;
  /** The secret that the destination names, by its ARN. */
  secretArn: string;
  /** Required for the engine v2. */
  organization?: string | undefined;
}

export type IotToTimestreamArgs = ByFunction | ByRule;

const name = {
  type: "a letter, then letters, digits and '_', 64 characters in all at most",
  fits: (given: string) => /^[A-Za-z][A-Za-z0-9_]{1,63}$/.test(given),
};

const settings = {
  excludedZoneIds,
  engine: oneOf<Engine>({
    among: ["v3-core", "v3-enterprise", "v2", "liveAnalytics"],
    default: "v3-core",
    description:
      "The database: InfluxDB 3 Core or Enterprise, InfluxDB 2, or LiveAnalytics for accounts that have it already.",
  }),
  writer: oneOf<"lambda" | "native">({
    among: ["lambda", "native"],
    default: "lambda",
    description:
      "A function, with a database of the stack, or AWS IoT's own action, for an existing InfluxDB with a public endpoint.",
  }),
  destinationArn: optionalText({
    type: "the ARN of an InfluxDB destination of AWS IoT",
    fits: (given) =>
      /^arn:aws[a-z-]*:iot:[a-z0-9-]+:\d{12}:ruledestination\/influxdb\/[\w-]+$/.test(given),
    description: "The destination of the writer native, which requires it.",
  }),
  secretArn: optionalText({
    type: "the ARN of a secret, with its six random characters",
    fits: (given) =>
      /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/.test(
        given,
      ),
    description: "The secret that the destination names; required for the writer native.",
  }),
  organization: optionalText({
    type: "1 to 64 letters, digits, spaces, '_', '.' and '-'",
    fits: (given) => /^[\w .-]{1,64}$/.test(given),
    description:
      "The organization of InfluxDB 2; required for the writer native with the engine v2.",
  }),
  instanceType: oneOf({
    among: [
      "medium",
      "large",
      "xlarge",
      "2xlarge",
      "4xlarge",
      "8xlarge",
      "12xlarge",
      "16xlarge",
    ].map((size) => `db.influx.${size}`),
    default: "db.influx.medium",
    description: "The type of InfluxDB's instances.",
  }),
  database: text({
    ...name,
    default: "iot",
    description: "InfluxDB's database, which engine v2 calls bucket.",
  }),
  table: text({ ...name, default: "telemetry", description: "InfluxDB's table for readings." }),
  password: optionalSecretText({
    type: "8 to 64 letters and digits",
    fits: (given) => /^[A-Za-z0-9]{8,64}$/.test(given),
    description: "The password of InfluxDB's first user; required for the engine v2 only.",
  }),
  keepDays: wholeNumber({
    ...{ from: 7, to: 73_000, default: 365 },
    description: "Days that LiveAnalytics keeps a reading; the other engines ignore it.",
  }),
  enhancedFanOut: flag({
    default: false,
    description: "Reads the telemetry stream with a throughput of its own, which is billed.",
  }),
};

/** As many records of a stream are one request to InfluxDB. */
const batchSize = 5000;

/** Four attempts with their pauses fit into it. */
const timeoutSeconds = 60;

/** Writes every valid reading to a time series database: as a point of its device and its time, once, however often it arrives. */
export class IotToTimestream extends pulumi.ComponentResource {
  readonly outputs: Outputs;

  constructor(name: string, args: IotToTimestreamArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:IotToTimestream", name, {}, opts);
    const parent = { parent: this };
    this.outputs =
      args.writer === "native" ? byRule(name, args, parent) : byFunction(name, args, parent);
    this.registerOutputs(this.outputs);
  }
}

type Outputs = Record<string, pulumi.Input<string>>;
type Parent = { parent: pulumi.Resource };

function byRule(name: string, args: ByRule, parent: Parent): Outputs {
  const { alarms, engine = settings.engine.default, organization } = args;
  const { database = settings.database.default, table = settings.table.default } = args;
  const failures = new DeadLetterQueue(`${name}-failures`, { alarms }, parent);
  const rule = new InfluxdbRule(
    `${name}-rule`,
    {
      topicPrefix: args.topicPrefix,
      destinationArn: args.destinationArn,
      secretArn: args.secretArn,
      ...{ database, table },
      organization: engine === "v2" ? organization : undefined,
      errorAction: sendToQueue(failures.queue),
      alarms,
    },
    parent,
  );
  return {
    ...{ engine, writer: args.writer, database, table },
    credentials: args.secretArn,
    ruleName: rule.name,
    failuresUrl: failures.queue.url,
  };
}

function byFunction(name: string, args: ByFunction, parent: Parent): Outputs {
  const { alarms, quarantine, engine = settings.engine.default } = args;

  const { failures, failedBatches } = setAsideBatches(name, { alarms }, parent);
  const write: Writing = { name, args, failedBatches, quarantine, parent };
  const store =
    engine === "liveAnalytics" ? toLiveAnalytics(write) : toInfluxdb({ ...write, engine });
  return {
    ...store,
    engine,
    failedBatchesBucket: failedBatches.name,
    failuresUrl: failures.queue.url,
    quarantineUrl: quarantine.queue.url,
  };
}

/** What both kinds of writers are made of. */
interface Writing {
  name: string;
  args: ByFunction;
  failedBatches: FailuresBucket;
  quarantine: DeadLetterQueue;
  parent: Parent;
}

const writing = ({ name, args, failedBatches }: Writing) => ({
  description: "Writes readings to the time series database.",
  source: fromStream(args.telemetry, {
    ...{ failures: failedBatches, batchSize },
    ...(args.enhancedFanOut && { fanOutAs: `${name}-writer-fan-out` }),
  }),
  alarms: args.alarms,
  timeoutSeconds,
  memoryMegabytes: 512,
  logRetentionDays: args.logRetentionDays,
});

function toInfluxdb({ engine, ...write }: Writing & { engine: InfluxdbEngine }) {
  const { name, args, quarantine, parent } = write;
  const { instanceType = settings.instanceType.default, alarms, password } = args;
  const { deletionProtection } = args;
  const { database = settings.database.default, table = settings.table.default } = args;
  const setAside = quarantine.queue.sendStatement("Quarantine");
  const network = new PrivateNetwork(
    `${name}-network`,
    {
      callerArn: roleArnOf(`${name}-writer`),
      excludedZoneIds: args.excludedZoneIds,
      reaches: [
        { service: "secretsmanager", statement: readCredentials() },
        { service: "sqs", statement: setAside },
      ],
    },
    parent,
  );
  const influxdb = new Influxdb(
    `${name}-influxdb`,
    { engine, instanceType, database, password, network, deletionProtection, alarms },
    parent,
  );
  new LambdaConsumer(
    `${name}-writer`,
    {
      ...writing(write),
      callbackFactory: () => createInfluxdbWriter(readInfluxdbSettings()),
      network,
      environment: {
        INFLUXDB_URL: influxdb.url,
        INFLUXDB_VERSION: influxdb.version,
        INFLUXDB_DATABASE: database,
        ...(engine === "v2" && { INFLUXDB_ORGANIZATION: influxdb.organization }),
        INFLUXDB_SECRET_ARN: influxdb.secretArn,
        INFLUXDB_TABLE: table,
        QUARANTINE_QUEUE_URL: quarantine.queue.url,
      },
      statements: [readCredentials(), setAside],
    },
    parent,
  );
  return { url: influxdb.url, database, table, credentials: influxdb.secretArn };
}

function toLiveAnalytics(write: Writing) {
  const { name, args, quarantine, parent } = write;
  const { alarms, keepDays = settings.keepDays.default, deletionProtection } = args;
  const table = new LiveAnalyticsTable(
    `${name}-table`,
    { alarms, keepDays, deletionProtection },
    parent,
  );
  new LambdaConsumer(
    `${name}-writer`,
    {
      ...writing(write),
      callbackFactory: () => createLiveAnalyticsWriter(readLiveAnalyticsSettings()),
      environment: {
        DATABASE_NAME: table.databaseName,
        TABLE_NAME: table.tableName,
        QUARANTINE_QUEUE_URL: quarantine.queue.url,
      },
      statements: [...table.writeStatements(), quarantine.queue.sendStatement("Quarantine")],
    },
    { ...parent, dependsOn: table.resources },
  );
  return { database: table.databaseName, table: table.tableName };
}

type Chosen = Values<typeof settings>;

const problemOfLambda = ({ engine, password }: Chosen): Refusal | undefined =>
  engine === "v2" && password === undefined
    ? {
        key: "password",
        wrong: "is missing",
        wanted:
          "8 to 64 letters and digits for the engine v2, by `pulumi config set --secret iot-to-timestream:password`",
      }
    : undefined;

function problemOfNative(chosen: Chosen): Refusal | undefined {
  if (chosen.engine === "liveAnalytics")
    return {
      key: "writer",
      wrong: "is native",
      wanted:
        "lambda for the engine liveAnalytics, because the action of AWS IoT writes to InfluxDB only",
    };
  const required = [
    "destinationArn",
    "secretArn",
    ...(chosen.engine === "v2" ? (["organization"] as const) : []),
  ] as const;
  const key = required.find((one) => chosen[one] === undefined);
  return (
    key && { key, wrong: "is missing", wanted: `${settings[key].type}, for the writer native` }
  );
}

export const iotToTimestream = define({
  stem: "iot-to-timestream",
  summary: "Writes every valid reading to a time series database of Timestream.",
  settings,
  check: (values) =>
    values.writer === "native" ? problemOfNative(values) : problemOfLambda(values),
  needs: {},
  create: (stem, stack, { writer, destinationArn = "", secretArn = "", ...values }) =>
    new IotToTimestream(
      stem,
      writer === "native"
        ? { ...stack, ...values, writer, destinationArn, secretArn }
        : {
            ...stack,
            ...values,
            telemetry: stack.telemetry(),
            quarantine: stack.quarantine(),
          },
    ),
});
