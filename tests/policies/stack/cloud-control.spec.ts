import * as assert from "node:assert/strict";
import type { Rule } from "../../../policies/rule";
import { rules } from "../../../policies/rules";
import { asProvider } from "../../../policies/stack/cloud-control";
import { ruleSinks } from "../../../policies/stack/rule-sinks";
import { findings, recorded, said, unknown, type Given } from "../../support/policy";
import { arn, document, queueUrl, role, trust } from "../given";
import { stackIn } from "./stack-in";

const roleArn = arn.role("ingest");
const sqs = (name: string) => ({ QueueUrl: queueUrl(name), RoleArn: roleArn, UseBase64: false });
const influxdb = {
  DestinationArn: "arn:aws:iot:eu-central-1:123456789012:ruledestination/influxdb/0a1b",
  RoleArn: roleArn,
  DatabaseName: "iot",
  TableName: "telemetry",
  Tags: { deviceId: "@{deviceId}" },
};
const payload = {
  Description: "Writes readings.",
  RuleDisabled: false,
  AwsIotSqlVersion: "2016-03-23",
  Sql: "SELECT * FROM 'devices/+/telemetry'",
  Actions: [{ InfluxDB: influxdb }],
  ErrorAction: { Sqs: sqs("failures") },
};
/** A topic rule through Cloud Control, with some members of its payload changed. */
const declared = (changes: object = {}): Given => ({
  type: "aws:cloudcontrol/resource:Resource",
  inputs: {
    typeName: "AWS::IoT::TopicRule",
    desiredState: JSON.stringify({
      RuleName: "ingest",
      TopicRulePayload: { ...payload, ...changes },
    }),
  },
});
/** The same rule through the provider. */
const provided: Given = {
  type: "aws:iot/topicRule:TopicRule",
  inputs: {
    name: "ingest",
    description: payload.Description,
    enabled: true,
    sql: payload.Sql,
    sqlVersion: payload.AwsIotSqlVersion,
    sqs: [{ queueUrl: queueUrl("orders"), roleArn, useBase64: false }],
    errorAction: { sqs: { queueUrl: queueUrl("failures"), roleArn, useBase64: false } },
  },
};

const ruleNamed = (name: string): Rule => {
  const rule = rules.find((one) => one.name === name);
  assert.ok(rule, name);
  return rule;
};

describe("A topic rule that is declared through Cloud Control", () => {
  it("has the tags that CloudFormation lists", () => {
    const desiredState = JSON.stringify({
      RuleName: "ingest",
      TopicRulePayload: payload,
      Tags: [
        { Key: "owner", Value: "plant" },
        { Key: "stage", Value: "dev" },
      ],
    });
    const state: Record<string, unknown> = { typeName: "AWS::IoT::TopicRule", desiredState };
    const { props } = asProvider({ type: declared().type, props: state });
    assert.deepEqual(props.tags, { owner: "plant", stage: "dev" });
  });

  it("has the inputs of aws.iot.TopicRule", () => {
    const { type, inputs } = declared({ Actions: [{ Sqs: sqs("orders") }] });
    assert.deepEqual(asProvider({ type, props: inputs }), {
      type: provided.type,
      props: provided.inputs,
    });
  });

  it("has its sinks, those of several actions of one kind included", async () => {
    const [rule] = (
      await stackIn(
        declared({
          Actions: [
            { InfluxDB: influxdb },
            { DynamoDBv2: { RoleArn: roleArn, PutItem: { TableName: "a" } } },
            { DynamoDBv2: { RoleArn: roleArn, PutItem: { TableName: "b" } } },
            { OpenSearch: { Endpoint: "https://search.example.com" } },
          ],
        }),
      )
    ).of("aws:iot/topicRule:TopicRule");
    assert.ok(rule);
    assert.deepEqual(
      ruleSinks(rule).map(({ action, place, onError }) => [action, place.text(), onError]),
      [
        ["dynamodbv2s", "a", false],
        ["dynamodbv2s", "b", false],
        ["influxDBs", "iot", false],
        ["openSearch", "https://search.example.com", false],
        ["sqs", queueUrl("failures"), true],
      ],
    );
  });

  for (const [name, changes, sentence] of [
    [
      "iot-rule-require-error-action",
      { ErrorAction: undefined },
      "it: Has no error action, so messages that an action cannot deliver are lost: set errorAction.",
    ],
    [
      "iot-rule-require-error-action",
      { Actions: [{ Sqs: sqs("failures") }] },
      "it: Sends failed messages to a target of the same rule, queue failures: use another target for errorAction.",
    ],
    [
      "iot-rule-require-current-sql-version",
      { AwsIotSqlVersion: "2015-10-08" },
      "it: Has sqlVersion 2015-10-08: set 2016-03-23.",
    ],
    ["iot-rule-require-valid-sql", { Sql: "SELECT FROM" }, /^it: Has an invalid SQL statement: /],
    [
      "iot-rule-require-partition-key",
      { Actions: [{ Kinesis: { RoleArn: roleArn, StreamName: "s", PartitionKey: "a" } }] },
      /^it: /,
    ],
    ["aws-resource-require-description", { Description: undefined }, /^it: /],
    [
      "aws-resource-forbid-ended-services",
      { Actions: [{ IotAnalytics: { ChannelName: "c", RoleArn: roleArn } }] },
      /^it: Is .*, which AWS ended or closed on /,
    ],
  ] as const)
    it(`is refused by ${name} for ${JSON.stringify(changes)}`, async () => {
      assert.deepEqual(await said(ruleNamed(name), declared()), []);
      const [first = "", ...others] = await said(ruleNamed(name), declared(changes));
      assert.equal(others.length, 0);
      if (typeof sentence === "string") assert.equal(first, sentence);
      else assert.match(first, sentence);
    });

  it("needs alarms, and a role that may do what its error action does", async () => {
    const alarmsOf = ruleNamed("cloudwatch-alarm-require-failure-surfaces");
    const without = await said(alarmsOf, declared());
    assert.deepEqual(without, await said(alarmsOf, provided));
    assert.ok(without.length > 0);
    const permitted = (...statements: Record<string, unknown>[]): Given[] => [
      declared(),
      { ...role(trust()), name: "role" },
      {
        type: "aws:iam/rolePolicy:RolePolicy",
        name: "permissions",
        inputs: { name: "permissions", role: "ingest", policy: document(...statements) },
      },
      { type: "aws:sqs/queue:Queue", name: "failures", inputs: { name: "failures" } },
    ];
    const delivery = ruleNamed("iam-failure-path-require-delivery");
    const send = {
      ...{ Sid: "Send", Effect: "Allow", Action: "sqs:SendMessage" },
      Resource: arn.queue("failures"),
    };
    assert.deepEqual(await said(delivery, ...permitted(send)), []);
    const refused = await said(delivery, ...permitted({ ...send, Action: "sqs:ReceiveMessage" }));
    assert.equal(refused.length, 1);
    assert.match(refused[0] ?? "", /^it: /);
  });

  it("is readable with any members", async () => {
    for (const state of [
      "[]",
      '{"TopicRulePayload":[1],"Tags":7}',
      '{"RuleName":{},"TopicRulePayload":{"Actions":[7,{"__proto__":{"a":[null]}}],"ErrorAction":{"":null}}}',
    ]) {
      const inputs = { typeName: "AWS::IoT::TopicRule", desiredState: state };
      const found = await findings(
        rules,
        recorded([{ type: "aws:cloudcontrol/resource:Resource", inputs }]),
      );
      assert.deepEqual(
        found.filter(({ message }) => message.includes("The rule itself failed")),
        [],
      );
    }
  });

  it("is unverified, and not refused, while its state is not known", async () => {
    const given: Given = {
      type: "aws:cloudcontrol/resource:Resource",
      inputs: { typeName: "AWS::IoT::TopicRule", desiredState: unknown },
    };
    const found = await findings(rules, recorded([given]));
    assert.ok(found.length > 0);
    assert.deepEqual(
      found.filter(({ level }) => level !== "advisory"),
      [],
    );
  });

  for (const [what, inputs] of [
    ["of another type", { typeName: "AWS::QuickSight::Dashboard", desiredState: "{}" }],
    ["whose type is not known", { typeName: unknown, desiredState: "{}" }],
    ["whose state is not JSON", { typeName: "AWS::IoT::TopicRule", desiredState: "{" }],
    ["without a state", { typeName: "AWS::IoT::TopicRule" }],
  ] as const)
    it(`is not a resource ${what}`, async () => {
      const given: Given = { type: "aws:cloudcontrol/resource:Resource", inputs };
      const { resources } = await stackIn(given);
      assert.deepEqual(
        resources.map(({ type }) => type),
        ["aws:cloudcontrol/resource:Resource"],
      );
      const found = await findings(rules, recorded([given]));
      assert.deepEqual(
        found.filter(({ message }) => message.includes("The rule itself failed")),
        [],
      );
    });
});
