import { serviceOf } from "../delivery/arns";
import type { FilterCriteria } from "../delivery/patterns/filter-criteria";

interface StreamParameters {
  startingPosition: string;
  startingPositionTimestamp?: string;
  /** @default 100 */
  batchSize?: number;
  maximumBatchingWindowInSeconds?: number;
  parallelizationFactor?: number;
  maximumRetryAttempts?: number;
  maximumRecordAgeInSeconds?: number;
  onPartialBatchItemFailure?: string;
  deadLetterConfig?: { arn?: string };
}

/** The inputs of `aws.pipes.Pipe` that are used here; defaults are AWS's. */
export interface PipeInputs {
  name: string;
  roleArn: string;
  source: string;
  target: string;
  enrichment?: string;
  enrichmentParameters?: { inputTemplate?: string };
  sourceParameters?: {
    filterCriteria?: FilterCriteria;
    sqsQueueParameters?: { batchSize?: number; maximumBatchingWindowInSeconds?: number };
    kinesisStreamParameters?: StreamParameters;
    dynamodbStreamParameters?: StreamParameters;
  };
  targetParameters?: {
    inputTemplate?: string;
    eventbridgeEventBusParameters?: {
      source?: string;
      detailType?: string;
      resources?: string[];
      time?: string;
    };
    sqsQueueParameters?: { messageGroupId?: string; messageDeduplicationId?: string };
    kinesisStreamParameters?: { partitionKey: string };
    lambdaFunctionParameters?: { invocationType?: string };
    stepFunctionStateMachineParameters?: { invocationType?: string };
    cloudwatchLogsParameters?: { logStreamName?: string };
  };
  logConfiguration?: {
    level: string;
    includeExecutionDatas?: string[];
    cloudwatchLogsLogDestination?: { logGroupArn: string };
  };
}

/** The settings that are honoured here or have no effect on one machine; a name with a dot is a member. */
const known = new Set([
  "name",
  "description",
  "roleArn",
  "source",
  "target",
  "enrichment",
  "enrichmentParameters",
  "enrichmentParameters.inputTemplate",
  "sourceParameters",
  "sourceParameters.filterCriteria",
  "sourceParameters.sqsQueueParameters",
  "sourceParameters.kinesisStreamParameters",
  "sourceParameters.dynamodbStreamParameters",
  "targetParameters",
  "targetParameters.inputTemplate",
  "targetParameters.eventbridgeEventBusParameters",
  "targetParameters.sqsQueueParameters",
  "targetParameters.kinesisStreamParameters",
  "targetParameters.lambdaFunctionParameters",
  "targetParameters.stepFunctionStateMachineParameters",
  "targetParameters.cloudwatchLogsParameters",
  "logConfiguration",
  "logConfiguration.level",
  "logConfiguration.includeExecutionDatas",
  "logConfiguration.cloudwatchLogsLogDestination",
  "tags",
  "region",
]);

const services = {
  source: { known: ["sqs", "kinesis", "dynamodb"], words: "SQS, Kinesis and DynamoDB streams" },
  enrichment: { known: ["lambda", "states"], words: "functions and express workflows" },
  target: {
    known: ["events", "sqs", "sns", "lambda", "states", "kinesis", "firehose", "logs"],
    words:
      "buses, queues, topics, functions, workflows, Kinesis, Firehose and log groups, not API destinations",
  },
};

/** Throws one sentence for the first setting that is not honoured here. */
export function refuseUnsupported(inputs: PipeInputs): void {
  const where = `The pipe ${inputs.name}`;
  const unknown = settingsOf(inputs).find((name) => !known.has(name));
  if (unknown)
    throw new Error(`${where} sets '${unknown}', which the local run lacks; leave it out.`);
  for (const [role, { known: names, words }] of Object.entries(services)) {
    const arn = inputs[role as keyof typeof services];
    const isDestination = role !== "source" && arn?.includes(":api-destination/");
    if (arn !== undefined && (isDestination || !names.includes(serviceOf(arn))))
      throw new Error(`${where} has ${arn} as its ${role}; the local run knows ${words}.`);
  }
  const { level } = inputs.logConfiguration ?? { level: "OFF" };
  if (!["OFF", "ERROR", "INFO"].includes(level))
    throw new Error(`${where} logs at level ${level}; the local run knows OFF, ERROR and INFO.`);
  if (level !== "OFF" && !inputs.logConfiguration?.cloudwatchLogsLogDestination)
    throw new Error(`${where} logs to no log group; the local run knows no other destination.`);
  const bus = inputs.targetParameters?.eventbridgeEventBusParameters;
  if (serviceOf(inputs.target) === "events" && !(bus?.source && bus.detailType))
    throw new Error(
      `${where} puts events without source or detailType; name both, for AWS's defaults are not documented.`,
    );
  if (serviceOf(inputs.target) === "kinesis" && !inputs.targetParameters?.kinesisStreamParameters)
    throw new Error(`${where} writes to a stream without a partitionKey; give it one.`);
}

/** Returns the names of what is set, including members of the first level. */
const settingsOf = (inputs: PipeInputs): string[] =>
  Object.entries(inputs).flatMap(([name, value]: [string, unknown]) => {
    if (value === undefined) return [];
    const isGroup = name.endsWith("Parameters") || name === "logConfiguration";
    const members = isGroup ? Object.entries(value as object) : [];
    return [
      name,
      ...members
        .filter(([, member]) => member !== undefined)
        .map(([member]) => `${name}.${member}`),
    ];
  });
