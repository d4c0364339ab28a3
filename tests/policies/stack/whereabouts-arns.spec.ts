import * as assert from "node:assert/strict";
import type { Kind } from "../../../policies/stack/names";
import { arnOf, hasOneAccount, placeOf, whereaboutsOf } from "../../../policies/stack/whereabouts";
import { unknown } from "../../support/policy";
import { stackIn } from "./stack-in";

const account = "123456789012";
const where = { partition: "aws-cn", region: "cn-north-1", account };

describe("The location of a stack, by its ARNs,", () => {
  const located = async (region: string) =>
    whereaboutsOf(
      await stackIn({
        type: "aws:x/y:Y",
        inputs: { text: "no ARN", arn: `arn:aws:sqs:${region}:${account}:q` },
      }),
    );

  for (const region of ["eu-central-1", "us-gov-west-1", "ap-southeast-12"])
    it(`has the Region ${region}`, async () => {
      assert.deepEqual(await located(region), { partition: "aws", region, account });
    });

  for (const region of ["", "1eu-central-1", "eu-central-1a", "eu-central", "eu-1", "global"])
    it(`has no Region of an ARN with '${region}'`, async () => {
      assert.equal(await located(region), undefined);
    });
});

describe("The account of a stack", () => {
  const queue = { type: "aws:sqs/queue:Queue", name: "orders", inputs: { name: "orders" } };
  const role = { type: "aws:iam/role:Role", name: "worker", inputs: { name: "worker" } };
  const provider = (inputs: object, name = "default") => ({
    type: "pulumi:providers:aws",
    name,
    inputs: { ...inputs },
  });
  const inAccount = (of: string, name: string, region = "eu-central-1") =>
    `arn:aws:sqs:${region}:${of}:${name}`;
  const [own, other] = ["123456789012", "210987654321"] as const;
  const inOwn = { partition: "aws", region: "eu-central-1", account: own };
  const inOther = { ...inOwn, account: other };
  const times = (count: number, text: string) => Array.from({ length: count }, () => text);
  const located = async (...arns: string[]) =>
    whereaboutsOf(await stackIn(queue, role, { type: "aws:x/y:Y", name: "y", inputs: { arns } }));

  it("is that of one ARN with a name of the stack among more with other names", async () => {
    const foreign = times(6, inAccount(other, "invoices"));
    assert.deepEqual(await located(...foreign, inAccount(own, "orders")), inOwn);
    assert.deepEqual(await located(inAccount(own, "orders"), ...foreign), inOwn);
  });

  it("is that of most ARNs with names of the stack, of which five of one account decide", async () => {
    const [mine, theirs] = [inAccount(own, "orders"), inAccount(other, "orders")];
    assert.deepEqual(await located(theirs, mine, mine), inOwn);
    assert.deepEqual(await located(...times(4, mine), ...times(6, theirs)), inOther);
    assert.deepEqual(await located(...times(5, mine), ...times(6, theirs)), inOwn);
  });

  it("is not decided by ARNs without a Region, from which the location would have none", async () => {
    const roles = times(6, `arn:aws:iam::${own}:role/worker`);
    assert.deepEqual(await located(...roles, inAccount(own, "orders")), inOwn);
  });

  it("determines the Region: ARNs of another account do not count", async () => {
    const foreign = times(3, inAccount(other, "invoices", "us-east-1"));
    assert.deepEqual(await located(...foreign, inAccount(own, "orders")), inOwn);
  });

  it("is not read from a word that ends as an ARN begins", async () => {
    const text = `x${inAccount(other, "orders")}`;
    assert.deepEqual(await located(text, text, inAccount(own, "orders")), inOwn);
  });

  it("is read from ARNs within a text, and from no text without one", async () => {
    const sentence = `Sends to ${inAccount(own, "orders")} only, not to ${inAccount(other, "a")}`;
    assert.deepEqual(await located(sentence), inOwn);
    assert.deepEqual(await located("a", "b", "c", inAccount(own, "invoices")), inOwn);
    assert.equal(whereaboutsOf(await stackIn(provider({ region: "eu-central-1" }))), undefined);
  });

  it("is one if every provider has the same credentials, or if there is one provider", async () => {
    const one = async (...given: ReturnType<typeof provider>[]) =>
      hasOneAccount(await stackIn(queue, ...given));
    const assumed = provider({ assumeRoles: [{ roleArn: `arn:aws:iam::${other}:role/r` }] }, "b");
    assert.equal(await one(), true);
    assert.equal(await one(assumed), true);
    assert.equal(await one(provider({ region: "eu-central-1" }), provider({}, "b")), true);
    assert.equal(await one(provider({}), assumed), false);
    assert.equal(await one(assumed, provider({})), false);
    for (const input of ["accessKey", "assumeRoleWithWebIdentity", "profile", "token"])
      assert.equal(await one(provider({}), provider({ [input]: "x" }, "b")), false, input);
  });
});

describe("The location of a resource", () => {
  const inRegion = async (inputs: Record<string, unknown>) => {
    const [resource] = (await stackIn({ type: "aws:x/y:Y", inputs })).of("aws:x/y:Y");
    assert.ok(resource);
    return placeOf(where, resource);
  };

  it("is that of the stack, in the Region of its own input", async () => {
    assert.deepEqual(placeOf(where, undefined), where);
    assert.deepEqual(await inRegion({}), where);
    assert.deepEqual(await inRegion({ region: unknown }), where);
    assert.deepEqual(await inRegion({ region: "us-east-1" }), { ...where, region: "us-east-1" });
  });
});

describe("The ARN", () => {
  for (const [kind, resource] of [
    ["alarm", "cloudwatch:cn-north-1:123456789012:alarm:n"],
    ["log group", "logs:cn-north-1:123456789012:log-group:n:log-stream:stream"],
    ["training pipeline", "sagemaker:cn-north-1:123456789012:pipeline/n"],
  ] as [Kind, string][])
    it(`of a ${kind} is arn:aws-cn:${resource}`, () =>
      assert.equal(arnOf(kind, "n", where), `arn:aws-cn:${resource}`));
});
