import * as assert from "node:assert/strict";
import { accessIn, type Refusal } from "../../../policies/iam/access";
import type { Deliverer } from "../../../policies/stack/deliverers";
import { unknown, type Given } from "../../support/policy";
import { arn, changed, document, queueUrl, rolePolicy, send, type Statement } from "../given";
import { stackIn } from "../stack/stack-in";

const where = { partition: "aws", region: "eu-central-1", account: "123456789012" };
const role: Given = { type: "aws:iam/role:Role", name: "worker-role", inputs: { name: "worker" } };
const queue: Given = { type: "aws:sqs/queue:Queue", name: "q", inputs: { name: "orders" } };
const holder = (type: string, inputs: Record<string, unknown>): Given => ({
  type,
  name: "holder",
  inputs,
});

/** Why a role, or a service for a source, may not send to the queue `q`; nothing if it may. */
async function refusal(
  by: "role" | { service: string; source: string },
  given: Given[],
  asked: { action?: string; arn?: string; context?: Record<string, string> } = {},
): Promise<string | undefined> {
  return (await decided(by, given, asked))?.sentence;
}

async function decided(
  by: "role" | { service: string; source: string },
  given: Given[],
  asked: { action?: string; arn?: string; context?: Record<string, string> } = {},
): Promise<Refusal | undefined> {
  const stack = await stackIn(...given);
  const find = (name: string) => stack.resources.find((one) => one.name === name);
  const worker = find("worker-role");
  const deliverer: Deliverer = by === "role" ? worker && { role: worker } : by;
  assert.ok(deliverer);
  return accessIn(stack, where).refusal({
    deliverer,
    action: "sqs:SendMessage",
    arn: arn.queue("orders"),
    resource: find("q"),
    ...asked,
  });
}

describe("The permissions of a role", () => {
  const may = rolePolicy(send());
  const refused = `role 'worker-role' does not allow sqs:SendMessage on ${arn.queue("orders")}`;

  it("are what its statements allow", async () => {
    assert.equal(await refusal("role", [role, may, queue]), undefined);
    assert.equal(await refusal("role", [role, queue]), refused);
    assert.equal(await refusal("role", [role, rolePolicy(send({ Action: "sqs:X" }))]), refused);
  });

  it("apply over TLS and depend on the condition keys of the request", async () => {
    const tls = (value: string) =>
      rolePolicy(send({ Condition: { Bool: { "aws:SecureTransport": value } } }));
    assert.equal(await refusal("role", [role, tls("true")]), undefined);
    assert.equal(await refusal("role", [role, tls("false")]), refused);
    const mine = rolePolicy(send({ Condition: { StringEquals: { "events:source": "mine" } } }));
    const context = { "events:source": "mine" };
    assert.equal(await refusal("role", [role, mine], { context }), undefined);
    assert.equal(await refusal("role", [role, mine]), refused);
  });

  for (const [what, statement, by] of [
    ["everybody", { Principal: "*" }, "No"],
    ["the role by its name", { Principal: { AWS: arn.role("worker") } }, "No"],
    [
      "it in a statement without a Sid",
      { Principal: "*", Sid: undefined },
      "a statement without a Sid",
    ],
  ] as [string, Statement, string][])
    it(`do not apply if the resource denies ${what}`, async () => {
      const policy = document(send({ Sid: "No", Effect: "Deny", ...statement }));
      assert.equal(
        await refusal("role", [role, may, changed(queue, { policy })]),
        `the policy of the resource denies sqs:SendMessage, by ${by}`,
      );
    });

  for (const [what, statement] of Object.entries<Statement>({
    "denies another role": { Effect: "Deny", Principal: { AWS: arn.role("other") } },
    "denies a service": { Effect: "Deny", Principal: { Service: "worker" } },
    "denies something else": { Effect: "Deny", Principal: "*", Action: "sqs:DeleteQueue" },
    "denies plain text": {
      Effect: "Deny",
      Principal: "*",
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    "allows another role": { Principal: { AWS: arn.role("other") } },
    "allows it too": { Principal: { AWS: arn.role("worker") } },
  }))
    it(`are sufficient if the resource ${what}`, async () => {
      const policy = document(send(statement));
      assert.equal(await refusal("role", [role, may, changed(queue, { policy })]), undefined);
    });

  it("may contain variables of policies", async () => {
    const Resource = "arn:aws:sqs:eu-central-1:${aws:PrincipalAccount}:orders";
    assert.equal(await refusal("role", [role, rolePolicy(send({ Resource })), queue]), undefined);
  });

  it("are not required if the resource allows the role by its name, beside an account or not", async () => {
    const admitting = (AWS: string | string[]): Given =>
      changed(queue, { policy: document(send({ Principal: { AWS } })) });
    const account = "arn:aws:iam::123456789012:root";
    for (const names of [arn.role("worker"), [account, arn.role("worker")]])
      assert.equal(await refusal("role", [role, admitting(names)]), undefined);
    for (const names of [account, "123456789012", "*", [account, arn.role("other")]])
      assert.equal(await refusal("role", [role, admitting(names)]), refused);
    const digits: Given = changed(role, { name: "123456789012" });
    assert.equal(
      await refusal("role", [digits, admitting(arn.role("123456789012"))]),
      undefined,
      "A role whose name is the number of an account is no account.",
    );
  });

  it("are required beside statements that allow a service, or all but another role", async () => {
    for (const principal of [
      { Principal: { Service: "sns.amazonaws.com" } },
      { NotPrincipal: { AWS: arn.role("other") } },
    ]) {
      const policy = document(send(principal));
      assert.equal(await refusal("role", [role, changed(queue, { policy })]), refused);
    }
  });

  it("may be completed by a policy of the resource that is not known yet", async () => {
    const open = changed(queue, { policy: unknown });
    const unless = { why: "the policy of 'q' is not known", isNoted: true };
    assert.deepEqual(await decided("role", [role, open]), { sentence: refused, unless });
    assert.deepEqual(await decided("role", [role, queue]), {
      sentence: refused,
      unless: undefined,
    });
  });

  it("are found for a role that Pulumi names", async () => {
    const unnamed = changed(role, { name: undefined });
    const own: Given = { ...unnamed, inputs: { inlinePolicies: [{ policy: document(send()) }] } };
    const policy = document(
      send({ Sid: "No", Effect: "Deny", Principal: { AWS: arn.role("worker-role") } }),
    );
    assert.match(
      (await refusal("role", [own, changed(queue, { policy })])) ?? "",
      /^the policy of the resource denies/,
    );
  });
});

describe("The access of a service for a source", () => {
  const by = { service: "sns.amazonaws.com", source: arn.topic("t") };
  const refused = `the policy of 'q' does not allow sns.amazonaws.com to perform sqs:SendMessage for ${arn.topic("t")}`;
  const admit = (changes: Statement = {}): string =>
    document(
      send({
        Principal: { Service: "sns.amazonaws.com" },
        Condition: {
          ArnLike: { "aws:SourceArn": arn.topic("t") },
          Bool: { "aws:SecureTransport": "true" },
        },
        ...changes,
      }),
    );

  it("is what the resource policy allows", async () => {
    assert.equal(await refusal(by, [changed(queue, { policy: admit() })]), undefined);
    assert.equal(await refusal(by, [queue]), refused);
    for (const changes of [
      { Principal: { AWS: "sns.amazonaws.com" } },
      { Effect: "Deny" },
      { Condition: { ArnLike: { "aws:SourceArn": arn.topic("u") } } },
    ])
      assert.equal(await refusal(by, [changed(queue, { policy: admit(changes) })]), refused);
  });

  it("has only the keys that AWS documents for the service and the call", async () => {
    for (const account of ["123456789012", "210987654321"]) {
      const Condition = { StringEquals: { "aws:SourceAccount": account } };
      assert.equal(
        await refusal(by, [changed(queue, { policy: admit({ Condition }) })]),
        `${refused}: the service does not send aws:SourceAccount there`,
      );
    }
  });

  it("has both keys where AWS documents nothing, so that another rule decides", async () => {
    const unlisted = { service: "ses.amazonaws.com", source: arn.topic("t") };
    const Principal = { Service: "ses.amazonaws.com" };
    const Condition = {
      ArnLike: { "aws:SourceArn": arn.topic("t") },
      StringEquals: { "aws:SourceAccount": "123456789012" },
    };
    const given = [changed(queue, { policy: admit({ Principal, Condition }) })];
    assert.equal(await refusal(unlisted, given), undefined);
  });

  it("never has two keys that the service does not send", async () => {
    const events = { service: "events.amazonaws.com", source: arn.rule("r") };
    const Condition = {
      ArnLike: { "aws:SourceArn": arn.rule("r") },
      StringEquals: { "aws:SourceAccount": "123456789012" },
    };
    const policy = document(
      send({
        Action: "kms:Decrypt",
        Resource: "*",
        Principal: { Service: events.service },
        Condition,
      }),
    );
    const key: Given = { type: "aws:kms/key:Key", name: "q", inputs: { policy } };
    assert.match(
      (await refusal(events, [key], { action: "kms:Decrypt", arn: arn.topic("any") })) ?? "",
      /: the service does not send aws:SourceArn and aws:SourceAccount there$/,
    );
  });

  it("may be in a policy that is not known yet, unless a known one denies it", async () => {
    const unless = { why: "the policy of 'q' is not known", isNoted: true };
    const open = changed(queue, { policy: unknown });
    assert.deepEqual(await decided(by, [open]), { sentence: refused, unless });
    assert.deepEqual(await decided(by, [queue]), { sentence: refused, unless: undefined });
    const denying = changed(queue, {
      policy: document(send({ Effect: "Deny", Principal: "*" })),
    });
    const other = holder("aws:sqs/queuePolicy:QueuePolicy", {
      queueUrl: queueUrl("orders"),
      policy: unknown,
    });
    assert.deepEqual(await decided(by, [denying, other]), { sentence: refused });
  });

  it("depends on the condition keys of the request", async () => {
    const Condition = { StringEquals: { "kms:ResourceAliases": "alias/a" } };
    const given = [changed(queue, { policy: admit({ Condition }) })];
    assert.equal(await refusal(by, given), refused);
    const context = { "kms:ResourceAliases": "alias/a" };
    assert.equal(await refusal(by, given, { context }), undefined);
  });

  it("combines the policy in the resource and separate policy resources", async () => {
    const own = holder("aws:sqs/queuePolicy:QueuePolicy", {
      queueUrl: queueUrl("orders"),
      policy: admit(),
    });
    assert.equal(await refusal(by, [queue, own]), undefined);
    const denying = changed(queue, {
      policy: document(send({ Effect: "Deny", Principal: "*" })),
    });
    assert.equal(await refusal(by, [denying, own]), refused);
    assert.equal(await refusal(by, [queue, changed(own, { queueUrl: queueUrl("x") })]), refused);
  });

  for (const [type, inputs, policyType, of] of [
    [
      "aws:sns/topic:Topic",
      { name: "orders" },
      "aws:sns/topicPolicy:TopicPolicy",
      { arn: arn.topic("orders") },
    ],
    [
      "aws:s3/bucket:Bucket",
      { bucket: "orders" },
      "aws:s3/bucketPolicy:BucketPolicy",
      { bucket: "orders" },
    ],
    [
      "aws:sqs/queue:Queue",
      { name: "orders" },
      "aws:sqs/queuePolicy:QueuePolicy",
      { queueUrl: queueUrl("orders") },
    ],
  ] as const)
    it(`is found in ${type} and in ${policyType}`, async () => {
      const resource: Given = { type, name: "q", inputs };
      assert.equal(await refusal(by, [changed(resource, { policy: admit() })]), undefined);
      const own = holder(policyType, { ...of, policy: admit() });
      assert.equal(await refusal(by, [resource, own]), undefined);
      assert.equal(await refusal(by, [resource]), refused);
    });

  it("is found in a key", async () => {
    const key: Given = { type: "aws:kms/key:Key", name: "q", inputs: { policy: admit() } };
    assert.equal(await refusal(by, [key]), undefined);
  });

  it("is denied without a resource, independent of other policies", async () => {
    const elsewhere = { queueUrl: queueUrl("elsewhere"), policy: admit() };
    const stack = await stackIn(queue, holder("aws:sqs/queuePolicy:QueuePolicy", elsewhere));
    assert.equal(
      accessIn(stack, where).refusal({
        deliverer: by,
        action: "sqs:SendMessage",
        arn: arn.queue("orders"),
      })?.sentence,
      `the policy of '${arn.queue("orders")}' does not allow sns.amazonaws.com to perform sqs:SendMessage for ${arn.topic("t")}`,
    );
  });

  describe("with a function", () => {
    const worker: Given = {
      type: "aws:lambda/function:Function",
      name: "q",
      inputs: { name: "worker" },
    };
    const asked = { action: "lambda:InvokeFunction", arn: arn.function("worker") };
    const permission = (changes: Record<string, unknown> = {}): Given =>
      changed(
        holder("aws:lambda/permission:Permission", {
          action: "lambda:InvokeFunction",
          function: "worker",
          principal: "sns.amazonaws.com",
          sourceArn: arn.topic("t"),
        }),
        changes,
      );

    for (const changes of [
      {},
      { sourceArn: undefined },
      { principal: "*" },
      { sourceArn: "arn:aws:sns:*:123456789012:*" },
      { function: arn.function("worker") },
      { action: "lambda:*" },
    ])
      it(`matches the permission: ${JSON.stringify(changes)}`, async () => {
        assert.equal(await refusal(by, [worker, permission(changes)], asked), undefined);
      });

    for (const changes of [
      { sourceArn: arn.topic("u") },
      { sourceAccount: "123456789012" },
      { sourceAccount: "210987654321" },
      { principal: "s3.amazonaws.com" },
      { principal: undefined },
      { action: "lambda:GetFunction" },
      { action: undefined },
      { function: "other" },
    ])
      it(`does not match another permission: ${JSON.stringify(changes)}`, async () => {
        assert.match(
          (await refusal(by, [worker, permission(changes)], asked)) ?? "",
          /^the policy of 'q' does not allow sns\.amazonaws\.com to perform lambda:InvokeFunction/,
        );
      });
  });
});
