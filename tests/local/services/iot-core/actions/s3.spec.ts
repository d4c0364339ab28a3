import * as assert from "node:assert/strict";
import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { createWorld, nextName, type World } from "../world";
import { denied, ruleUnderTest } from "./under-test";

describe("s3 action", () => {
  let world: World;
  before(async () => (world = await createWorld()));
  after(() => world.end());

  async function bucket(): Promise<string> {
    const Bucket = nextName("bucket").replaceAll("_", "-");
    await world.clients.get(S3Client).send(new CreateBucketCommand({ Bucket }));
    return Bucket;
  }

  async function read(Bucket: string, Key: string): Promise<string | undefined> {
    const answer = await world.clients.get(S3Client).send(new GetObjectCommand({ Bucket, Key }));
    return answer.Body?.transformToString();
  }

  it("puts the output under the key that its template yields", async () => {
    const bucketName = await bucket();
    const Resource = `arn:aws:s3:::${bucketName}/devices/*`;
    const roleArn = await world.role([{ Action: "s3:PutObject", Resource }]);
    const key = "devices/${topic(2)}/${n}.json";
    await ruleUnderTest(world, "SELECT n FROM 's3a/+'", { s3: [{ bucketName, key, roleArn }] });
    await world.publish("s3a/sensor-1", { n: 7, other: true });
    assert.equal(await read(bucketName, "devices/sensor-1/7.json"), '{"n":7}');
  });

  it("reports the bucket that its role may not write to", async () => {
    const bucketName = await bucket();
    const roleArn = await world.role([]);
    const rule = await ruleUnderTest(world, "SELECT * FROM 's3b'", {
      s3: [{ bucketName, key: "k", roleArn }],
    });
    await world.publish("s3b", {});
    const [failure, ...others] = await rule.failures();
    assert.deepEqual(others, []);
    assert.deepEqual([failure?.failedAction, failure?.failedResource], ["S3Action", bucketName]);
    assert.match(failure?.errorMessage ?? "", denied(roleArn, "AccessDenied"));
    await assert.rejects(read(bucketName, "k"), { name: "NoSuchKey" });
  });

  it("needs a separate permission to set an access control list", async () => {
    const bucketName = await bucket();
    const Resource = `arn:aws:s3:::${bucketName}/*`;
    const roleArn = await world.role([{ Action: "s3:PutObject", Resource }]);
    const action = { bucketName, key: "k", cannedAcl: "bucket-owner-full-control", roleArn };
    const rule = await ruleUnderTest(world, "SELECT * FROM 's3c'", { s3: [action] });
    await world.publish("s3c", {});
    assert.equal((await rule.failures()).length, 1);
    await world.allow(roleArn, [
      { Action: "s3:PutObject", Resource },
      { Action: "s3:PutObjectAcl", Resource },
    ]);
    await world.publish("s3c", { a: 1 });
    assert.deepEqual(await rule.failures(), []);
    assert.equal(await read(bucketName, "k"), '{"a":1}');
  });
});
