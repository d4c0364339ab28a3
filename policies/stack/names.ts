import type { Resource } from "./resource";

/** The kinds of resources that other resources reference by name. */
export type Kind =
  | "alarm"
  | "bucket"
  | "event bus"
  | "event rule"
  | "firehose"
  | "function"
  | "key"
  | "key alias"
  | "log group"
  | "managed policy"
  | "pipe"
  | "queue"
  | "role"
  | "schedule"
  | "state machine"
  | "stream"
  | "table"
  | "topic"
  | "topic rule"
  | "training pipeline";

/** The name by which other resources reference a resource, such as `queue orders`. */
export type Name = `${Kind} ${string}`;

/** The kind of each type, and the input that contains its name. */
const kinds: Record<string, { kind: Kind; input: string }> = {
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": { kind: "alarm", input: "alarmName" },
  "aws:cloudwatch/eventBus:EventBus": { kind: "event bus", input: "name" },
  "aws:cloudwatch/eventRule:EventRule": { kind: "event rule", input: "name" },
  "aws:cloudwatch/logGroup:LogGroup": { kind: "log group", input: "name" },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { kind: "alarm", input: "name" },
  "aws:dynamodb/table:Table": { kind: "table", input: "name" },
  "aws:iam/policy:Policy": { kind: "managed policy", input: "name" },
  "aws:iam/role:Role": { kind: "role", input: "name" },
  "aws:iot/topicRule:TopicRule": { kind: "topic rule", input: "name" },
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": { kind: "firehose", input: "name" },
  "aws:kinesis/stream:Stream": { kind: "stream", input: "name" },
  // Known after creation: no input names a key.
  "aws:kms/key:Key": { kind: "key", input: "keyId" },
  "aws:kms/alias:Alias": { kind: "key alias", input: "name" },
  "aws:lambda/function:Function": { kind: "function", input: "name" },
  "aws:pipes/pipe:Pipe": { kind: "pipe", input: "name" },
  "aws:s3/bucket:Bucket": { kind: "bucket", input: "bucket" },
  "aws:sagemaker/pipeline:Pipeline": { kind: "training pipeline", input: "pipelineName" },
  "aws:scheduler/schedule:Schedule": { kind: "schedule", input: "name" },
  "aws:sfn/stateMachine:StateMachine": { kind: "state machine", input: "name" },
  "aws:sns/topic:Topic": { kind: "topic", input: "name" },
  "aws:sqs/queue:Queue": { kind: "queue", input: "name" },
};

const kindByType = new Map(Object.entries(kinds));

/** The name of a resource on AWS; undefined if Pulumi generates it and it is not known yet, or if no resource references its type. */
export function physicalName({ type, inputs }: Resource): string | undefined {
  const named = kindByType.get(type);
  return named && !inputs.at(named.input).isUnknown ? inputs.at(named.input).text() : undefined;
}

/** The physical name with its kind; undefined if there is no physical name. */
export function nameOf(resource: Resource): Name | undefined {
  const [kind, name] = [kindOf(resource.type), physicalName(resource)];
  return kind && name !== undefined ? `${kind} ${name}` : undefined;
}

export const kindOf = (type: string): Kind | undefined => kindByType.get(type)?.kind;

/** The parts of an ARN; `resource` may contain colons. */
export interface ArnParts {
  partition: string;
  service: string;
  region: string;
  account: string;
  resource: string;
}

export function arnParts(arn: string): ArnParts | undefined {
  const [prefix, partition, service, region, account, ...rest] = arn.split(":") as Split;
  if (prefix !== "arn" || rest.length === 0) return undefined;
  return { partition, service, region, account, resource: rest.join(":") };
}

/** The parts of an ARN in which a resource follows the account. */
type Split = [string, string, string, string, string, ...string[]];

/** The format of the resource part of an ARN, by service. The group captures the name. */
const formats: { service: string; kind: Kind; resource: RegExp }[] = [
  { service: "cloudwatch", kind: "alarm", resource: /^alarm:(.+)/ },
  { service: "dynamodb", kind: "table", resource: /^table\/([^/]+)/ },
  { service: "events", kind: "event bus", resource: /^event-bus\/(.+)/ },
  // The name of a partner event bus contains slashes: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html
  { service: "events", kind: "event rule", resource: /^rule\/(?:.+\/)?(.+)/ },
  { service: "firehose", kind: "firehose", resource: /^deliverystream\/(.+)/ },
  { service: "iam", kind: "managed policy", resource: /^policy\/(?:.+\/)?(.+)/ },
  { service: "iam", kind: "role", resource: /^role\/(?:.+\/)?(.+)/ },
  { service: "iot", kind: "topic rule", resource: /^rule\/(.+)/ },
  { service: "kinesis", kind: "stream", resource: /^stream\/([^/]+)/ },
  { service: "kms", kind: "key", resource: /^key\/(.+)/ },
  { service: "kms", kind: "key alias", resource: /^(alias\/.+)/ },
  // A version or alias of a function refers to the same function.
  { service: "lambda", kind: "function", resource: /^function:([^:]+)/ },
  { service: "logs", kind: "log group", resource: /^log-group:([^:]+)/ },
  { service: "pipes", kind: "pipe", resource: /^pipe\/(.+)/ },
  { service: "s3", kind: "bucket", resource: /([^/]+)/ },
  { service: "sagemaker", kind: "training pipeline", resource: /^pipeline\/(.+)/ },
  { service: "scheduler", kind: "schedule", resource: /^schedule\/[^/]+\/(.+)/ },
  { service: "sns", kind: "topic", resource: /([^:]+)/ },
  { service: "sqs", kind: "queue", resource: /(.+)/ },
  { service: "states", kind: "state machine", resource: /^stateMachine:([^:]+)/ },
];

function inArn(arn: string): { kind: Kind; name: string } | undefined {
  const parts = arnParts(arn);
  for (const { service, kind, resource } of formats) {
    if (service !== parts?.service) continue;
    const name = resource.exec(parts.resource)?.[1];
    if (name) return { kind, name };
  }
  return undefined;
}

/** Returns the name of the resource in an ARN. */
export function nameInArn(arn: string): Name | undefined {
  const found = inArn(arn);
  return found && `${found.kind} ${found.name}`;
}

/** Returns the kind of the resource in an ARN. */
export const kindInArn = (arn: string): Kind | undefined => inArn(arn)?.kind;

/** Returns the name of an event bus that is given by its name or its ARN. */
export function eventBusName(nameOrArn: string): string {
  const found = inArn(nameOrArn);
  return found?.kind === "event bus" ? found.name : nameOrArn;
}

/** `https://sqs.<region>.amazonaws.com/<account>/<name>`. */
export function nameInQueueUrl(url: string): Name | undefined {
  const name = /^https?:\/\/[^/]+\/\d+\/([^/]+)$/.exec(url)?.[1];
  return name ? `queue ${name}` : undefined;
}
