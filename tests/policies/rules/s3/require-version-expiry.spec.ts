import * as assert from "node:assert/strict";
import { requireVersionExpiry as rule } from "../../../../policies/rules/s3/require-version-expiry";
import { said, type Given } from "../../../support/policy";
import { changed } from "../../given";

const bucket: Given = { type: "aws:s3/bucket:Bucket", name: "bucket", inputs: { bucket: "b" } };
const versions: Given = {
  type: "aws:s3/bucketVersioning:BucketVersioning",
  name: "versions",
  inputs: { bucket: "b", versioningConfiguration: { status: "Enabled" } },
};
const expiry = (...rules: object[]): Given => ({
  type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  name: "expiry",
  inputs: { bucket: "b", rules },
});
const expires = {
  ...{ id: "expire", status: "Enabled", filter: { prefix: "" }, expiration: { days: 30 } },
  noncurrentVersionExpiration: { noncurrentDays: 3 },
};
const finding =
  "versions: Keeps every earlier version of 'bucket' for ever: add noncurrentVersionExpiration to its lifecycle.";

describe(rule.name, () => {
  it("accepts a bucket whose earlier versions expire, and one without versions", async () => {
    assert.deepEqual(await said(rule, bucket, versions, expiry(expires)), []);
    assert.deepEqual(await said(rule, bucket), []);
    const suspended = changed(versions, { versioningConfiguration: { status: "Suspended" } });
    assert.deepEqual(await said(rule, bucket, suspended), []);
  });

  it("accepts a lifecycle of several rules, of which one deletes earlier versions", async () => {
    const { noncurrentVersionExpiration: _, ...objects } = expires;
    assert.deepEqual(await said(rule, bucket, versions, expiry(objects, expires)), []);
  });

  it("rejects a bucket without a lifecycle, or with that of another bucket", async () => {
    assert.deepEqual(await said(rule, bucket, versions), [finding]);
    const other = changed(expiry(expires), { bucket: "c" });
    assert.deepEqual(await said(rule, bucket, versions, other), [finding]);
  });

  it("rejects a lifecycle that only expires objects, or whose rule is off", async () => {
    const { noncurrentVersionExpiration: _, ...objects } = expires;
    for (const one of [objects, { ...expires, status: "Disabled" }])
      assert.deepEqual(await said(rule, bucket, versions, expiry(one)), [finding]);
  });
});
