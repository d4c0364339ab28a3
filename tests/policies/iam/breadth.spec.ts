import * as assert from "node:assert/strict";
import {
  coversEverything,
  isAllAlarms,
  isNamed,
  isRequiring,
  limits,
  picksResources,
  required,
  requiredOf,
  takesEverythingOnly,
  typesCovered,
} from "../../../policies/iam/breadth";

const type = (name: string, arn: string, required = true) => ({ name, arn, required });
const action = (name: string, ...types: ReturnType<typeof type>[]) => ({ name, types, keys: [] });
const rule = type("rule", "arn:${Partition}:iot:${Region}:${Account}:rule/${RuleName}");
const bucket = type("bucket", "arn:${Partition}:s3:::${BucketName}");

describe("The coverage of a pattern", () => {
  for (const [pattern, all] of [
    ["*", true],
    ["**", true],
    ["arn:*", true],
    ["arn:aws:*:*:*:*", true],
    ["arn:aws:?:*:*:*", true],
    ["arn:aws:*", false],
    ["arn:aws:iot:*:*:*", false],
    ["arn:aws:i*:*:*:*", false],
    ["a*", true],
    ["b*", false],
    ["x", false],
  ] as const)
    it(`is ${all ? "everything" : "not everything"} for ${pattern}`, () =>
      assert.equal(coversEverything(pattern), all));

  for (const [pattern, ...covered] of [
    ["arn:aws:iot:eu-central-1:123456789012:*", "rule"],
    ["arn:aws:iot:*:*:rule/*", "rule"],
    ["arn:aws:iot:*:*:r*", "rule"],
    ["arn:aws:*:*:*:rule/*", "rule"],
    ["arn:aws:iot:*:*:rule/a*"],
    ["arn:aws:iot:*:*:rule/?", "rule"],
    ["arn:aws:iot:*:*:thing/*"],
    ["arn:aws:sqs:*:*:*"],
    ["arn:aws:iot::*:*"],
    ["arn:aws:iot:*::*"],
    ["arn:aws:s3:::*", "bucket"],
    ["arn:aws:s3:*:*:*", "bucket"],
    ["arn:aws:s3:eu-central-1::*"],
    ["arn:aws:s3::123456789012:*"],
    ["arn:aws:s3:::b*"],
    ["*"],
  ] as const)
    it(`is ${covered.join() || "no type as a whole"} for ${pattern}`, () =>
      assert.deepEqual(typesCovered(pattern, action("iot:X", rule, bucket)), covered));

  it("excludes resources that AWS names at creation, and types without an ARN", () => {
    const network = type(
      "network-interface",
      "arn:${Partition}:ec2:${Region}:${Account}:eni/${Id}",
    );
    const pattern = "arn:aws:ec2:*:*:*";
    assert.deepEqual(typesCovered(pattern, action("ec2:X", network)), []);
    assert.deepEqual(typesCovered(pattern, action("iot:X", network)), ["network-interface"]);
    assert.deepEqual(typesCovered(pattern, action("ec2:X", type("any", "*"))), []);
  });

  it("excludes a resource of which an account and region have one", () => {
    const root = type("rootcatalog", "arn:${Partition}:glue:${Region}:${Account}:catalog");
    const named = type("catalog", "arn:${Partition}:glue:${Region}:${Account}:catalog/${Name}");
    const pattern = "arn:aws:glue:eu-central-1:123456789012:catalog";
    assert.deepEqual(typesCovered(pattern, action("glue:X", root, named)), []);
    assert.deepEqual(typesCovered(`${pattern}*`, action("glue:X", root, named)), ["catalog"]);
  });
});

describe("An action that accepts only `*`", () => {
  for (const name of [
    "cloudwatch:GetMetricData",
    "cloudwatch:ListMetrics",
    "cloudwatch:PutMetricData",
    "comprehend:DetectEntities",
    "polly:StartSpeechSynthesisTask",
    "polly:SynthesizeSpeech",
    "rekognition:DetectModerationLabels",
    "translate:TranslateText",
  ])
    it(`can be ${name}, whose type is optional`, () => {
      assert.ok(takesEverythingOnly(action(name, type("any", "*", false))));
      assert.ok(!takesEverythingOnly(action(name, type("any", "*"), type("any", "*", false))));
    });

  it("has no types, and is no other action with an optional type", () => {
    assert.ok(takesEverythingOnly(action("iot:X")));
    assert.ok(!takesEverythingOnly(action("iot:X", type("any", "*", false))));
  });
});

describe("Conditions that select resources", () => {
  for (const key of [
    "aws:ResourceTag/team",
    "aws:resourcetag/team",
    "ec2:ResourceTag/team",
    "api-gateway2:ResourceTag/team",
    "kms:ResourceAliases",
    "kms:EncryptionContext:aws:sns:topicArn",
    "ecs:cluster",
  ])
    it(`are those on ${key}`, () => {
      assert.ok(picksResources({ StringEquals: { "aws:SourceAccount": ["1"], [key]: ["a"] } }));
      assert.ok(!picksResources({ StringNotEquals: { [key]: ["a"] } }));
      assert.ok(!picksResources({ StringLike: { [key]: ["a", "*"] } }));
    });

  for (const key of [
    "aws:RequestTag/team",
    "aws:ResourceTag/",
    "xaws:ResourceTags/a",
    "ecs:clusters",
    "my ecs:cluster",
    "kms:ResourceAliasesX",
    "kms:EncryptionContext:",
    "kms:EncryptionContextKeys",
  ])
    it(`are not those on ${key}`, () =>
      assert.ok(!picksResources({ StringEquals: { [key]: ["a"] } })));

  for (const operator of [
    "StringEquals",
    "StringLike",
    "StringEqualsIgnoreCase",
    "ArnEquals",
    "ArnLike",
  ])
    it(`need ${operator}, or it for any value, and not if exists or for all`, () => {
      assert.ok(isRequiring(operator));
      assert.ok(isRequiring(`ForAnyValue:${operator}`));
      for (const weak of [`${operator}IfExists`, `ForAllValues:${operator}`, `x${operator}`])
        assert.ok(!isRequiring(weak), weak);
    });

  it("do not use other operators", () => {
    for (const operator of ["StringNotEquals", "Null", "Bool", "ArnNotLike", "Arn", "String"])
      assert.ok(!isRequiring(operator), operator);
  });
});

describe("The keys that a request must contain to meet conditions", () => {
  const conditions = {
    StringLike: { "aws:SourceArn": ["a*", "b"], "aws:SourceAccount": ["*"] },
    ArnEquals: { "AWS:sourcearn": ["b"] },
    StringNotEquals: { "aws:SourceArn": ["c"] },
    StringEqualsIfExists: { "aws:SourceAccount": ["1"] },
  };

  it("are all keys, as written, with their allowed values", () => {
    assert.deepEqual(required(conditions), [
      ["aws:SourceArn", ["a*", "b"]],
      ["aws:SourceAccount", ["*"]],
      ["AWS:sourcearn", ["b"]],
    ]);
  });

  it("are found in any letter case, once for each condition", () => {
    assert.deepEqual(requiredOf(conditions, "aws:SourceARN"), [["a*", "b"], ["b"]]);
    assert.deepEqual(requiredOf(conditions, "aws:PrincipalArn"), []);
  });

  it("are limited by one condition with only narrow values", () => {
    const isExact = (value: string) => !value.includes("*");
    assert.ok(limits(conditions, "aws:SourceArn", isExact));
    assert.ok(!limits(conditions, "aws:SourceAccount", isExact));
    assert.ok(!limits({ StringLike: { a: ["a*", "b"] } }, "a", isExact));
  });
});

describe("A value of a condition", () => {
  for (const value of [
    "*",
    "?*",
    "???",
    "alias/*",
    "arn:*",
    "arn:aws:lambda:*",
    "arn:aws:s3:::*",
    "arn:aws:sqs:eu-central-1:123456789012:*",
    "arn:aws:ecs:eu-central-1:123456789012:cluster/*",
    "arn:aws:lambda:eu-central-1:123456789012:function:*",
    "arn:aws:events:eu-central-1:123456789012:event-bus/??*",
  ])
    it(`names nothing: ${value}`, () => assert.ok(!isNamed(value)));

  for (const value of [
    "",
    "orders",
    "orders*",
    "*orders",
    "Orders/*",
    "my:*",
    "xalias/*",
    "alias/a*",
    "alias/*a",
    "arn:aws:sqs:eu-central-1:123456789012:orders-*",
    "arn:aws:lambda:eu-central-1:123456789012:function:worker:*",
    "arn:aws:iot:eu-central-1:123456789012:rule/orders/*",
    "my-arn:*",
  ])
    it(`names something: '${value}'`, () => assert.ok(isNamed(value)));
});

describe("The pattern of all alarms of an account", () => {
  it("is the whole ARN, with an account and without a name", () => {
    const all = "arn:aws:cloudwatch:*:123456789012:alarm:*";
    assert.equal(isAllAlarms(all), true);
    for (const other of [
      `${all}-a`,
      `x${all}`,
      all.replace("123456789012", "*"),
      all.replace("alarm:*", "alarm:a"),
    ])
      assert.equal(isAllAlarms(other), false, other);
  });
});
