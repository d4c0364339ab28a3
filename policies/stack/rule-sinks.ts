import type { Kind } from "./names";
import { placesAt } from "./paths";
import type { Place } from "./place";
import type { Resource } from "./resource";

/** Where a topic rule sends messages by one of its actions. */
export interface RuleSink {
  /** The action as the rule names it: `sqs`, `dynamodbv2s`. */
  action: string;
  /** Names the sink. */
  place: Place;
  kind?: Kind;
  /** The role that the action has; AWS IoT calls functions by a resource policy instead. */
  role: Place;
  onError: boolean;
}

/** What names an action's sink: the input of a rule's list, the input of an error action, the member within. */
const actions: { list: string; single: string; member: string; kind?: Kind }[] = [
  { list: "cloudwatchAlarms", single: "cloudwatchAlarm", member: "alarmName", kind: "alarm" },
  { list: "cloudwatchLogs", single: "cloudwatchLogs", member: "logGroupName", kind: "log group" },
  { list: "cloudwatchMetrics", single: "cloudwatchMetric", member: "metricNamespace" },
  { list: "dynamodbs", single: "dynamodb", member: "tableName", kind: "table" },
  { list: "dynamodbv2s", single: "dynamodbv2", member: "putItem.tableName", kind: "table" },
  { list: "elasticsearch", single: "elasticsearch", member: "endpoint" },
  { list: "firehoses", single: "firehose", member: "deliveryStreamName", kind: "firehose" },
  { list: "https", single: "http", member: "url" },
  { list: "iotAnalytics", single: "iotAnalytics", member: "channelName" },
  { list: "iotEvents", single: "iotEvents", member: "inputName" },
  { list: "kafkas", single: "kafka", member: "topic" },
  { list: "kineses", single: "kinesis", member: "streamName", kind: "stream" },
  { list: "lambdas", single: "lambda", member: "functionArn", kind: "function" },
  { list: "republishes", single: "republish", member: "topic" },
  { list: "s3", single: "s3", member: "bucketName", kind: "bucket" },
  { list: "sns", single: "sns", member: "targetArn", kind: "topic" },
  { list: "sqs", single: "sqs", member: "queueUrl", kind: "queue" },
  {
    list: "stepFunctions",
    single: "stepFunctions",
    member: "stateMachineName",
    kind: "state machine",
  },
  { list: "timestreams", single: "timestream", member: "tableName" },
];

/** Every sink of a topic rule, its error action's included. */
export function ruleSinks({ inputs }: Resource): RuleSink[] {
  return actions.flatMap(({ list, single, member, kind }) => [
    ...sinksIn(inputs, `${list}[]`, member, { action: list, kind, onError: false }),
    ...sinksIn(inputs, `errorAction.${single}`, member, { action: single, kind, onError: true }),
  ]);
}

const sinksIn = (
  inputs: Place,
  path: string,
  member: string,
  sink: Omit<RuleSink, "place" | "role">,
): RuleSink[] =>
  placesAt(inputs, path)
    .map((action) => ({
      ...sink,
      place: action.at(...member.split(".")),
      role: action.at("roleArn"),
    }))
    .filter(({ place }) => place.given);
