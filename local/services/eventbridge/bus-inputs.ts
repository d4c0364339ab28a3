import { serviceOf } from "../delivery/arns";

/** The inputs of `aws.cloudwatch.EventRule` that are used here. */
export interface RuleInputs {
  name: string;
  /** Name or ARN. @default the account's default bus */
  eventBusName?: string;
  eventPattern?: string;
  /** Instead of a pattern; nothing runs by it here. */
  scheduleExpression?: string;
  /** @default ENABLED */
  state?: string;
}

/** The inputs of `aws.cloudwatch.EventTarget` that are used here. */
export interface TargetInputs {
  /** The rule's name. */
  rule: string;
  eventBusName?: string;
  targetId: string;
  arn: string;
  /** The role that calls workflows, streams and buses; every other target decides by its own policy. */
  roleArn?: string;
  input?: string;
  inputPath?: string;
  inputTransformer?: { inputPaths?: Record<string, string>; inputTemplate: string };
  deadLetterConfig?: { arn?: string };
  /** @default 185 attempts in 24 hours */
  retryPolicy?: { maximumEventAgeInSeconds?: number; maximumRetryAttempts?: number };
  sqsTarget?: { messageGroupId?: string };
  kinesisTarget?: { partitionKeyPath?: string };
}

/** The inputs of `aws.cloudwatch.EventArchive` that are used here. */
export interface ArchiveInputs {
  name: string;
  /** The bus's ARN. */
  eventSourceArn: string;
  eventPattern?: string;
  /** 0 or absent: without end. */
  retentionDays?: number;
}

/** The inputs of `aws.cloudwatch.EventBusPolicy` that are used here. */
export interface BusPolicyInputs {
  eventBusName?: string;
  policy: string;
}

const knownOf = {
  rule: [
    "name",
    "description",
    "eventBusName",
    "eventPattern",
    "scheduleExpression",
    "state",
    "forceDestroy",
    "tags",
    "region",
  ],
  target: [
    "rule",
    "eventBusName",
    "targetId",
    "arn",
    "roleArn",
    "input",
    "inputPath",
    "inputTransformer",
    "deadLetterConfig",
    "retryPolicy",
    "sqsTarget",
    "kinesisTarget",
    "forceDestroy",
    "region",
  ],
  archive: ["name", "description", "eventSourceArn", "eventPattern", "retentionDays", "region"],
};

/** Throws one sentence for the first setting that is not honoured here. */
function refuseUnknown(kind: keyof typeof knownOf, where: string, inputs: object): void {
  const unknown = Object.entries(inputs).find(
    ([name, value]) => value !== undefined && !knownOf[kind].includes(name),
  );
  if (unknown)
    throw new Error(`${where} sets '${unknown[0]}', which the local run lacks; leave it out.`);
}

export function refuseRule(inputs: RuleInputs): void {
  const where = `The event rule ${inputs.name}`;
  refuseUnknown("rule", where, inputs);
  if (!inputs.eventPattern && !inputs.scheduleExpression)
    throw new Error(`${where} has neither an event pattern nor a schedule; give it one.`);
  if (!["ENABLED", "DISABLED"].includes(inputs.state ?? "ENABLED"))
    throw new Error(`${where} is ${inputs.state}; the local run knows ENABLED and DISABLED.`);
}

const targets = ["lambda", "sqs", "sns", "states", "events", "logs", "kinesis", "firehose"];
const withRole = ["states", "events", "kinesis", "firehose"];

export function refuseTarget(inputs: TargetInputs): void {
  const where = `The target ${inputs.targetId} of event rule ${inputs.rule}`;
  refuseUnknown("target", where, inputs);
  const service = serviceOf(inputs.arn);
  if (!targets.includes(service) || inputs.arn.includes(":api-destination/"))
    throw new Error(
      `${where} is ${inputs.arn}; the local run knows functions, queues, topics, workflows, buses, log groups, Kinesis and Firehose, not API destinations.`,
    );
  if (withRole.includes(service) && !inputs.roleArn)
    throw new Error(`${where} is called as a role; give it a roleArn.`);
  const inputsGiven = [inputs.input, inputs.inputPath, inputs.inputTransformer].filter(Boolean);
  if (inputsGiven.length > 1)
    throw new Error(`${where} has more than one of input, inputPath and inputTransformer.`);
}

export const refuseArchive = (inputs: ArchiveInputs): void =>
  refuseUnknown("archive", `The archive ${inputs.name}`, inputs);

/** Returns the bus name of a name or an ARN. */
export const busNameOf = (nameOrArn: string | undefined): string =>
  nameOrArn?.replace(/^arn:.*:event-bus\//, "") ?? "default";
