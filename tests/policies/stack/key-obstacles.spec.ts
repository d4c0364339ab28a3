import * as assert from "node:assert/strict";
import { edgesOf } from "../../../policies/stack/edges";
import { obstaclesIn } from "../../../policies/stack/obstacles";
import { unknown, type Given } from "../../support/policy";
import { arn, document, send, type Statement } from "../given";
import { stackIn } from "./stack-in";

const own = "arn:aws:kms:eu-central-1:123456789012:key/k-1";
const anyKey = "arn:aws:kms:eu-central-1:123456789012:key/key";
const role: Given = { type: "aws:iam/role:Role", name: "role", inputs: { name: "r" } };
const may = (Resource: string, Condition?: object): Given => ({
  type: "aws:iam/rolePolicy:RolePolicy",
  name: "permissions",
  inputs: {
    role: "r",
    policy: document(
      send({ Action: ["sqs:SendMessage", "sns:Publish"], Resource: "*" }),
      send({ Action: "kms:*", Resource, ...(Condition && { Condition }) }),
    ),
  },
});
const delegates = {
  Effect: "Allow",
  Principal: { AWS: "123456789012" },
  Action: "kms:*",
  Resource: "*",
};
const key = (inputs: Record<string, unknown> = {}): Given => ({
  type: "aws:kms/key:Key",
  name: "key",
  inputs: { keyId: "k-1", policy: document(delegates), ...inputs },
});
const alias: Given = {
  type: "aws:kms/alias:Alias",
  name: "alias",
  inputs: { name: "alias/a", targetKeyId: "k-1" },
};
const encrypted = (kind: "queue" | "topic", more: Record<string, unknown> = {}): Given => ({
  type: kind === "queue" ? "aws:sqs/queue:Queue" : "aws:sns/topic:Topic",
  name: "encrypted",
  inputs: { name: "my e", kmsMasterKeyId: "k-1", ...more },
});
const to = { queue: arn.queue("my e"), topic: arn.topic("my e") };
const byRole = (kind: "queue" | "topic"): Given => ({
  type: "aws:pipes/pipe:Pipe",
  name: "it",
  inputs: { roleArn: arn.role("r"), target: to[kind] },
});
const byService = (kind: "queue" | "topic"): Given => ({
  type: "aws:cloudwatch/eventTarget:EventTarget",
  name: "it",
  inputs: { rule: "e", arn: to[kind] },
});
const admitted = document(
  send({
    Principal: { Service: "events.amazonaws.com" },
    Action: ["sqs:SendMessage", "sns:Publish"],
    Resource: "*",
  }),
);
const obstacles = async (...given: Given[]) => {
  const stack = await stackIn(...given);
  const [edge] = edgesOf(stack);
  assert.ok(edge);
  return obstaclesIn(stack)(edge);
};
const sentences = async (...given: Given[]) =>
  (await obstacles(...given)).map(({ sentence }) => sentence);
const both = ["kms:GenerateDataKey", "kms:Decrypt"];
const lacksBoth = (on: string) =>
  both.map((action) => `role 'role' does not allow ${action} on ${on}`);

describe("The key of a queue or topic", () => {
  for (const kind of ["queue", "topic"] as const) {
    const service = kind === "queue" ? "sqs" : "sns";
    const input = kind === "queue" ? "arn" : "topicArn";
    const context = `kms:EncryptionContext:aws:${service}:${input}`;

    it(`of a ${kind} is used with the keys that the service sends`, async () => {
      for (const [name, value] of [
        ["kms:ViaService", `${service}.eu-central-1.amazonaws.com`],
        ["kms:CallerAccount", "123456789012"],
        [context, to[kind]],
      ] as const) {
        const given = [role, byRole(kind), encrypted(kind), key()];
        const when = (text: string) => may("*", { StringEquals: { [name]: text } });
        assert.deepEqual(await sentences(...given, when(value)), [], name);
        assert.deepEqual(await sentences(...given, when(`${value}x`)), lacksBoth(anyKey), name);
      }
    });

    it(`of a ${kind} is that which the input names, with its aliases`, async () => {
      const condition = { "ForAnyValue:StringEquals": { "kms:ResourceAliases": "alias/a" } };
      const given = [role, byRole(kind), encrypted(kind), key({ arn: own })];
      assert.deepEqual(await sentences(...given, may(own)), []);
      assert.deepEqual(await sentences(...given, may(anyKey)), lacksBoth(own));
      assert.deepEqual(await sentences(...given, alias, may(own, condition)), []);
      assert.deepEqual(await sentences(...given, may(own, condition)), lacksBoth(own));
    });

    it(`of a ${kind}, if it is managed by AWS, allows no service`, async () => {
      const managed = encrypted(kind, { kmsMasterKeyId: `alias/aws/${service}`, policy: admitted });
      assert.deepEqual(await obstacles(managed, byService(kind)), [
        { sentence: "the AWS managed key that encrypts 'encrypted' allows no service" },
      ]);
      assert.deepEqual(await obstacles(role, managed, byRole(kind), may("*")), []);
    });

    it(`of a ${kind} decides nothing if there is none, or if it is outside the stack`, async () => {
      for (const kmsMasterKeyId of ["", "elsewhere"])
        assert.deepEqual(
          await obstacles(role, encrypted(kind, { kmsMasterKeyId }), byRole(kind), key(), may(own)),
          [],
        );
    });
  }

  describe("that admits EventBridge for one account", () => {
    const use = {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "kms:*",
      Resource: "*",
      Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
    };
    const why = (account: string, ...more: Given[]) => {
      const Condition = { StringEquals: { "aws:SourceAccount": account } };
      const policy = document({ ...use, Condition });
      return obstacles(
        encrypted("queue", { policy: admitted }),
        byService("queue"),
        key({ policy }),
        ...more,
      ).then((found) => found.map(({ unless }) => unless));
    };
    const undocumented = {
      why: "AWS does not document which condition keys events.amazonaws.com sends to the key of a queue",
      isNoted: false,
    };

    it("has no reason for a topic, of which AWS documents the condition keys", async () => {
      const found = await obstacles(
        encrypted("topic", { policy: admitted }),
        byService("topic"),
        key({ policy: document(use) }),
      );
      assert.deepEqual(
        found.map(({ unless }) => unless),
        [undefined, undefined],
      );
    });

    it("has no reason for a service of which AWS documents the keys for queues too", async () => {
      const [byS3, sendsS3] = [use, JSON.parse(admitted) as object].map(
        (one) => JSON.parse(JSON.stringify(one).replaceAll("events.amazon", "s3.amazon")) as object,
      );
      const notification: Given = {
        type: "aws:s3/bucketNotification:BucketNotification",
        name: "it",
        inputs: { bucket: "b", queues: [{ queueArn: to.queue }] },
      };
      const found = await obstacles(
        encrypted("queue", { policy: JSON.stringify(sendsS3) }),
        notification,
        key({ policy: document(byS3 as Statement) }),
      );
      assert.deepEqual(
        found.map(({ unless }) => unless),
        [undefined, undefined],
      );
    });

    it("has the reason that this policy is not known", async () => {
      const later: Given = {
        type: "aws:kms/keyPolicy:KeyPolicy",
        name: "later",
        inputs: { keyId: "k-1", policy: unknown },
      };
      assert.deepEqual(await why("123456789012"), [undocumented, undocumented]);
      assert.deepEqual(await why("210987654321"), [undefined, undefined]);
      const noted = { why: "the policy of 'key' is not known", isNoted: true };
      assert.deepEqual(await why("123456789012", later), [noted, noted]);
    });
  });
});
