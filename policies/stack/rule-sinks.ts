import type { Use } from "./use";
import type { Kind } from "./names";
import { placesAt } from "./paths";
import type { Place } from "./place";
import type { Resource } from "./resource";
import type { Whereabouts } from "./location";

/** A sink to which an action of a topic rule sends messages. */
export interface RuleSink {
  /** The name of the action in the rule: `sqs`, `dynamodbv2s`. */
  action: string;
  /** Names the sink. */
  place: Place;
  kind?: Kind;
  /** The role of the action. AWS IoT invokes functions under a resource policy instead. */
  role: Place;
  onError: boolean;
  /** The calls that the action makes, if its kind does not determine them. */
  uses?: (where: Whereabouts) => Use[] | undefined;
}

/** One type of action: the input for the list of a rule, the input for an error action, and the member that names the sink. */
interface Action {
  list: string;
  single: string;
  /** Names the sink. */
  member: string;
  kind?: Kind;
  /** The calls that the action makes, if the sink has no kind here; undefined if this pack does not know them. */
  uses?: (action: Place, where: Whereabouts) => Use[] | undefined;
}

const regional = ({ partition, region, account }: Whereabouts, service: string, resource: string) =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;

/** A string with substitution templates, each of which can resolve to any value. @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-substitution-templates.html */
const rendered = (place: Place): string | undefined =>
  place.text()?.replace(/\$\{[^}]*\}/g, "template");

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/republish-rule-action.html */
function republishing(action: Place, where: Whereabouts): Use[] | undefined {
  // Two dollar signs represent the single one of a reserved topic.
  const topic = rendered(action.at("topic"))?.replace(/^\$\$/, "$");
  return topic === undefined
    ? undefined
    : [{ action: "iot:Publish", arn: regional(where, "iot", `topic/${topic}`) }];
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/timestream-rule-action.html */
function writingRecords(action: Place, where: Whereabouts): Use[] | undefined {
  const [database, table] = [action.at("databaseName"), action.at("tableName")].map(rendered);
  if (database === undefined || table === undefined) return undefined;
  const resource = `database/${database}/table/${table}`;
  return [
    { action: "timestream:WriteRecords", arn: regional(where, "timestream", resource) },
    { action: "timestream:DescribeEndpoints", arn: "*" },
  ];
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/location-rule-action.html */
function tracking(action: Place, where: Whereabouts): Use[] | undefined {
  const tracker = rendered(action.at("trackerName"));
  return tracker === undefined
    ? undefined
    : [
        {
          action: "geo:BatchUpdateDevicePosition",
          arn: regional(where, "geo", `tracker/${tracker}`),
        },
      ];
}

/**
 * The endpoint of a domain contains its name and a random part.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/opensearch-rule-action.html
 */
function indexing(action: Place, where: Whereabouts): Use[] | undefined {
  const endpoint = action
    .at("endpoint")
    .text()
    ?.match(/^https:\/\/(?:search|vpc)-(.+)-[a-z0-9]{26}\./);
  const parts = ["index", "type", "id"].map((name) => rendered(action.at(name)));
  if (!endpoint || parts.includes(undefined)) return undefined;
  const document = `domain/${endpoint[1]}/${parts.join("/")}`;
  return [{ action: "es:ESHttpPut", arn: regional(where, "es", document) }];
}

const unknownUse = (): undefined => undefined;

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-actions.html */
export const ruleActions: readonly Action[] = [
  { list: "cloudwatchAlarms", single: "cloudwatchAlarm", member: "alarmName", kind: "alarm" },
  { list: "cloudwatchLogs", single: "cloudwatchLogs", member: "logGroupName", kind: "log group" },
  {
    list: "cloudwatchMetrics",
    single: "cloudwatchMetric",
    member: "metricNamespace",
    uses: () => [{ action: "cloudwatch:PutMetricData", arn: "*" }],
  },
  { list: "dynamodbs", single: "dynamodb", member: "tableName", kind: "table" },
  { list: "dynamodbv2s", single: "dynamodbv2", member: "putItem.tableName", kind: "table" },
  { list: "elasticsearch", single: "elasticsearch", member: "endpoint", uses: indexing },
  { list: "firehoses", single: "firehose", member: "deliveryStreamName", kind: "firehose" },
  { list: "https", single: "http", member: "url" },
  // Through Cloud Control only. The action does not name the secret that its role reads: the destination does.
  { list: "influxDBs", single: "influxDB", member: "databaseName" },
  { list: "iotAnalytics", single: "iotAnalytics", member: "channelName", uses: unknownUse },
  // Through Cloud Control only.
  {
    list: "iotSiteWise",
    single: "iotSiteWise",
    member: "putAssetPropertyValueEntries",
    uses: unknownUse,
  },
  { list: "iotEvents", single: "iotEvents", member: "inputName", uses: unknownUse },
  { list: "kafkas", single: "kafka", member: "topic" },
  { list: "kineses", single: "kinesis", member: "streamName", kind: "stream" },
  { list: "lambdas", single: "lambda", member: "functionArn", kind: "function" },
  // Through Cloud Control only.
  { list: "location", single: "location", member: "trackerName", uses: tracking },
  // Through Cloud Control only.
  { list: "openSearch", single: "openSearch", member: "endpoint", uses: indexing },
  { list: "republishes", single: "republish", member: "topic", uses: republishing },
  { list: "s3", single: "s3", member: "bucketName", kind: "bucket" },
  { list: "sns", single: "sns", member: "targetArn", kind: "topic" },
  { list: "sqs", single: "sqs", member: "queueUrl", kind: "queue" },
  {
    list: "stepFunctions",
    single: "stepFunctions",
    member: "stateMachineName",
    kind: "state machine",
  },
  { list: "timestreams", single: "timestream", member: "tableName", uses: writingRecords },
];

/** Returns all sinks of a topic rule, including the sink of its error action. */
export function ruleSinks({ inputs }: Resource): RuleSink[] {
  return ruleActions.flatMap((action) => [
    ...sinksIn(inputs, `${action.list}[]`, action, false),
    ...sinksIn(inputs, `errorAction.${action.single}`, action, true),
  ]);
}

const sinksIn = (
  inputs: Place,
  path: string,
  { list, single, member, kind, uses }: Action,
  onError: boolean,
): RuleSink[] =>
  placesAt(inputs, path)
    .map((action) => ({
      action: onError ? single : list,
      kind,
      onError,
      place: action.at(...member.split(".")),
      role: action.at("roleArn"),
      uses: uses && ((where: Whereabouts) => uses(action, where)),
    }))
    .filter(({ place }) => place.given);
