import * as pulumi from "@pulumi/pulumi";
import { createHandler, readSettings } from "../functions/iot-to-dynamodb";
import { readingKeyName } from "../reading/reading-key";
import { putItem } from "./parts/actions/put-item";
import { sendToQueue } from "./parts/actions/send-to-queue";
import type { AlarmTarget } from "./parts/alarm";
import type { DeadLetterQueue } from "./parts/dead-letter-queue";
import { setAsideBatches } from "./parts/failures-bucket";
import { define } from "./parts/integration";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { allow } from "./parts/policy-document";
import { flag, wholeNumber } from "./parts/settings/json-kinds";
import { fromStream } from "./parts/sources/from-stream";
import { Table } from "./parts/table";
import { validReadingsSql } from "./parts/telemetry-sql";
import type { TelemetryStream } from "./parts/telemetry-stream";
import { TopicRule } from "./parts/topic-rule";

export interface IotToDynamodbArgs {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  /** The stream that the state writer reads. */
  telemetry: TelemetryStream;
  /** Receives invalid messages. */
  quarantine: DeadLetterQueue;
  alarms: AlarmTarget;
  /** @default that of the setting */
  historyDays?: number;
  /** Reads the stream with a throughput of its own. @default false */
  enhancedFanOut?: boolean;
  /** Refuses to delete the tables with the stack. @default true */
  deletionProtection?: boolean;
  /** @default 30 */
  logRetentionDays?: number;
}

const settings = {
  historyDays: wholeNumber({
    ...{ from: 1, to: 3650, default: 30 },
    description: "Days that a reading stays in the history table.",
  }),
  enhancedFanOut: flag({
    default: false,
    description: "Reads the telemetry stream with a throughput of its own, which is billed.",
  }),
};

/** The tables, for integrations that read them. */
export interface DeviceTables {
  history: Table;
  state: Table;
  /** Of the state table: every device under the one key `devices`, in alphabetical order. */
  devicesIndexName: string;
}

const devicesIndexName = "devices";

/**
 * Keeps every valid reading in a history table, two of the same time as well, and each device's newest in a state table. The rule
 * writes the history by itself. The state needs a condition, which no rule action has, hence the callback: a late or repeated message never
 * overwrites a newer reading.
 */
export class IotToDynamodb extends pulumi.ComponentResource {
  readonly tables: DeviceTables;
  readonly outputs;

  constructor(name: string, args: IotToDynamodbArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:IotToDynamodb", name, {}, opts);
    const parent = { parent: this };
    const { topicPrefix, telemetry, quarantine, alarms, deletionProtection } = args;
    const { historyDays = settings.historyDays.default } = args;

    const { failures, failedBatches } = setAsideBatches(name, { alarms }, parent);
    const history = new Table(
      `${name}-history`,
      {
        partitionKey: "deviceId",
        sortKey: { name: readingKeyName, type: "S" },
        expiry: "expiresAt",
        deletionProtection,
        alarms,
      },
      parent,
    );
    const state = new Table(
      `${name}-state`,
      {
        partitionKey: "deviceId",
        index: { name: devicesIndexName, partitionKey: "listing" },
        deletionProtection,
        alarms,
      },
      parent,
    );
    const historyRule = new TopicRule(
      `${name}-history-rule`,
      {
        description: "Keeps every valid reading.",
        sql: validReadingsSql(topicPrefix, historyDays),
        actions: [putItem(history)],
        errorAction: sendToQueue(failures.queue),
        alarms,
      },
      parent,
    );
    new LambdaConsumer(
      `${name}-state-writer`,
      {
        description: "Writes each device's newest reading to the state table.",
        source: fromStream(telemetry, {
          failures: failedBatches,
          ...(args.enhancedFanOut && { fanOutAs: `${name}-state-writer-fan-out` }),
        }),
        callbackFactory: () => createHandler(readSettings()),
        environment: {
          STATE_TABLE_NAME: state.resource.name,
          QUARANTINE_QUEUE_URL: quarantine.queue.url,
        },
        statements: [
          allow("WriteState", "dynamodb:PutItem", state.arn),
          quarantine.queue.sendStatement("Quarantine"),
        ],
        alarms,
        logRetentionDays: args.logRetentionDays,
      },
      parent,
    );
    this.tables = { history, state, devicesIndexName };
    this.outputs = {
      historyRuleName: historyRule.name,
      failedBatchesBucket: failedBatches.name,
      historyTable: history.name,
      stateTable: state.name,
      failuresUrl: failures.queue.url,
      quarantineUrl: quarantine.queue.url,
    };
    this.registerOutputs(this.outputs);
  }
}

export const iotToDynamodb = define({
  stem: "iot-to-dynamodb",
  summary:
    "Stores every valid reading in a history table and the newest reading of each device in a state table.",
  settings,
  needs: {},
  create: (name, stack, values) =>
    new IotToDynamodb(name, {
      ...stack,
      ...values,
      telemetry: stack.telemetry(),
      quarantine: stack.quarantine(),
    }),
});
