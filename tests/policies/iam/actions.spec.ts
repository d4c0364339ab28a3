import * as assert from "node:assert/strict";
import {
  actionsMatching,
  findAction,
  isGlobalKey,
  isPattern,
  isService,
  takesKey,
} from "../../../policies/iam/actions";

const names = (pattern: string) => actionsMatching(pattern).map(({ name }) => name);

describe("AWS's actions", () => {
  it("are found in any letter case, with the spelling of AWS", () => {
    for (const spelling of ["sqs:SendMessage", "SQS:sendmessage"]) {
      const action = findAction(spelling);
      assert.equal(action?.name, "sqs:SendMessage");
      assert.deepEqual(action?.types, [
        {
          name: "queue",
          arn: "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}",
          required: true,
        },
      ]);
    }
    assert.deepEqual(findAction("sqs:ListQueues")?.types, []);
  });

  it("are read once", () => {
    assert.equal(findAction("sqs:SendMessage"), findAction("SQS:sendmessage"));
  });

  it("are not found if they do not exist", () => {
    for (const name of [
      "sqs:SendMessages",
      "sqss:SendMessage",
      "SendMessage",
      "sqs",
      "",
      "toString:x",
      "*",
    ])
      assert.equal(findAction(name), undefined, name);
  });

  it("have types that are optional", () => {
    const types = findAction("cloudwatch:PutMetricData")?.types ?? [];
    assert.ok(types.every(({ required }) => !required));
    const { types: some = [] } = findAction("iam:PassRole") ?? {};
    assert.deepEqual(
      some.map(({ required }) => required),
      [true],
    );
  });

  it("have types whose names are several words", () => {
    const { types = [] } = findAction("lambda:PutFunctionCodeSigningConfig") ?? {};
    assert.deepEqual(
      types.map(({ name, required }) => [name, required]),
      [
        ["code signing config", true],
        ["function", true],
      ],
    );
    assert.ok(types.every(({ arn }) => arn.startsWith("arn:${Partition}:lambda:")));
  });

  it("are those that a pattern matches", () => {
    assert.deepEqual(names("sqs:SendMessage"), ["sqs:SendMessage"]);
    assert.deepEqual(names("sqs:Send*"), ["sqs:SendMessage"]);
    assert.deepEqual(names("SQ?:*DMessage"), ["sqs:SendMessage"]);
    assert.deepEqual(names("sqs:X*"), []);
    assert.deepEqual(names("nothing:*"), []);
    assert.ok(names("sqs:*").length > 10);
    assert.ok(names("sqs:*").every((name) => name.startsWith("sqs:")));
    assert.deepEqual(names("*"), names("*:*"));
    assert.ok(names("*").length > names("s*:*").length);
  });

  it("belong to services", () => {
    assert.ok(isService("sqs") && isService("SQS"));
    assert.ok(!isService("toString") && !isService("sq") && !isService(""));
  });

  it("are distinct from patterns", () => {
    assert.ok(isPattern("sqs:*") && isPattern("sqs:?end"));
    assert.ok(!isPattern("sqs:SendMessage"));
  });
});

describe("AWS's condition keys", () => {
  it("are global in any letter case and with any tag", () => {
    for (const key of ["aws:SourceArn", "AWS:sourcearn", "aws:PrincipalTag/team"])
      assert.ok(isGlobalKey(key), key);
    for (const key of ["aws:SourceArns", "sqs:x", "aws", ""]) assert.ok(!isGlobalKey(key), key);
  });

  it("belong to an action or to its resource types", () => {
    const action = findAction("kms:Decrypt");
    assert.ok(action);
    for (const key of ["kms:ViaService", "kms:EncryptionContext:app", "KMS:resourcealiases"])
      assert.ok(takesKey(action, key), key);
    for (const key of ["kms:Nothing", "sqs:x", ""]) assert.ok(!takesKey(action, key), key);
    for (const name of ["sqs:ListQueues", "sqs:SendMessage"])
      assert.deepEqual(findAction(name)?.keys, [], name);
  });
});
