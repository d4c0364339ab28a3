import { createHash } from "node:crypto";
import type { RecordedResource } from "../program";

/** The input that names a resource, and what its service takes. */
interface Naming {
  input: "name" | "bucket";
  longest: number;
  /** Makes the logical name valid, as the provider does. @default it stays as it is */
  valid?: (name: string) => string;
}

const named = (longest: number, valid?: Naming["valid"]): Naming => ({
  input: "name",
  longest,
  valid,
});

/** Types whose names Pulumi generates, by token. Lengths are on the page "Quotas" of each service's developer guide. */
const namings: Readonly<Record<string, Naming>> = {
  "aws:apigatewayv2/api:Api": named(128),
  "aws:cloudwatch/eventRule:EventRule": named(64),
  "aws:cloudwatch/logGroup:LogGroup": named(512),
  "aws:cloudwatch/metricAlarm:MetricAlarm": named(255),
  "aws:dynamodb/table:Table": named(255),
  "aws:iam/role:Role": named(64),
  "aws:iam/rolePolicy:RolePolicy": named(128),
  "aws:iot/policy:Policy": named(128),
  // Names of AWS IoT rules must not contain hyphens.
  "aws:iot/topicRule:TopicRule": named(128, (name) => name.replace(/-/g, "_")),
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": named(64),
  "aws:kinesis/stream:Stream": named(128),
  "aws:lambda/function:Function": named(64),
  "aws:pipes/pipe:Pipe": named(64),
  "aws:s3/bucket:Bucket": { ...named(63, (name) => name.toLowerCase()), input: "bucket" },
  "aws:sfn/stateMachine:StateMachine": named(80),
  "aws:sns/topic:Topic": named(256),
  "aws:sqs/queue:Queue": named(80),
};

/**
 * Returns the input that names a resource, if the program leaves it to Pulumi: the logical name, a hyphen and seven hexadecimal digits.
 * The digits are random on AWS; here they derive from the URN, so that each run has the same names. Throws one sentence for a name that
 * is too long.
 * @see https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
 */
export function generatedName({
  type,
  name,
  urn,
  plain,
}: Pick<RecordedResource, "type" | "name" | "urn" | "plain">): { name?: string; bucket?: string } {
  const naming = namings[type];
  if (naming === undefined || plain[naming.input] !== undefined) return {};
  const { input, longest, valid = (text: string) => text } = naming;
  const digits = createHash("sha256").update(urn).digest("hex").slice(0, 7);
  const suffix = plain["fifoQueue"] === true || plain["fifoTopic"] === true ? ".fifo" : "";
  const generated = `${valid(`${name}-${digits}`)}${suffix}`;
  if (generated.length > longest)
    throw new Error(
      `The generated name ${generated} is longer than ${longest} characters: set ${input}, or shorten the logical name.`,
    );
  return { [input]: generated };
}
