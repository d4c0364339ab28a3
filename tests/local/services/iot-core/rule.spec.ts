import * as assert from "node:assert/strict";
import { prepareRule, type TopicRuleInputs } from "../../../../local/services/iot-core/rule";

const roleArn = "arn:aws:iam::123456789012:role/rule";
const toQueue = { queueUrl: "https://sqs.eu-central-1.amazonaws.com/123456789012/q", roleArn };
const plain: TopicRuleInputs = {
  name: "rule",
  enabled: true,
  sql: "SELECT * FROM 'a'",
  sqlVersion: "2016-03-23",
};

describe("a topic rule", () => {
  it("has its actions with their keys, and their names in AWS's failures", () => {
    const republish = { topic: "b", roleArn };
    const { actions, errorAction } = prepareRule({
      ...plain,
      description: "says nothing",
      tags: { a: "b" },
      region: "eu-central-1",
      sqs: [{ ...toQueue, useBase64: false }],
      sns: [{ targetArn: "arn:aws:sns:eu-central-1:123456789012:t", roleArn }],
      dynamodbv2s: [{ putItem: { tableName: "t" }, roleArn }],
      kineses: [{ streamName: "s", partitionKey: "${clientid()}", roleArn }],
      republishes: [republish, republish],
      lambdas: [],
      s3: undefined,
      errorAction: { sqs: { ...toQueue, useBase64: true }, sns: undefined },
    });
    assert.deepEqual(
      actions.map(({ name, failedAction }) => [name, failedAction]),
      [
        ["sqs", "SqsAction"],
        ["sns", "SnsAction"],
        ["dynamodbv2", "DynamoDBv2Action"],
        ["kinesis", "KinesisAction"],
        ["republish", "RepublishAction"],
        ["republish", "RepublishAction"],
      ],
    );
    assert.deepEqual([errorAction?.name, errorAction?.roleArn], ["sqs", roleArn]);
  });

  it("may have no action at all", () => {
    const { actions, errorAction } = prepareRule(plain);
    assert.deepEqual([actions, errorAction], [[], undefined]);
  });

  const runs =
    "it runs cloudwatchAlarms, cloudwatchLogs, cloudwatchMetrics, dynamodbs, dynamodbv2s, firehoses, https, kineses, lambdas, republishes, s3, sns, sqs, stepFunctions, timestreams.";
  const refused: [what: string, inputs: Partial<TopicRuleInputs>, sentence: string | RegExp][] = [
    [
      "a name with a hyphen",
      { name: "my-rule" },
      "Rule name 'my-rule' is illegal; use letters, digits and underscores.",
    ],
    [
      "another SQL version",
      { sqlVersion: "2015-10-08" },
      "Rule rule asks for SQL version 2015-10-08; only 2016-03-23 runs here.",
    ],
    [
      "SQL with an error",
      { sql: "SELECT FROM 'a'" },
      /^Rule rule: the SQL is refused: Line 1, col/,
    ],
    [
      "SQL that calls out to what is not here",
      { sql: "SELECT get_thing_shadow('t', 'arn:aws:iam::123456789012:role/r') AS s FROM 'a'" },
      "Rule rule: the SQL is refused: Line 1, column 8: Function 'get_thing_shadow' calls out of the rules engine, and there is no port for it.",
    ],
    [
      "a variable in a template that its statement does not have",
      { republishes: [{ topic: "b/${@level}", roleArn }] },
      /^Rule rule: its republish action is refused: Line 1, column 5: /,
    ],
    [
      "an action that is not implemented",
      { kafkas: [{ destinationArn: "d", topic: "t", clientProperties: {} }] },
      `Rule rule has 'kafkas', which the local IoT Core does not run; ${runs}`,
    ],
    [
      "an error action that is not implemented",
      { errorAction: { iotEvents: { inputName: "i", roleArn } } },
      /^Rule rule has 'iotEvents', which the local IoT Core does not run; it runs cloudwatchAlarm, /,
    ],
    [
      "two error actions",
      {
        errorAction: { sqs: { ...toQueue, useBase64: false }, republish: { topic: "b", roleArn } },
      },
      "Rule rule has 2 error actions; AWS IoT takes one.",
    ],
    [
      "eleven actions",
      { republishes: Array.from({ length: 11 }, () => ({ topic: "b", roleArn })) },
      "Rule rule has 11 actions; AWS IoT takes 10.",
    ],
    [
      "an action without a required setting",
      { sqs: [toQueue] },
      'Rule rule: its sqs action is refused: useBase64: Invalid key: Expected "useBase64" but received undefined.',
    ],
    [
      "a setting that it does not know",
      { republishes: [{ topic: "b", roleArn, retain: [] }] },
      'Rule rule: its republish action is refused: retain: Invalid key: Expected never but received "retain".',
    ],
    [
      "a header that it does not know",
      { republishes: [{ topic: "b", roleArn, headers: { topicAlias: "1" } }] },
      'Rule rule: its republish action is refused: headers.topicAlias: Invalid key: Expected never but received "topicAlias".',
    ],
    [
      "a Kinesis action without a partition key",
      { kineses: [{ streamName: "s", roleArn }] },
      /^Rule rule: its kinesis action is refused: partitionKey: /,
    ],
    [
      "an SNS action of another format",
      { sns: [{ targetArn: "t", roleArn, messageFormat: "json" }] },
      /^Rule rule: its sns action is refused: messageFormat: /,
    ],
    [
      "a template with an error",
      { republishes: [{ topic: "b/${topic(}", roleArn }] },
      /^Rule rule: its republish action is refused: Line 1, column /,
    ],
  ];
  for (const [what, inputs, message] of refused)
    it(`is refused for ${what}`, () =>
      assert.throws(() => prepareRule({ ...plain, ...inputs }), { message }));
});
