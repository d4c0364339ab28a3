import * as assert from "node:assert/strict";
import { guardedBy, policiesIn } from "../../../policies/iam/resource-policies";
import { unknown, type Given } from "../../support/policy";
import { arn, changed, document, queueUrl, send } from "../given";
import { stackIn } from "../stack/stack-in";

const where = { partition: "aws", region: "eu-central-1", account: "123456789012" };
const guarded: Record<string, Given> = {
  queue: { type: "aws:sqs/queue:Queue", name: "queue", inputs: { name: "n" } },
  topic: { type: "aws:sns/topic:Topic", name: "topic", inputs: { name: "n" } },
  bucket: { type: "aws:s3/bucket:Bucket", name: "bucket", inputs: { bucket: "n" } },
  key: { type: "aws:kms/key:Key", name: "key", inputs: { keyId: "n" } },
  function: { type: "aws:lambda/function:Function", name: "function", inputs: { name: "n" } },
};
const all = Object.values(guarded);

/** What contains the policy of another resource, the input that names the resource, and its kind. */
const holders = [
  ["aws:sqs/queuePolicy:QueuePolicy", "queueUrl", "queue"],
  ["aws:sns/topicPolicy:TopicPolicy", "arn", "topic"],
  ["aws:s3/bucketPolicy:BucketPolicy", "bucket", "bucket"],
  ["aws:kms/keyPolicy:KeyPolicy", "keyId", "key"],
  ["aws:lambda/permission:Permission", "function", "function"],
] as const;

const policy = document(send({ Sid: "Own" }));
const permission = (inputs: Record<string, unknown> = {}): Given => ({
  type: "aws:lambda/permission:Permission",
  name: "holder",
  inputs: {
    action: "lambda:InvokeFunction",
    function: "n",
    principal: "sns.amazonaws.com",
    ...inputs,
  },
});

/** The policy of the resource with this name. */
async function policyOf(name: string, ...given: Given[]) {
  const stack = await stackIn(...given);
  return policiesIn(stack, where)(stack.resources.find((one) => one.name === name));
}

describe("The resource to which a policy applies", () => {
  const named = async (holder: Given) => {
    const stack = await stackIn(...all, holder);
    const found = stack.resources.at(-1);
    assert.ok(found);
    return guardedBy(stack, found)?.name;
  };

  for (const [type, input, kind] of holders) {
    it(`is the ${kind} that ${type} names in ${input}`, async () => {
      assert.equal(await named({ type, name: "holder", inputs: { [input]: "n" } }), kind);
      assert.equal(await named({ type, name: "holder", inputs: { [input]: "other" } }), undefined);
      assert.equal(await named({ type, name: "holder", inputs: {} }), undefined);
    });

    it(`is the ${kind} from which ${input} of ${type} was derived`, async () => {
      const later = { type, name: "holder", inputs: { [input]: unknown } };
      const names = all.map(({ name = "" }) => name);
      assert.equal(await named({ ...later, madeFrom: { [input]: names } }), kind);
      assert.equal(await named(later), undefined);
    });
  }

  it("is the resource itself for any other type", async () => {
    assert.equal(await named({ type: "aws:x/y:Y", name: "own", inputs: { queueUrl: "n" } }), "own");
  });
});

describe("The policy of a resource", () => {
  for (const [type, input, kind] of holders.slice(0, 4)) {
    const own = guarded[kind] as Given;
    const holder = (of: unknown, changes: Record<string, unknown> = {}): Given => ({
      type,
      name: "holder",
      inputs: { [input]: of, policy, ...changes },
    });
    const sids = async (...given: Given[]) => {
      const { statements, isUnknown } = await policyOf(kind, ...given);
      return [isUnknown, ...statements.map(({ sid }) => sid)];
    };

    it(`of a ${kind} is in the resource and in ${type}`, async () => {
      assert.deepEqual(await sids(changed(own, { policy })), [false, "Own"]);
      assert.deepEqual(await sids(own, holder("n")), [false, "Own"]);
      const both = changed(own, { policy: document(send({ Sid: "First" })) });
      assert.deepEqual(await sids(both, holder("n")), [false, "First", "Own"]);
    });

    it(`of a ${kind} is not that of another resource`, async () => {
      const none = await sids(own);
      assert.equal(none[0], false);
      assert.deepEqual(await sids(own, holder("other")), none);
      assert.deepEqual(await sids(own, holder("other", { policy: unknown })), none);
    });

    it(`of a ${kind} is not known while one that may apply to it is not`, async () => {
      assert.deepEqual(await sids(changed(own, { policy: unknown })), [true]);
      assert.deepEqual(await sids(own, holder("n", { policy: unknown })), [true]);
      const [, ...none] = await sids(own);
      assert.deepEqual(await sids(own, holder(unknown)), [true, ...none]);
      const derived = { ...holder(unknown), madeFrom: { [input]: [kind] } };
      assert.deepEqual(await sids(own, derived), [false, "Own"]);
    });
  }

  it("is the default policy of AWS if there is none", async () => {
    assert.deepEqual(
      (await policyOf("key", ...all)).statements.map(({ sid }) => sid),
      ["Enable IAM User Permissions"],
    );
    for (const name of ["queue", "bucket", "function"])
      assert.deepEqual(await policyOf(name, ...all), { statements: [], isUnknown: false });
  });

  it("is empty without a resource", async () => {
    const elsewhere: Given = {
      type: "aws:sqs/queuePolicy:QueuePolicy",
      name: "holder",
      inputs: { queueUrl: queueUrl("other"), policy },
    };
    assert.deepEqual(await policyOf("nobody", ...all, elsewhere), {
      statements: [],
      isUnknown: false,
    });
  });

  it("is read once", async () => {
    const stack = await stackIn(changed(guarded.queue as Given, { policy }));
    const [queue] = stack.resources;
    const policyOf = policiesIn(stack, where);
    assert.equal(policyOf(queue), policyOf(queue));
  });
});

describe("The policy of a function", () => {
  const statement = {
    effect: "Allow",
    actions: ["lambda:InvokeFunction"],
    resources: ["*"],
    principals: { Service: ["sns.amazonaws.com"] },
    conditions: {},
  };
  const source = { ArnLike: { "aws:SourceArn": [arn.topic("t")] } };
  const account = { StringEquals: { "aws:SourceAccount": ["123456789012"] } };
  const ofFunction = (...given: Given[]) => policyOf("function", ...all, ...given);

  for (const [what, inputs, changes] of [
    ["a service", {}, {}],
    ["a source", { sourceArn: arn.topic("t") }, { conditions: source }],
    ["an account", { sourceAccount: "123456789012" }, { conditions: account }],
    [
      "a source in an account",
      { sourceArn: arn.topic("t"), sourceAccount: "123456789012" },
      { conditions: { ...source, ...account } },
    ],
    ["everybody", { principal: "*" }, { principals: "*" }],
    ["nobody", { principal: undefined }, { principals: { Service: [] } }],
    ["another action", { action: "lambda:*" }, { actions: ["lambda:*"] }],
  ] as [string, Record<string, unknown>, object][])
    it(`has a statement for a permission of ${what}`, async () => {
      assert.deepEqual(await ofFunction(changed(permission(), inputs)), {
        statements: [{ ...statement, ...changes }],
        isUnknown: false,
      });
    });

  it("has a statement for each permission", async () => {
    const second = { ...permission({ action: "lambda:GetFunction" }), name: "second" };
    assert.deepEqual(await ofFunction(permission(), second), {
      statements: [statement, { ...statement, actions: ["lambda:GetFunction"] }],
      isUnknown: false,
    });
  });

  it("has no statement for a permission whose source or account is not known", async () => {
    for (const inputs of [
      { sourceArn: unknown },
      { sourceAccount: unknown },
      { sourceArn: unknown, sourceAccount: "123456789012" },
      { sourceArn: arn.topic("t"), sourceAccount: unknown },
    ])
      assert.deepEqual(await ofFunction(permission(inputs)), { statements: [], isUnknown: true });
  });
});
