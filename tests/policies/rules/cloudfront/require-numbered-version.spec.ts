import * as assert from "node:assert/strict";
import { requireNumberedVersion as rule } from "../../../../policies/rules/cloudfront/require-numbered-version";
import { said } from "../../../support/policy";
import { distribution, lambda } from "./edge";

const own = "arn:aws:lambda:us-east-1:123456789012:function:guard";
const calling = (lambdaArn: unknown) => distribution({ association: { lambdaArn } });

describe(rule.name, () => {
  it("accepts a version that is published in the same update, and a numbered one", async () => {
    assert.deepEqual(await said(rule, lambda(), distribution()), []);
    assert.deepEqual(await said(rule, lambda(), calling(`${own}:7`)), []);
    assert.deepEqual(await said(rule, lambda(), calling(`${own}:12`)), []);
  });

  it("rejects a function that publishes no version", async () => {
    for (const publish of [false, undefined])
      assert.deepEqual(await said(rule, lambda({ publish }), distribution()), [
        "guard: Publishes no version, and distribution front needs one: set publish to true.",
      ]);
  });

  for (const other of ["", ":$LATEST", ":live", ":7a"])
    it(`rejects the ARN with ${other === "" ? "nothing" : other} behind the name`, async () =>
      assert.deepEqual(await said(rule, lambda(), calling(own + other)), [
        `front: Calls ${own}${other}, which is no numbered version: set lambdaArn to the qualifiedArn of a published version.`,
      ]));

  it("rejects what is no text", async () =>
    assert.deepEqual(await said(rule, lambda(), calling(7)), [
      "front: Calls 7, which is no numbered version: set lambdaArn to the qualifiedArn of a published version.",
    ]));
});
