import * as assert from "node:assert/strict";
import { ruleSinks } from "../../../policies/stack/rule-sinks";
import { arn } from "../given";
import { stackIn } from "./stack-in";

/** List, single action, member that names the sink, kind of the sink. */
const rows: [list: string, single: string, member: string, kind?: string][] = [
  ["cloudwatchAlarms", "cloudwatchAlarm", "alarmName", "alarm"],
  ["cloudwatchLogs", "cloudwatchLogs", "logGroupName", "log group"],
  ["cloudwatchMetrics", "cloudwatchMetric", "metricNamespace"],
  ["dynamodbs", "dynamodb", "tableName", "table"],
  ["dynamodbv2s", "dynamodbv2", "putItem.tableName", "table"],
  ["elasticsearch", "elasticsearch", "endpoint"],
  ["firehoses", "firehose", "deliveryStreamName", "firehose"],
  ["https", "http", "url"],
  ["influxDBs", "influxDB", "databaseName"],
  ["iotAnalytics", "iotAnalytics", "channelName"],
  ["iotEvents", "iotEvents", "inputName"],
  ["iotSiteWise", "iotSiteWise", "putAssetPropertyValueEntries"],
  ["kafkas", "kafka", "topic"],
  ["kineses", "kinesis", "streamName", "stream"],
  ["lambdas", "lambda", "functionArn", "function"],
  ["location", "location", "trackerName"],
  ["openSearch", "openSearch", "endpoint"],
  ["republishes", "republish", "topic"],
  ["s3", "s3", "bucketName", "bucket"],
  ["sns", "sns", "targetArn", "topic"],
  ["sqs", "sqs", "queueUrl", "queue"],
  ["stepFunctions", "stepFunctions", "stateMachineName", "state machine"],
  ["timestreams", "timestream", "tableName"],
];

describe("The sinks of a topic rule", () => {
  for (const [list, single, member, kind] of rows)
    it(`are found in ${list}, and in an error action of ${single}`, async () => {
      const named = member
        .split(".")
        .reduceRight((inner: unknown, key) => ({ [key]: inner }), "it") as object;
      const action = { ...named, roleArn: arn.role("r") };
      const stack = await stackIn({
        type: "aws:iot/topicRule:TopicRule",
        inputs: { [list]: [action, {}, action], errorAction: { [single]: action } },
      });
      const [rule] = stack.resources;
      assert.ok(rule);
      assert.deepEqual(
        ruleSinks(rule).map((sink) => [
          sink.action,
          sink.place.path,
          sink.place.text(),
          sink.kind,
          sink.role.text(),
          sink.onError,
        ]),
        [
          [list, `${list}[0].${member}`, "it", kind, arn.role("r"), false],
          [list, `${list}[2].${member}`, "it", kind, arn.role("r"), false],
          [single, `errorAction.${single}.${member}`, "it", kind, arn.role("r"), true],
        ],
      );
    });
});
