import * as pulumi from "@pulumi/pulumi";
import type { Content } from "../functions/iot-to-sagemaker/content";
import { createHandler, readSettings } from "../functions/iot-to-sagemaker/scorer";
import type { Limits } from "../functions/shared/gate/decision";
import { iotToQuicksight } from "./iot-to-quicksight";
import { numberFields } from "../reading/measure";
import { readingKeyName } from "../reading/reading-key";
import type { AlarmTarget } from "./parts/alarm";
import { dataPlane } from "./parts/data-plane";
import { DeadLetterQueue } from "./parts/dead-letter-queue";
import { EncryptedTopic } from "./parts/encrypted-topic";
import { announcer, FailuresBucket } from "./parts/failures-bucket";
import { createGate, gateSettings } from "./parts/gate";
import { define } from "./parts/integration";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { arn, physicalName } from "./parts/names";
import { allow } from "./parts/policy-document";
import { invokeEndpoint, ModelEndpoint, type Hosting } from "./parts/sagemaker/model-endpoint";
import { isEmail } from "./parts/settings/formats";
import { failedRuns, Training, type TrainingArgs } from "./parts/sagemaker/training";
import { flag, optionalNumber, texts, wholeNumber } from "./parts/settings/json-kinds";
import type { Refusal } from "./parts/settings/setting";
import { oneOf, optionalText, text } from "./parts/settings/text-kinds";
import { fromStream } from "./parts/sources/from-stream";
import { byMail, subscribeAll } from "./parts/subscription";
import { Table } from "./parts/table";
import type { TelemetryStream } from "./parts/telemetry-stream";

/** A model that scores readings: an endpoint that exists, or an artefact of which this component makes one. */
export interface Model {
  /** The name of an endpoint that exists. @default none */
  endpointName?: string;
  /** The artefact of a random cut forest, `s3://<bucket>/<key>`. @default none */
  modelDataUrl?: string;
  /** The mean of the scores of the training run. @default 0: the model's own scores are normalised */
  scoreMean?: number;
  /** Their standard deviation. @default 1/3: the model's own scores are normalised */
  scoreDeviation?: number;
}

/** How models are trained. */
export interface TrainingSettings {
  /** A cron expression in UTC such as `cron(0 3 ? * SUN *)`, or a rate, whose first run starts at once. */
  schedule: string;
  instanceType: string;
  /** Readings that arrived within so many days. */
  days: number;
  /** The longest time of each job. */
  maximumMinutes: number;
}

export interface IotToSagemakerArgs extends Model {
  /** The stream that the scorer reads. */
  telemetry: () => TelemetryStream;
  /** Receives invalid messages. */
  quarantine: DeadLetterQueue;
  /** Fields of a reading that the model scores, in the order of its training. @default all numbers that each reading has */
  features?: string[];
  /** @default that of the setting */
  content?: Content;
  /** @default serverless, with the settings' defaults */
  hosting?: Hosting;
  /** Trains models on the data lake. @default no training */
  training?: TrainingSettings;
  /** The data lake of iot-to-quicksight; required for a training. */
  lake?: TrainingArgs["lake"] | undefined;
  /** A normalised score above it becomes an alert. @default {@link defaultAlertAbove} */
  alertAbove?: number;
  /** Recipients of alerts by email; each has to confirm its subscription once. */
  emails: string[];
  /** Which anomalies become alerts. @default that of the settings */
  gate?: Limits;
  /** @default that of the setting */
  keepDays?: number;
  /** @default that of the setting */
  windowSeconds?: number;
  /** Reads the stream with a throughput of its own. @default false */
  enhancedFanOut?: boolean;
  alarms: AlarmTarget;
  /** Refuses to delete the table with the stack. @default true */
  deletionProtection?: boolean;
  /** @default 30 */
  logRetentionDays?: number;
}

const defaultAlertAbove = 0.8;
const defaultGate: Limits = {
  deviceBudget: 4,
  totalBudget: 100,
  quietMinutes: 15,
  repeatMinutes: 240,
};
const endpointKinds: Hosting["kind"][] = ["serverless", "real-time"];
const isInstanceType = (given: string): boolean => /^ml\.[a-z0-9-]+\.[a-z0-9]+$/.test(given);

const settings = {
  endpointName: optionalText({
    type: "the name of an endpoint of SageMaker: letters, digits and hyphens, 63 at most",
    fits: (given) => /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/.test(given),
    description: "An endpoint that exists, in place of one that the stack creates.",
  }),
  modelDataUrl: optionalText({
    type: "the artefact of a model, s3://<bucket>/<key>.tar.gz",
    fits: (given) => /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/.+\.tar\.gz$/.test(given),
    description:
      "The model of the endpoint that the stack creates, made by SageMaker's random cut forest.",
  }),
  scoreMean: optionalNumber({
    type: "a number",
    description: "The mean of the scores of the training run, as its evaluation reports it.",
  }),
  scoreDeviation: optionalNumber({
    type: "a number above 0",
    description: "The standard deviation of the scores of the training run.",
  }),
  features: texts({
    each: "a number of reading/fields.ts that no reading leaves out",
    fits: (name) => featureNames().includes(name),
    default: featureNames(),
    description: "The fields that the model scores, in the order of its training.",
  }),
  content: oneOf<Content>({
    among: ["csv", "jsonlines"],
    default: "csv",
    description: "The format of requests: text/csv or application/jsonlines.",
  }),
  alertAbove: optionalNumber({
    type: "a number",
    description: `A normalised score above it becomes an alert. Without it, ${defaultAlertAbove}; the mean of the training is 0, and three standard deviations above it are 1.`,
  }),
  endpointKind: oneOf<Hosting["kind"]>({
    among: endpointKinds,
    default: "serverless",
    description:
      "How the endpoint runs: billed by use, or on instances that are billed by the hour.",
  }),
  memoryMegabytes: wholeNumber({
    ...{ among: [1024, 2048, 3072, 4096, 5120, 6144], default: 2048 },
    description: "Memory of a serverless endpoint.",
  }),
  maxConcurrency: wholeNumber({
    ...{ from: 1, to: 200, default: 5 },
    description: "The most requests that a serverless endpoint answers at the same time.",
  }),
  instanceType: text({
    type: "an instance type of SageMaker, such as ml.c5.large",
    fits: isInstanceType,
    default: "ml.c5.large",
    description: "The type of the instances of a real-time endpoint.",
  }),
  mostInstances: wholeNumber({
    ...{ from: 1, to: 20, default: 2 },
    description: "The most instances to which a real-time endpoint scales.",
  }),
  emails: texts({
    ...{ each: "an email address", fits: isEmail, default: [] },
    description: "Recipients of alerts by email. Each has to confirm its subscription once.",
  }),
  ...gateSettings("alerts", defaultGate),
  training: flag({
    default: false,
    description: "Trains models on the data lake of iot-to-quicksight, by a schedule.",
  }),
  // A rate without a start date starts at once, when the lake is empty: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
  trainingSchedule: text({
    type: "a cron expression or a rate of EventBridge Scheduler, such as rate(7 days)",
    fits: (given) => /^(rate\(\d+ (minutes?|hours?|days?)\)|cron\(\S+( \S+){5}\))$/.test(given),
    default: "cron(0 3 ? * SUN *)",
    description: "When a training run starts, in UTC. The first run of a rate starts at once.",
  }),
  trainingInstanceType: text({
    type: "an instance type of SageMaker, such as ml.m5.large",
    fits: isInstanceType,
    default: "ml.m5.large",
    description: "The type of the instance of each job of a training run.",
  }),
  trainingDays: wholeNumber({
    ...{ from: 1, to: 3650, default: 30 },
    description: "Days of readings, by their arrival, on which a model is trained.",
  }),
  trainingMinutes: wholeNumber({
    ...{ from: 5, to: 1440, default: 60 },
    description:
      "The longest time of each processing and training job of a run; SageMaker stops it then. It bounds no batch transform.",
  }),
  keepDays: wholeNumber({
    ...{ from: 1, to: 3650, default: 30 },
    description: "Days that a score stays in the table.",
  }),
  windowSeconds: wholeNumber({
    ...{ from: 1, to: 300, default: 5 },
    description: "Seconds that a reading waits for others at most; fewer requests cost less.",
  }),
  enhancedFanOut: flag({
    default: false,
    description: "Reads the telemetry stream with a throughput of its own, which is billed.",
  }),
};

/** Records of one request at most: a retry of more takes longer, and of fewer costs more. */
const batchSize = 500;

/**
 * The most bytes of a request to a serverless endpoint; instances accept more.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-invoke.html
 */
const mostBytes = 4_000_000;

const anomaliesTopicPrefix = "anomalies";

/**
 * Scores every valid reading by a model of SageMaker: one request per batch, a normalised score per reading in a table, an alert for each
 * anomaly within budgets. Without a model it scores nothing and says how to get one.
 */
export class IotToSagemaker extends pulumi.ComponentResource {
  readonly outputs: Record<string, pulumi.Input<string>>;
  readonly unconfirmed: pulumi.Output<string[]>;

  constructor(name: string, args: IotToSagemakerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:IotToSagemaker", name, {}, opts);
    const parent = { parent: this };
    const refusal = refusalOf(args);
    if (refusal)
      throw new pulumi.RunError(
        `${name}: ${refusal.key} ${refusal.wrong}; it must be ${refusal.wanted}.`,
      );
    const { alarms, quarantine, modelDataUrl, logRetentionDays } = args;
    const [batches, trainingName] = [`${name}-batches`, `${name}-training`];
    const hasModel = args.endpointName !== undefined || modelDataUrl !== undefined;
    const alertsTopic = arn.topic(physicalName("topic", `${name}-alerts`));

    const failures = new DeadLetterQueue(
      `${name}-failures`,
      {
        alarms,
        admits: [
          ...(hasModel ? [announcer(batches)] : []),
          ...(args.training ? [failedRuns(trainingName)] : []),
          // A topic without subscribers has nothing to set aside.
          ...(hasModel && args.emails.length > 0
            ? [{ service: "sns.amazonaws.com", sourceArn: alertsTopic } as const]
            : []),
        ],
      },
      parent,
    );
    const training = args.training && train(trainingName, args, failures, parent);
    const common = {
      failuresUrl: failures.queue.url,
      quarantineUrl: quarantine.queue.url,
      ...(training && {
        trainingPipeline: training.pipelineName,
        modelsBucket: training.bucketName,
      }),
    };
    if (!hasModel) {
      const sentence = noModel(name, training);
      this.unconfirmed = pulumi.output([]);
      this.outputs = { ...common, endpoint: sentence };
      void pulumi.log.warn(`${name}: ${sentence}.`, this);
      this.registerOutputs(this.outputs);
      return;
    }
    const failedBatches = new FailuresBucket(batches, { announceTo: failures, alarms }, parent);
    const scores = new Table(
      `${name}-scores`,
      {
        partitionKey: "deviceId",
        sortKey: { name: readingKeyName, type: "S" },
        expiry: "expiresAt",
        deletionProtection: args.deletionProtection,
        alarms,
      },
      parent,
    );
    const alerts = new EncryptedTopic(`${name}-alerts`, { publishers: [`${name}-scorer`] }, parent);
    const gate = createGate(`${name}-gate`, { limits: args.gate ?? defaultGate, alarms }, parent);
    this.unconfirmed = subscribeAll(
      name,
      { topic: alerts, subscribers: byMail(args.emails), failures, alarms },
      parent,
    );
    const endpoint =
      modelDataUrl === undefined
        ? undefined
        : new ModelEndpoint(
            `${name}-endpoint`,
            {
              algorithm: "randomcutforest",
              modelDataUrl,
              hosting: args.hosting ?? defaultHosting,
              ...{ alarms, logRetentionDays },
            },
            parent,
          );
    const endpointName = endpoint?.name ?? args.endpointName ?? "";
    new LambdaConsumer(
      `${name}-scorer`,
      {
        description: "Scores readings by a model, and publishes anomalies.",
        source: fromStream(args.telemetry(), {
          failures: failedBatches,
          batchSize,
          windowSeconds: args.windowSeconds ?? settings.windowSeconds.default,
          ...(args.enhancedFanOut && { fanOutAs: `${name}-scorer-fan-out` }),
        }),
        callbackFactory: () => createHandler(readSettings()),
        // A serverless endpoint that starts answers within a minute.
        timeoutSeconds: 120,
        memoryMegabytes: 512,
        environment: {
          ENDPOINT_NAME: endpointName,
          FEATURES: (args.features ?? featureNames()).join(","),
          CONTENT: args.content ?? settings.content.default,
          SCORE_MEAN: String(args.scoreMean ?? 0),
          SCORE_DEVIATION: String(args.scoreDeviation ?? 1 / 3),
          ALERT_ABOVE: String(args.alertAbove ?? defaultAlertAbove),
          MOST_BYTES: String(mostBytes),
          SCORES_TABLE_NAME: scores.resource.name,
          KEEP_DAYS: String(args.keepDays ?? settings.keepDays.default),
          ALERTS_TOPIC_ARN: alerts.topic.arn,
          ANOMALIES_TOPIC_PREFIX: anomaliesTopicPrefix,
          QUARANTINE_QUEUE_URL: quarantine.queue.url,
          ...gate.environment,
          ...dataPlane(),
        },
        statements: [
          invokeEndpoint(endpointName),
          allow("WriteScores", "dynamodb:BatchWriteItem", scores.arn),
          ...gate.statements,
          ...alerts.publishStatements(),
          allow("Publish", "iot:Publish", arn.mqttTopic(`${anomaliesTopicPrefix}/*`)),
          quarantine.queue.sendStatement("Quarantine"),
        ],
        alarms,
        logRetentionDays,
      },
      { ...parent, ...(endpoint && { dependsOn: endpoint.resource }) },
    );
    this.outputs = {
      ...common,
      endpoint: endpointName,
      scoresTable: scores.name,
      alertsTopicArn: alerts.arn,
      gateTable: gate.table.name,
      failedBatchesBucket: failedBatches.name,
    };
    this.registerOutputs(this.outputs);
  }
}

const defaultHosting: Hosting = {
  kind: "serverless",
  memoryMegabytes: settings.memoryMegabytes.default,
  maxConcurrency: settings.maxConcurrency.default,
};

/** How to get a model, for the outputs and the log of a deployment without one. */
const noModel = (stem: string, training: Training | undefined): string =>
  [
    "none: there is no model yet, so nothing is scored.",
    training
      ? `Start the first training run with \`aws sagemaker start-pipeline-execution --pipeline-name ${training.pipelineName}\`; it writes evaluation.json beside the model.`
      : `Set ${stem}:training to true for a model that is trained on the data lake, or ${stem}:endpointName to an endpoint that exists.`,
    `Then set ${stem}:modelDataUrl, ${stem}:scoreMean and ${stem}:scoreDeviation to what evaluation.json says, and run pulumi up again`,
  ].join(" ");

function train(
  name: string,
  {
    training,
    lake,
    features = featureNames(),
    alertAbove = defaultAlertAbove,
    alarms,
  }: IotToSagemakerArgs,
  failures: DeadLetterQueue,
  opts: pulumi.ComponentResourceOptions,
): Training {
  if (!lake)
    throw new pulumi.RunError(
      "iot-to-sagemaker: training is true without iot-to-quicksight, whose data lake it reads; add that to the setting integrations.",
    );
  const plan = training as TrainingSettings;
  return new Training(name, { ...plan, lake, features, alertAbove, failures, alarms }, opts);
}

/** The numbers that each reading has. */
function featureNames(): string[] {
  return Object.entries(numberFields()).flatMap(([name, { optional = false }]) =>
    optional ? [] : [name],
  );
}

/** What is wrong with a model; undefined for nothing. */
function refusalOf(model: Model & { features?: string[] }): Refusal | undefined {
  const { endpointName, modelDataUrl, scoreMean, scoreDeviation } = model;
  const { features = featureNames() } = model;
  const given = (key: keyof Model) => ({ key, wrong: "is missing" });
  if (features.length === 0)
    return {
      key: "features",
      wrong: "is empty",
      wanted: "a list with at least one field of numbers in reading/fields.ts that is not optional",
    };
  if (endpointName !== undefined && modelDataUrl !== undefined)
    return {
      key: "modelDataUrl",
      wrong: "is set beside endpointName",
      wanted: "left out for an endpoint that exists",
    };
  if (scoreDeviation !== undefined && !(scoreDeviation > 0))
    return { key: "scoreDeviation", wrong: `is ${scoreDeviation}`, wanted: "a number above 0" };
  const isNeeded = modelDataUrl !== undefined;
  if (scoreMean === undefined && (isNeeded || scoreDeviation !== undefined))
    return { ...given("scoreMean"), wanted: "the mean of the scores of the training run" };
  if (scoreDeviation === undefined && (isNeeded || scoreMean !== undefined))
    return {
      ...given("scoreDeviation"),
      wanted: "the standard deviation of the scores of the training run",
    };
  return undefined;
}

export const iotToSagemaker = define({
  stem: "iot-to-sagemaker",
  summary: "Scores every valid reading by a model of SageMaker and sends alerts about anomalies.",
  settings,
  check: refusalOf,
  needs: {},
  uses: { quicksight: iotToQuicksight },
  create: (
    name,
    stack,
    { endpointKind, memoryMegabytes, maxConcurrency, instanceType, mostInstances, ...values },
    { quicksight },
  ) => {
    const { deviceBudget, totalBudget, quietMinutes, repeatMinutes, ...others } = values;
    const { training, trainingSchedule, trainingInstanceType, trainingDays, ...rest } = others;
    const { trainingMinutes, ...model } = rest;
    return new IotToSagemaker(name, {
      ...stack,
      ...model,
      ...(training && {
        training: {
          schedule: trainingSchedule,
          instanceType: trainingInstanceType,
          days: trainingDays,
          maximumMinutes: trainingMinutes,
        },
      }),
      lake: quicksight?.lake,
      gate: { deviceBudget, totalBudget, quietMinutes, repeatMinutes },
      hosting:
        endpointKind === "serverless"
          ? { kind: endpointKind, memoryMegabytes, maxConcurrency }
          : { kind: endpointKind, instanceType, mostInstances },
      quarantine: stack.quarantine(),
    });
  },
});
