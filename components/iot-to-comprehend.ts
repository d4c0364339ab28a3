import * as pulumi from "@pulumi/pulumi";
import { createHandler, readSettings } from "../functions/iot-to-comprehend/analyser";
import { alarm, ownNamespace, sumOf, type AlarmTarget } from "./parts/alarm";
import type { DeadLetterQueue } from "./parts/dead-letter-queue";
import { define } from "./parts/integration";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { physicalName, stackRegion } from "./parts/names";
import { allow, allowUnscoped } from "./parts/policy-document";
import { flag, wholeNumber } from "./parts/settings/json-kinds";
import { optionalText } from "./parts/settings/text-kinds";
import { fromQueue } from "./parts/sources/from-queue";
import { Table } from "./parts/table";
import { queueTelemetry } from "./parts/telemetry-queue";

export interface IotToComprehendArgs {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/logs`. */
  topicPrefix: string;
  /** Receives invalid messages, and those in a language without sentiment. */
  quarantine: DeadLetterQueue;
  alarms: AlarmTarget;
  /** The Region whose Comprehend is called. @default that of the stack */
  region?: string;
  /** @default that of the setting */
  redact?: boolean;
  /** @default that of the setting */
  keepDays?: number;
  /** @default that of the setting */
  negativePercent?: number;
  /** @default that of the setting */
  leastMessages?: number;
  /** @default that of the setting */
  windowSeconds?: number;
  /** @default that of the setting */
  maxReceiveCount?: number;
  /** Refuses to delete the table with the stack. @default true */
  deletionProtection?: boolean;
  /** @default 30 */
  logRetentionDays?: number;
}

/** @see https://docs.aws.amazon.com/comprehend/latest/dg/guidelines-and-limits.html#limits-regions */
const regions = [
  "us-east-1",
  "us-east-2",
  "us-west-2",
  "ap-south-1",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ca-central-1",
  "eu-central-1",
  "eu-west-1",
  "eu-west-2",
  "us-gov-west-1",
];

const settings = {
  region: optionalText({
    type: `one of ${regions.join(", ")}`,
    fits: (region) => regions.includes(region),
    description:
      "The Region whose Comprehend analyses the texts. Required if the stack's own Region has none.",
  }),
  redact: flag({
    default: false,
    description:
      "Takes personal data out of stored texts: one more call per text, English and Spanish only; no text of another language is stored.",
  }),
  keepDays: wholeNumber({
    ...{ from: 1, to: 3650, default: 90 },
    description: "Days that a result stays in the table.",
  }),
  negativePercent: wholeNumber({
    ...{ from: 1, to: 99, default: 50 },
    description:
      "An alarm fires when more of the messages of five minutes are negative, in percent.",
  }),
  leastMessages: wholeNumber({
    ...{ from: 1, to: 100_000, default: 10 },
    description: "With fewer messages in five minutes, their share raises no alarm.",
  }),
  windowSeconds: wholeNumber({
    ...{ from: 1, to: 300, default: 10 },
    description:
      "Seconds that messages are gathered for calls of 25 each, unless there are 250 sooner.",
  }),
  maxReceiveCount: wholeNumber({
    // Comprehend throttles or is down: ten deliveries, six minutes apart.
    ...{ from: 3, to: 1000, default: 10 },
    description:
      "Deliveries to the analyser, six minutes apart, before a message moves to the failures queue.",
  }),
};

/** Ten full calls of one language. With redaction, each message has a call of its own, of which two are made at a time. */
const batches = { batchSize: 250, maximumConcurrency: 2 };

/** 250 calls for personal data at 20 per second, the quota that Comprehend has for them, beside the batches. */
const timeoutSeconds = 60;

/**
 * Detects the sentiment of log messages, 25 texts of one language in a call, stores it in a table, and raises an alarm when too many
 * are negative. For texts that people write or read, such as notes of operators: machine logs have no sentiment.
 */
export class IotToComprehend extends pulumi.ComponentResource {
  readonly outputs;

  constructor(name: string, args: IotToComprehendArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:IotToComprehend", name, {}, opts);
    const parent = { parent: this };
    const { topicPrefix, quarantine, alarms } = args;
    const { redact = settings.redact.default, keepDays = settings.keepDays.default } = args;
    const analyser = `${name}-analyser`;
    const functionName = physicalName("function", analyser);

    const { queue, failures, ruleName } = queueTelemetry(
      name,
      {
        topicPrefix,
        channel: "logs",
        description: "Queues every log message, as it was sent, on its way to Comprehend.",
        timeoutSeconds,
        maxReceiveCount: args.maxReceiveCount ?? settings.maxReceiveCount.default,
        alarms,
      },
      parent,
    );
    const table = new Table(
      `${name}-sentiments`,
      {
        partitionKey: "deviceId",
        sortKey: { name: "logKey", type: "S" },
        expiry: "expiresAt",
        deletionProtection: args.deletionProtection,
        alarms,
      },
      parent,
    );
    new LambdaConsumer(
      analyser,
      {
        description: "Detects the sentiment of log messages.",
        source: fromQueue(queue, {
          ...batches,
          windowSeconds: args.windowSeconds ?? settings.windowSeconds.default,
        }),
        callbackFactory: () => createHandler(readSettings()),
        timeoutSeconds,
        environment: {
          COMPREHEND_REGION: regionOf(name, args.region),
          REDACT: String(redact),
          KEEP_DAYS: String(keepDays),
          SENTIMENTS_TABLE_NAME: table.resource.name,
          QUARANTINE_QUEUE_URL: quarantine.queue.url,
          FAILURES_QUEUE_URL: failures.queue.url,
          FUNCTION_NAME: functionName,
        },
        statements: [
          allowUnscoped("Analyse", [
            "comprehend:BatchDetectDominantLanguage",
            "comprehend:BatchDetectSentiment",
            ...(redact ? ["comprehend:DetectPiiEntities" as const] : []),
          ]),
          allow("Store", "dynamodb:BatchWriteItem", table.arn),
          quarantine.queue.sendStatement("Quarantine"),
          failures.queue.sendStatement("SetAside"),
        ],
        alarms,
        logRetentionDays: args.logRetentionDays,
      },
      parent,
    );
    watchShare(analyser, functionName, args, parent);
    this.outputs = {
      ruleName,
      sentimentsTable: table.name,
      queueUrl: queue.url,
      failuresUrl: failures.queue.url,
      quarantineUrl: quarantine.queue.url,
    };
    this.registerOutputs(this.outputs);
  }
}

/** Creates an alarm on the share of negative messages, once there are enough of them to have one. */
function watchShare(
  name: string,
  functionName: string,
  args: Pick<IotToComprehendArgs, "alarms" | "negativePercent" | "leastMessages">,
  opts: pulumi.CustomResourceOptions,
): void {
  const { negativePercent = settings.negativePercent.default } = args;
  const { leastMessages = settings.leastMessages.default } = args;
  const watch = sumOf(ownNamespace, { FunctionName: functionName });
  alarm(
    `${name}-negative-share`,
    {
      alarms: args.alarms,
      description: `Negative and Stored of function ${functionName}: more than ${negativePercent} percent of the log messages of five minutes are negative. Read the newest texts in the table.`,
      watch: {
        metrics: { negative: watch("Negative"), stored: watch("Stored") },
        expression: `IF(stored >= ${leastMessages}, 100 * negative / stored, 0)`,
      },
      above: negativePercent,
      periodSeconds: 300,
    },
    opts,
  );
}

/** The Region whose Comprehend is called; fails the preview with one sentence if it has none. */
const regionOf = (name: string, given: string | undefined): pulumi.Output<string> =>
  stackRegion().apply((own) => {
    const region = given ?? own;
    if (regions.includes(region)) return region;
    throw new pulumi.RunError(
      `${name}: Amazon Comprehend is not available in ${region}; set ${name}:region to a Region that has it, such as eu-central-1, or take ${name} out of the integrations.`,
    );
  });

export const iotToComprehend = define({
  stem: "iot-to-comprehend",
  summary:
    "Detects the sentiment of log messages and raises an alarm when too many of them are negative.",
  settings,
  needs: {},
  create: (name, stack, values) =>
    new IotToComprehend(name, { ...stack, ...values, quarantine: stack.quarantine() }),
});
