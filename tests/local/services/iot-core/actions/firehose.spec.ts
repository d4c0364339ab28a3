import * as assert from "node:assert/strict";
import { CreateDeliveryStreamCommand, FirehoseClient } from "@aws-sdk/client-firehose";
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from "@aws-sdk/client-s3";
import { createWorld, nextName, type World } from "../world";
import { denied, ruleUnderTest } from "./under-test";

describe("firehose action", () => {
  let world: World;
  before(async () => (world = await createWorld()));
  after(() => world.end());

  /** A delivery stream to a bucket; `records` are what it has put there. */
  async function deliveryStream() {
    const name = nextName("delivery");
    const Bucket = name.replaceAll("_", "-");
    const s3 = world.clients.get(S3Client);
    await s3.send(new CreateBucketCommand({ Bucket }));
    await world.clients.get(FirehoseClient).send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: name,
        ExtendedS3DestinationConfiguration: {
          BucketARN: `arn:aws:s3:::${Bucket}`,
          RoleARN: await world.role([]),
        },
      }),
    );
    return {
      name,
      arn: `arn:aws:firehose:eu-central-1:123456789012:deliverystream/${name}`,
      async records(): Promise<string[]> {
        const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket }));
        const texts = Contents.map(async ({ Key }) => {
          const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
          return Body?.transformToString() ?? "";
        });
        return (await Promise.all(texts)).sort();
      },
    };
  }

  async function withStream(sql: string, permission: string, settings: object = {}) {
    const stream = await deliveryStream();
    const roleArn = await world.role([{ Action: permission, Resource: stream.arn }]);
    const action = { deliveryStreamName: stream.name, roleArn, ...settings };
    const rule = await ruleUnderTest(world, sql, { firehoses: [action] });
    return { stream, rule, roleArn };
  }

  it("puts the output on the stream as one record, with the separator after it", async () => {
    const { stream } = await withStream("SELECT a FROM 'fh1'", "firehose:PutRecord", {
      separator: "\n",
    });
    await world.publish("fh1", { a: 1, b: 2 });
    assert.deepEqual(await stream.records(), ['{"a":1}\n']);
  });

  it("puts each element of an array as a record in batch mode", async () => {
    const { stream } = await withStream("SELECT * FROM 'fh2'", "firehose:PutRecordBatch", {
      batchMode: true,
      separator: ",",
    });
    await world.publish("fh2", [{ n: 1 }, "two"]);
    assert.deepEqual((await stream.records()).join(""), '"two",{"n":1},');
  });

  it("keeps the full precision of numbers in its records, in batch mode too", async () => {
    for (const batchMode of [false, true]) {
      const topic = `fh4/${batchMode}`;
      const permission = batchMode ? "firehose:PutRecordBatch" : "firehose:PutRecord";
      const { stream } = await withStream(`SELECT VALUE e FROM '${topic}'`, permission, {
        batchMode,
      });
      await world.publish(topic, '{"e":[{"n":[9007199254740993]},0.1234567890123456789]}');
      const text = '{"n":[9007199254740993]},0.1234567890123456789';
      const batch = ["0.1234567890123456789", '{"n":[9007199254740993]}'];
      assert.deepEqual(await stream.records(), batchMode ? batch : [`[${text}]`]);
    }
  });

  const unfit: [what: string, payload: unknown, reason: RegExp][] = [
    ["no array", { n: 1 }, /The payload is not an array, which batchMode needs/],
    [
      "more than 500 elements",
      Array.from({ length: 501 }, (_, n) => n),
      /The array has 501 elements; batchMode takes 500/,
    ],
  ];
  for (const [index, [what, payload, reason]] of unfit.entries())
    it(`fails in batch mode for ${what}`, async () => {
      const sql = `SELECT * FROM 'fh3/${index}'`;
      const settings = { batchMode: true };
      const { stream, rule } = await withStream(sql, "firehose:PutRecordBatch", settings);
      await world.publish(`fh3/${index}`, JSON.stringify(payload));
      const [failure] = await rule.failures();
      assert.match(failure?.errorMessage ?? "", reason);
      assert.deepEqual(await stream.records(), []);
    });

  it("needs a different permission for batches than for single records", async () => {
    const settings = { batchMode: true };
    const sql = "SELECT * FROM 'fh4'";
    const { stream, rule, roleArn } = await withStream(sql, "firehose:PutRecord", settings);
    await world.publish("fh4", [1]);
    const [failure] = await rule.failures();
    assert.deepEqual(
      [failure?.failedAction, failure?.failedResource],
      ["FirehoseAction", stream.name],
    );
    assert.match(failure?.errorMessage ?? "", denied(roleArn, "AccessDeniedException"));
    assert.deepEqual(await stream.records(), []);
  });

  it("is refused with an unknown separator", async () => {
    await assert.rejects(
      withStream("SELECT * FROM 'fh5'", "firehose:PutRecord", { separator: ";" }),
      {
        message: /its firehose action is refused: separator: /,
      },
    );
  });
});
