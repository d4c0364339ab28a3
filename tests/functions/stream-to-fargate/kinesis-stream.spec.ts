import { KinesisClient } from "@aws-sdk/client-kinesis";
import * as assert from "node:assert/strict";
import { kinesisStream } from "../../../functions/stream-to-fargate/kinesis-stream";
import { fromStart } from "../../../functions/stream-to-fargate/lease";

describe("The requests of a task to Kinesis", () => {
  it("go to the host of the region, which an interface endpoint serves, and page through the shards", async () => {
    const sent: [host: string, target: string, body: object][] = [];
    const kinesis = new KinesisClient({
      region: "eu-central-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    const answers: object[] = [
      { Shards: [{ ShardId: "shard-1" }], NextToken: "more" },
      { Shards: [{ ShardId: "shard-2", ParentShardId: "shard-1", AdjacentParentShardId: "gone" }] },
      { ShardIterator: "iterator" },
      { ShardIterator: "iterator" },
      { Records: [], NextShardIterator: "next", MillisBehindLatest: 5 },
    ];
    // Answers instead of the HTTP handler, after the endpoint is resolved and the request serialised.
    kinesis.middlewareStack.add(
      () => async (args) => {
        const { hostname, headers, body } = args.request as {
          hostname: string;
          headers: Record<string, string>;
          body: Uint8Array;
        };
        const target = headers["x-amz-target"]?.replace(/^.*\./, "") ?? "";
        sent.push([hostname, target, JSON.parse(new TextDecoder().decode(body)) as object]);
        return { response: {}, output: { $metadata: {}, ...answers.shift() } as never };
      },
      { step: "build", priority: "low" },
    );
    const stream = kinesisStream(
      kinesis,
      "arn:aws:kinesis:eu-central-1:123456789012:stream/telemetry",
    );
    assert.deepEqual(await stream.shards(), [
      { shardId: "shard-1", parents: [] },
      { shardId: "shard-2", parents: ["shard-1"] },
    ]);
    await stream.open("shard-1", fromStart);
    await stream.open("shard-1", "7");
    assert.deepEqual(await stream.read("iterator"), {
      ...{ records: [], next: "next", behindMilliseconds: 5 },
    });
    const of = { StreamName: "telemetry", ShardId: "shard-1" };
    assert.deepEqual(
      sent.map(([, target, body]) => [target, body]),
      [
        ["ListShards", { StreamName: "telemetry" }],
        ["ListShards", { NextToken: "more" }],
        ["GetShardIterator", { ...of, ShardIteratorType: "TRIM_HORIZON" }],
        [
          "GetShardIterator",
          { ...of, ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: "7" },
        ],
        ["GetRecords", { ShardIterator: "iterator", Limit: 5000 }],
      ],
    );
    for (const [host] of sent) assert.equal(host, "kinesis.eu-central-1.amazonaws.com");
  });
});
