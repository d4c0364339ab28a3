import * as assert from "node:assert/strict";
import type { Kind } from "../../../policies/stack/names";
import { arnOf, placeOf, whereaboutsOf } from "../../../policies/stack/whereabouts";
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
