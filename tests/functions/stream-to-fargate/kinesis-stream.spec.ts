import { KinesisClient } from "@aws-sdk/client-kinesis";
import * as assert from "node:assert/strict";
import { kinesisStream } from "../../../functions/stream-to-fargate/kinesis-stream";
import { fromStart } from "../../../functions/stream-to-fargate/lease";

describe("The requests of a task to Kinesis", () => {
  it("page through the shards, and go to hosts of the account that docs/deploying.md names", async () => {
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
    const StreamARN = "arn:aws:kinesis:eu-central-1:123456789012:stream/telemetry";
    const stream = kinesisStream(kinesis, StreamARN);
    assert.deepEqual(await stream.shards(), [
      { shardId: "shard-1", parents: [] },
      { shardId: "shard-2", parents: ["shard-1"] },
    ]);
    await stream.open("shard-1", fromStart);
    await stream.open("shard-1", "7");
    assert.deepEqual(await stream.read("iterator"), {
      ...{ records: [], next: "next", behindMilliseconds: 5 },
    });
    const of = { StreamARN, ShardId: "shard-1" };
    assert.deepEqual(
      sent.map(([, target, body]) => [target, body]),
      [
        ["ListShards", { StreamARN }],
        ["ListShards", { NextToken: "more", StreamARN }],
        ["GetShardIterator", { ...of, ShardIteratorType: "TRIM_HORIZON" }],
        [
          "GetShardIterator",
          { ...of, ShardIteratorType: "AFTER_SEQUENCE_NUMBER", StartingSequenceNumber: "7" },
        ],
        ["GetRecords", { ShardIterator: "iterator", StreamARN, Limit: 5000 }],
      ],
    );
    const host = (plane: string) => `123456789012.${plane}-kinesis.eu-central-1.amazonaws.com`;
    assert.deepEqual(
      sent.map(([host]) => host),
      [...["control", "control"], ...["data", "data", "data"]].map(host),
    );
  });
});
