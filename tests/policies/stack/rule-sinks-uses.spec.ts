import * as assert from "node:assert/strict";
import { ruleSinks } from "../../../policies/stack/rule-sinks";
import { unknown } from "../../support/policy";
import { stackIn } from "./stack-in";

const where = { partition: "aws-cn", region: "cn-north-1", account: "123456789012" };
const arn = (service: string, resource: string) =>
  `arn:aws-cn:${service}:cn-north-1:123456789012:${resource}`;
const usesOf = async (list: string, action: object) => {
  const inputs = { [list]: [action] };
  const [rule] = (await stackIn({ type: "aws:iot/topicRule:TopicRule", inputs })).resources;
  assert.ok(rule);
  const [sink] = ruleSinks(rule);
  assert.ok(sink);
  return sink.uses ? (sink.uses(where)?.map((use) => [use.action, use.arn]) ?? "unknown") : "none";
};
const random = "abcdefghij0123456789abcdef";
const indexed = { index: "i", type: "_doc", id: "${newuuid()}" };
const domain = (prefix: string, suffix = random) => ({
  endpoint: `${prefix}-my-logs-${suffix}.cn-north-1.es.amazonaws.com`,
  ...indexed,
});
const put = [["es:ESHttpPut", arn("es", "domain/my-logs/i/_doc/template")]];

describe("The calls of an action of a topic rule", () => {
  for (const [list, action, uses] of [
    ["cloudwatchMetrics", { metricNamespace: "n" }, [["cloudwatch:PutMetricData", "*"]]],
    [
      "republishes",
      { topic: "a/${topic(2)}/${c}/$$d" },
      [["iot:Publish", arn("iot", "topic/a/template/template/$$d")]],
    ],
    ["republishes", { topic: "$$aws/a" }, [["iot:Publish", arn("iot", "topic/$aws/a")]]],
    ["republishes", { topic: unknown }, "unknown"],
    [
      "timestreams",
      { databaseName: "d${a}", tableName: "t${b}" },
      [
        ["timestream:WriteRecords", arn("timestream", "database/dtemplate/table/ttemplate")],
        ["timestream:DescribeEndpoints", "*"],
      ],
    ],
    ["timestreams", { tableName: "t" }, "unknown"],
    ["timestreams", { databaseName: "d", tableName: unknown }, "unknown"],
    [
      "location",
      { trackerName: "t" },
      [["geo:BatchUpdateDevicePosition", arn("geo", "tracker/t")]],
    ],
    ["location", { trackerName: unknown }, "unknown"],
    ["openSearch", domain("https://search"), put],
    ["elasticsearch", domain("https://vpc"), put],
    ["openSearch", domain("http://search"), "unknown"],
    ["openSearch", domain("see https://search"), "unknown"],
    ["openSearch", domain("https://search", random.slice(1)), "unknown"],
    ["openSearch", domain("https://search", random.toUpperCase()), "unknown"],
    ["openSearch", { ...domain("https://search"), endpoint: unknown }, "unknown"],
    ["openSearch", { ...domain("https://search"), id: unknown }, "unknown"],
    ["openSearch", { ...domain("https://search"), index: 7 }, "unknown"],
    ["openSearch", { ...domain("https://search"), type: unknown }, "unknown"],
    ["iotAnalytics", { channelName: "c" }, "unknown"],
    ["iotEvents", { inputName: "i" }, "unknown"],
    ["iotSiteWise", { putAssetPropertyValueEntries: [{}] }, "unknown"],
    ["https", { url: "https://example.com" }, "none"],
    ["influxDBs", { databaseName: "d" }, "none"],
    ["kafkas", { topic: "t" }, "none"],
    ["sqs", { queueUrl: "q" }, "none"],
  ] as [string, object, string[][] | string][])
    it(`in ${list} with ${JSON.stringify(action)} are ${JSON.stringify(uses)}`, async () =>
      assert.deepEqual(await usesOf(list, action), uses));
});
