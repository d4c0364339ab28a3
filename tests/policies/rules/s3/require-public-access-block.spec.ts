import * as assert from "node:assert/strict";
import { requirePublicAccessBlock as rule } from "../../../../policies/rules/s3/require-public-access-block";
import { said, unknown, type Given } from "../../../support/policy";
import { changed } from "../../given";

const bucket: Given = { type: "aws:s3/bucket:Bucket", name: "bucket", inputs: { bucket: "b" } };
const block: Given = {
  type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  name: "block",
  inputs: {
    bucket: "b",
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  },
};

describe(rule.name, () => {
  it("accepts a bucket with all four settings on", async () => {
    assert.deepEqual(await said(rule, bucket, block), []);
  });

  it("rejects one without, or with those of another bucket", async () => {
    for (const others of [[], [changed(block, { bucket: "c" })]])
      assert.deepEqual(await said(rule, bucket, ...others), [
        "bucket: Has no public access block: create an aws.s3.BucketPublicAccessBlock.",
      ]);
  });

  it("names every setting that is off", async () => {
    const off = changed(block, { blockPublicAcls: false, restrictPublicBuckets: false });
    assert.deepEqual(await said(rule, bucket, off), [
      "bucket: Has an incomplete public access block: set blockPublicAcls, restrictPublicBuckets to true on 'block'.",
    ]);
  });

  it("says that it cannot tell while a setting is not known", async () => {
    assert.deepEqual(await said(rule, bucket, changed(block, { blockPublicAcls: unknown })), [
      "advisory block: Unverified: 'blockPublicAcls' of 'block' is not known before the update, and this rule depends on it.",
    ]);
  });

  it("rejects one with a setting off or left out", async () => {
    for (const value of [false, undefined])
      assert.deepEqual(await said(rule, bucket, changed(block, { blockPublicPolicy: value })), [
        "bucket: Has an incomplete public access block: set blockPublicPolicy to true on 'block'.",
      ]);
  });
});
