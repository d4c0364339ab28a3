import * as assert from "node:assert/strict";
import {
  asProvider,
  isAlsoDeclared,
  isThroughCloudControl,
} from "../../../policies/stack/cloud-control";

const type = "aws:cloudcontrol/resource:Resource";
const topicRule = "aws:iot/topicRule:TopicRule";
const typeName = "AWS::IoT::TopicRule";
type Declared = Parameters<typeof asProvider>[0];

const declared = (desiredState: unknown, more: Record<string, unknown> = {}): Declared => ({
  type,
  props: { typeName, desiredState, ...more },
});
/** The inputs of a topic rule with this state. */
const inputsOf = (state: unknown): unknown => {
  const found = asProvider(declared(JSON.stringify(state)));
  assert.equal(found.type, topicRule);
  return found.props;
};
const notKnown = (name: string): Error => new Error(`${name} is not known`);
/** Props of the SDK, which throw on access to these names. */
const unknownProps = (props: Record<string, unknown>, ...names: string[]): Declared["props"] =>
  Object.defineProperties(
    { ...props },
    Object.fromEntries(
      names.map((name) => [
        name,
        {
          enumerable: true,
          get: () => {
            throw notKnown(name);
          },
        },
      ]),
    ),
  );

describe("The inputs of a topic rule that is declared through Cloud Control", () => {
  it("are those of the provider's topic rules, the only type that is declared in both ways", () => {
    assert.equal(isAlsoDeclared(topicRule), true);
    for (const other of [type, "aws:sqs/queue:Queue", "", undefined])
      assert.equal(isAlsoDeclared(other), false);
  });

  it("are read from resources whose own type in the URN is that of Cloud Control", () => {
    const declaredAs = (types: string) =>
      isThroughCloudControl({ urn: `urn:pulumi:dev::iot::${types}::ingest` });
    assert.equal(declaredAs(type), true);
    assert.equal(declaredAs(`my:rules:Rule$${type}`), true);
    for (const other of [`${type}$${topicRule}`, topicRule, ""])
      assert.equal(declaredAs(other), false, other);
    assert.equal(isThroughCloudControl({ urn: type }), false);
  });

  it("are those that the state gives", () => {
    assert.deepEqual(inputsOf({}), { enabled: true });
    assert.deepEqual(
      inputsOf({
        RuleName: "ingest",
        TopicRulePayload: {
          Sql: "SELECT * FROM 'a'",
          AwsIotSqlVersion: "2016-03-23",
          Description: "Writes.",
          RuleDisabled: true,
          Actions: [],
          ErrorAction: { Sqs: { QueueUrl: "q" } },
        },
        Tags: [],
      }),
      {
        name: "ingest",
        description: "Writes.",
        sql: "SELECT * FROM 'a'",
        sqlVersion: "2016-03-23",
        enabled: false,
        tags: {},
        errorAction: { sqs: { queueUrl: "q" } },
      },
    );
  });

  for (const disabled of [false, undefined, "true", 1])
    it(`enable the rule with RuleDisabled ${JSON.stringify(disabled)}`, () =>
      assert.deepEqual(inputsOf({ TopicRulePayload: { RuleDisabled: disabled } }), {
        enabled: true,
      }));

  for (const payload of [[], "text", 7, null, [{ Sql: "SELECT" }]])
    it(`are none with the payload ${JSON.stringify(payload)}`, () =>
      assert.deepEqual(inputsOf({ TopicRulePayload: payload }), { enabled: true }));

  it("have an error action only from an object", () => {
    for (const ErrorAction of [null, [{ Sqs: {} }], "sqs"])
      assert.deepEqual(inputsOf({ TopicRulePayload: { ErrorAction } }), { enabled: true });
    assert.deepEqual(inputsOf({ TopicRulePayload: { ErrorAction: {} } }), {
      enabled: true,
      errorAction: {},
    });
  });

  it("have actions only from a list of objects", () => {
    for (const Actions of [null, { Sqs: {} }, "sqs", [null, "sqs", [{ Sqs: {} }]]])
      assert.deepEqual(inputsOf({ TopicRulePayload: { Actions } }), { enabled: true });
  });

  it("name actions as the provider does, and unknown ones by a small letter", () => {
    const settings = { RoleArn: "r", Headers: [{ Key: "k" }, ["Text"], null, 7] };
    const small = { roleArn: "r", headers: [{ key: "k" }, ["Text"], null, 7] };
    assert.deepEqual(
      inputsOf({
        TopicRulePayload: {
          Actions: [
            { DynamoDBv2: settings, Kafka: "text" },
            { DynamoDBv2: { PutItem: { TableName: "t" } } },
            { BrandNew: settings },
            { BrandNew: [settings] },
          ],
          ErrorAction: { DynamoDBv2: settings, BrandNew: settings },
        },
      }),
      {
        enabled: true,
        dynamodbv2s: [small, { putItem: { tableName: "t" } }],
        kafkas: ["text"],
        brandNew: [small, [small]],
        errorAction: { dynamodbv2: small, brandNew: small },
      },
    );
  });

  it("have the tags of a list by key, and other tags as they are", () => {
    assert.deepEqual(
      inputsOf({ Tags: [{ Key: "a", Value: "x" }, null, "text", { Key: 7, Value: 8 }] }),
      { enabled: true, tags: { a: "x", 7: 8 } },
    );
    assert.deepEqual(inputsOf({ Tags: { a: "x" } }), { enabled: true, tags: { a: "x" } });
  });

  it("keep what else the resource has", () => {
    const resource = { ...declared('{"RuleName":"ingest"}'), name: "ingest" };
    assert.deepEqual(asProvider(resource), {
      type: topicRule,
      name: "ingest",
      props: { name: "ingest", enabled: true },
    });
  });

  for (const [what, resource] of [
    ["another type", { ...declared("{}"), type: "aws:sqs/queue:Queue" }],
    ["another type of Cloud Control", declared("{}", { typeName: "AWS::SQS::Queue" })],
    ["no type name", { type, props: { desiredState: "{}" } }],
    ["no state", { type, props: { typeName } }],
    ["a state that is a list", declared("[]")],
    ["a state that is null", declared("null")],
    ["a state that is a text", declared('"text"')],
    ["a state that is not JSON", declared("{")],
    ["a state that is an object", declared({ RuleName: "ingest" })],
    ["an unknown type name", { type, props: unknownProps({ desiredState: "{}" }, "typeName") }],
  ] as [string, Declared][])
    it(`are not read from a resource with ${what}`, () =>
      assert.equal(asProvider(resource), resource));

  it("are unknown as the state is", () => {
    const { type: found, props } = asProvider({
      type,
      props: unknownProps({ typeName }, "desiredState"),
    });
    assert.equal(found, topicRule);
    const names = ["name", "description", "sql", "sqlVersion", "errorAction"];
    assert.deepEqual(Object.keys(props), names);
    for (const name of names)
      assert.throws(() => (props as Record<string, unknown>)[name], notKnown("desiredState"));
  });
});
