import * as assert from "node:assert/strict";
import { Alarms, DeadLetterQueue, TelemetryStream } from "../../components";
import { account, region, statements, type Made } from "../support/deploy";

/** ARNs of the test stack, written out so that the specs do not trust the code they test. */
const prefix = "iot-integrations-test";
/** Of names that the regions of an account share. */
const globalPrefix = `${prefix}-euc1`;
export const arns = {
  queue: (name: string) => `arn:aws:sqs:${region}:${account}:${prefix}-${name}`,
  topic: (name: string) => `arn:aws:sns:${region}:${account}:${prefix}-${name}`,
  /** Of a topic that the stack has in another Region. */
  topicIn: (another: string, name: string) =>
    `arn:aws:sns:${another}:${account}:${globalPrefix}-${name}`,
  table: (name: string) => `arn:aws:dynamodb:${region}:${account}:table/${prefix}-${name}`,
  stream: (name: string) => `arn:aws:kinesis:${region}:${account}:stream/${prefix}-${name}`,
  role: (name: string) => `arn:aws:iam::${account}:role/${globalPrefix}-${name}`,
  bucket: (name: string) => `arn:aws:s3:::${globalPrefix}-${name}-${account}`,
  function: (name: string) => `arn:aws:lambda:${region}:${account}:function:${prefix}-${name}`,
  logs: (name: string) =>
    `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/${prefix}-${name}:log-stream:*`,
  rule: (name: string) => `arn:aws:iot:${region}:${account}:rule/${name}`,
  keys: `arn:aws:kms:${region}:${account}:key/*`,
};

/** The sources of a rule's events, in the policy of a queue. */
export const fromEventRule = (queue: string, rule: string): object => ({
  Sid: "SendFromEventRule",
  Effect: "Allow",
  Principal: { Service: "events.amazonaws.com" },
  Action: "sqs:SendMessage",
  Resource: arns.queue(queue),
  Condition: {
    ArnEquals: { "aws:SourceArn": `arn:aws:events:${region}:${account}:rule/${rule}` },
  },
});

/** The trust policy of a role that a service assumes for one resource of this account. */
export const trustedByService = (service: string, sourceArn: string): object[] => [
  {
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    Condition: {
      StringEquals: { "aws:SourceAccount": account },
      ArnLike: { "aws:SourceArn": sourceArn },
    },
  },
];

/** The permissions of a function to write its log. */
export const writeLogs = (name: string): object =>
  allow("WriteLogs", ["logs:CreateLogStream", "logs:PutLogEvents"], arns.logs(name));

/** The permissions of a function to read a stream. */
export const readStream = (name: string): object =>
  allow(
    "ReadStream",
    [
      "kinesis:DescribeStream",
      "kinesis:DescribeStreamSummary",
      "kinesis:GetRecords",
      "kinesis:GetShardIterator",
      "kinesis:ListShards",
    ],
    arns.stream(name),
  );

/** Asserts that a function reads the telemetry stream as a consumer with enhanced fan-out, and that its role may subscribe with that one only. */
export function assertFanOut(made: Made, reader: string): void {
  const name = `${prefix}-${reader}-fan-out`;
  const consumer = made.only("aws:kinesis/streamConsumer:StreamConsumer");
  assert.deepEqual(consumer, { name, streamArn: arns.stream("telemetry") });
  const mapping = made.only(
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    `${reader}-mapping`,
  );
  assert.equal(mapping.eventSourceArn, `arn:created:${name}`);
  const { policy } = made.only("aws:iam/rolePolicy:RolePolicy", `${reader}-role-permissions`);
  const granted = statements(policy) as { Sid: string }[];
  assert.deepEqual(
    granted.filter(({ Sid }) => Sid === "SubscribeToShard"),
    [
      allow(
        "SubscribeToShard",
        "kinesis:SubscribeToShard",
        `${arns.stream("telemetry")}/consumer/${name}:*`,
      ),
    ],
  );
}

export const queueUrl = (name: string): string =>
  `https://sqs.${region}.amazonaws.com/${account}/${prefix}-${name}`;

/** A statement as the documents must hold it, to the letter. */
export const allow = (
  Sid: string,
  Action: string | string[],
  Resource: string | string[],
  Condition?: object,
): object => ({ Sid, Effect: "Allow", Action, Resource, ...(Condition && { Condition }) });

/** The trust policy of a rule's role: this rule of this account only. */
export const trustedBy = (rule: string): object[] =>
  trustedByService("iot.amazonaws.com", arns.rule(rule));

export const shared = () => ({
  topicPrefix: "devices",
  alarms: new Alarms("alarms", { emails: [] }),
});

export const quarantine = (alarms: Alarms): DeadLetterQueue =>
  new DeadLetterQueue("quarantine", { alarms, purpose: "quarantine" });

/** What a stack gives every integration that validates. */
export const integrated = () => {
  const given = shared();
  return { ...given, quarantine: quarantine(given.alarms) };
};

/** The same, with the alarms that it shares created after what `create` creates. */
export const completed = <Result>(
  create: (given: ReturnType<typeof integrated>) => Result,
): Result => {
  const given = integrated();
  const result = create(given);
  given.alarms.complete();
  return result;
};

/** The metrics in the metric math of an alarm: the name of each with the value of its only dimension. */
export const mathOf = ({ metricQueries }: Record<string, unknown>): string[] =>
  (metricQueries as MathQuery[]).flatMap(({ metric }) =>
    metric ? `${metric.metricName} ${Object.values(metric.dimensions).join()}` : [],
  );

interface MathQuery {
  metric?: { metricName: string; dimensions: Record<string, string> };
}

export const telemetry = (alarms: Alarms): TelemetryStream =>
  new TelemetryStream("telemetry", { topicPrefix: "devices", alarms });
