import * as assert from "node:assert/strict";
import { edgeAssociations } from "../../../policies/stack/edge-functions";
import { unknown } from "../../support/policy";
import { arn } from "../given";
import { stackIn } from "./stack-in";

const lambda = (name: string) => ({
  type: "aws:lambda/function:Function",
  name: `${name}-function`,
  inputs: { name },
});
const found = async (...associations: object[]) => {
  const stack = await stackIn(lambda("guard"), {
    type: "aws:cloudfront/distribution:Distribution",
    name: "front",
    inputs: {
      defaultCacheBehavior: { lambdaFunctionAssociations: associations.slice(0, 1) },
      orderedCacheBehaviors: [
        { pathPattern: "/a" },
        { pathPattern: "/b", lambdaFunctionAssociations: associations.slice(1) },
      ],
    },
    madeFrom: { defaultCacheBehavior: ["guard-function"] },
  });
  return edgeAssociations(stack).map((one) => [
    one.distribution.name,
    one.eventType,
    one.arn.path,
    one.function?.name,
  ]);
};

describe("The functions that a distribution calls at the edge", () => {
  it("are those of all behaviours, with their events", async () => {
    assert.deepEqual(
      await found(
        { eventType: "origin-request", lambdaArn: unknown },
        { eventType: "viewer-request", lambdaArn: `${arn.function("guard")}:3` },
        { lambdaArn: arn.function("guard") },
      ),
      [
        [
          "front",
          "origin-request",
          "defaultCacheBehavior.lambdaFunctionAssociations[0].lambdaArn",
          "guard-function",
        ],
        [
          "front",
          "viewer-request",
          "orderedCacheBehaviors[1].lambdaFunctionAssociations[0].lambdaArn",
          "guard-function",
        ],
        [
          "front",
          "",
          "orderedCacheBehaviors[1].lambdaFunctionAssociations[1].lambdaArn",
          "guard-function",
        ],
      ],
    );
  });

  for (const [what, lambdaArn] of Object.entries({
    "a function outside the stack": `${arn.function("other")}:1`,
    "a resource of another service": arn.queue("guard"),
    "no function": undefined,
  }))
    it(`are not in the stack if the distribution names ${what}`, async () => {
      const given = lambdaArn === undefined ? {} : { lambdaArn };
      const [association] = await found({ eventType: "origin-request", ...given });
      assert.equal(association?.[1], "origin-request");
      assert.equal(association[3], undefined);
    });
});
