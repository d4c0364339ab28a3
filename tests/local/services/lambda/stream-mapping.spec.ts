import * as assert from "node:assert/strict";
import type { KinesisStreamEvent } from "aws-lambda";
import type { StreamMappingArgs } from "../../../../local/services/lambda/stream-mapping";
import type { TraceEvent } from "../../../../local/trace";
import { createWorld, readStream, type LambdaFunction, type World } from "../world";
import { streamMappingStarter } from "./start-stream-mapping";

describe("Kinesis event source mapping", () => {
  let world: World;

  before(async () => {
    world = await createWorld();
  });
  after(() => world.end());

  const start = streamMappingStarter(() => world);

  const textsOf = (event: KinesisStreamEvent): string[] =>
    event.Records.map(({ kinesis }) => Buffer.from(kinesis.data, "base64").toString());
  const tracedOf = (stream: { arn: string }): TraceEvent[] =>
    world.traced.filter((event) => "source" in event && event.source === stream.arn);

  it("passes records to the function in order, in AWS's event shape", async () => {
    const stream = await world.stream();
    const fn = await world.lambda("", [readStream(stream.arn)]);
    const [first, second] = await stream.put("one", "\u0000two");
    const mapping = await start(stream.arn, fn);
    await mapping.idle();
    const [event] = fn.events<KinesisStreamEvent>();
    const arrivals = event?.Records.map(({ kinesis }) => kinesis.approximateArrivalTimestamp) ?? [];
    const record = (sequenceNumber: string | undefined, text: string, arrival?: number) => ({
      kinesis: {
        kinesisSchemaVersion: "1.0",
        partitionKey: "sensor-1",
        sequenceNumber,
        data: Buffer.from(text).toString("base64"),
        approximateArrivalTimestamp: arrival,
      },
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: `shardId-000000000000:${sequenceNumber}`,
      eventName: "aws:kinesis:record",
      invokeIdentityArn: `arn:aws:iam::123456789012:role/${fn.roleName}`,
      awsRegion: "eu-central-1",
      eventSourceARN: stream.arn,
    });
    assert.deepEqual(fn.events(), [
      { Records: [record(first, "one", arrivals[0]), record(second, "\u0000two", arrivals[1])] },
    ]);
    assert.ok(arrivals.every((arrival) => Math.abs(arrival - Date.now() / 1000) < 60));
    assert.deepEqual(tracedOf(stream), [
      { kind: "batch-succeeded", source: stream.arn, functionName: fn.name, records: 2 },
    ]);
  });

  it("never passes on more records than the batch size", async () => {
    const stream = await world.stream();
    const fn = await world.lambda("", [readStream(stream.arn)]);
    await stream.put("1", "2", "3", "4", "5");
    const mapping = await start(stream.arn, fn, { batchSize: 2 });
    await mapping.idle();
    assert.deepEqual(fn.events<KinesisStreamEvent>().map(textsOf), [["1", "2"], ["3", "4"], ["5"]]);
  });

  it("continues from the lowest record that the function reports", async () => {
    const stream = await world.stream();
    const fn = await world.lambda(
      `const failed = event.Records.filter((r, i) => i > 0 && times("calls") < 4);
       return { batchItemFailures: failed.reverse().map((r) => ({ itemIdentifier: r.kinesis.sequenceNumber })) };`,
      [readStream(stream.arn)],
    );
    await stream.put("a", "b", "c");
    const mapping = await start(stream.arn, fn, {
      functionResponseTypes: ["ReportBatchItemFailures"],
    });
    await mapping.idle();
    const received = fn.events<KinesisStreamEvent>().map(textsOf);
    assert.deepEqual(received, [["a", "b", "c"], ["b", "c"], ["c"]]);
    assert.deepEqual(
      tracedOf(stream).map((event) => [event.kind, "records" in event && event.records]),
      [
        ["batch-succeeded", 1],
        ["batch-failed", 2],
        ["batch-succeeded", 1],
        ["batch-failed", 1],
        ["batch-succeeded", 1],
      ],
    );
  });

  it("ignores a partial batch response that the mapping does not enable", async () => {
    const stream = await world.stream();
    const fn = await world.lambda(`return { batchItemFailures: [{ itemIdentifier: "" }] };`, [
      readStream(stream.arn),
    ]);
    await stream.put("a");
    await (await start(stream.arn, fn)).idle();
    assert.equal(fn.events().length, 1);
  });

  it("sends a batch to SQS, by its sequence numbers only, after the last retry", async () => {
    const stream = await world.stream();
    const queue = await world.queue();
    const fn = await world.lambda(`return { batchItemFailures: [{ itemIdentifier: "" }] };`, [
      readStream(stream.arn),
      { Action: ["sqs:SendMessage"], Resource: queue.arn },
    ]);
    const [first, second] = await stream.put("a", "b");
    const mapping = await start(stream.arn, fn, {
      functionResponseTypes: ["ReportBatchItemFailures"],
      maximumRetryAttempts: 2,
      destinationConfig: { onFailure: { destinationArn: queue.arn } },
    });
    await mapping.idle();
    assert.equal(fn.events().length, 3);
    const [body = ""] = await world.bodies(queue.url);
    const record = JSON.parse(body) as Record<string, Record<string, unknown>>;
    const info = record["KinesisBatchInfo"] ?? {};
    assert.deepEqual(record, {
      requestContext: {
        requestId: record["requestContext"]?.["requestId"],
        functionArn: fn.arn,
        condition: "RetryAttemptsExhausted",
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: null },
      version: "1.0",
      timestamp: record["timestamp"],
      KinesisBatchInfo: {
        shardId: "shardId-000000000000",
        startSequenceNumber: first,
        endSequenceNumber: second,
        approximateArrivalOfFirstRecord: info["approximateArrivalOfFirstRecord"],
        approximateArrivalOfLastRecord: info["approximateArrivalOfLastRecord"],
        batchSize: 2,
        streamArn: stream.arn,
      },
    });
    assert.deepEqual(tracedOf(stream).at(-1), {
      kind: "records-set-aside",
      source: stream.arn,
      destination: queue.arn,
      records: 2,
      reason: `The function reported failures from ${first} on.`,
    });
  });

  it("bisects to the poison record, stores its payload in S3 and delivers all others", async () => {
    const stream = await world.stream();
    const bucket = await world.bucket();
    const fn = await world.lambda(
      `if (texts(event).includes("poison")) throw new Error("cannot digest");`,
      [readStream(stream.arn), { Action: ["s3:PutObject"], Resource: `${bucket.arn}/*` }],
    );
    await stream.put("1", "2", "poison", "4", "5");
    const mapping = await start(stream.arn, fn, {
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 1,
      destinationConfig: { onFailure: { destinationArn: bucket.arn } },
    });
    await mapping.idle();
    const events = fn.events<KinesisStreamEvent>();
    assert.deepEqual(events.map(textsOf), [
      ["1", "2", "poison", "4", "5"],
      ["1", "2", "poison"],
      ["1", "2"],
      ["poison"],
      ["poison"],
      ["4", "5"],
    ]);
    const objects = [...(await bucket.objects())];
    assert.equal(objects.length, 1);
    const [key = "", text = ""] = objects[0] ?? [];
    const day = new Date().toISOString().slice(0, 4);
    assert.match(
      key,
      new RegExp(
        `^aws/lambda/${mapping.id}/shardId-000000000000/${day}/\\d\\d/\\d\\d/${day}-\\d\\d-\\d\\dT\\d\\d\\.\\d\\d\\.\\d\\d-[0-9a-f-]{36}$`,
      ),
    );
    const stored = JSON.parse(text) as Record<string, unknown>;
    assert.equal(stored["payload"], JSON.stringify(events[3]));
    assert.deepEqual(stored["responseContext"], {
      statusCode: 200,
      executedVersion: "$LATEST",
      functionError: "Unhandled",
    });
  });

  it("sets expired records aside, and delivers younger ones", async () => {
    const stream = await world.stream();
    const bucket = await world.bucket();
    const fn = await world.lambda(`if (texts(event)[0] === "old") throw new Error("not yet");`, [
      readStream(stream.arn),
      { Action: ["s3:PutObject"], Resource: `${bucket.arn}/*` },
    ]);
    let ahead = 0;
    const failed = world.trace.until("a failed batch", (event) => event.kind === "batch-failed");
    await stream.put("old");
    const mapping = await start(
      stream.arn,
      fn,
      {
        maximumRecordAgeInSeconds: 60,
        destinationConfig: { onFailure: { destinationArn: bucket.arn } },
      },
      { now: () => Date.now() + ahead },
    );
    await failed;
    ahead = 61_000;
    await mapping.idle();
    ahead = 0;
    await stream.put("young");
    await mapping.idle();
    const [text = ""] = (await bucket.objects()).values();
    const stored = JSON.parse(text) as Record<string, Record<string, unknown>>;
    assert.equal(stored["requestContext"]?.["condition"], "RecordAgeExceeded");
    assert.deepEqual(fn.events<KinesisStreamEvent>().map(textsOf).at(-1), ["young"]);
  });

  it("does not read without permission, reports it, and recovers once permitted", async () => {
    const stream = await world.stream();
    const fn = await world.lambda("");
    await stream.put("a");
    const warned = world.trace.until("a warning", (event) => event.kind === "warning");
    const mapping = await start(stream.arn, fn);
    const warning = await warned;
    assert.ok(warning.kind === "warning" && warning.part === "stream mapping");
    assert.match(
      warning.message,
      new RegExp(`^The role of ${fn.name} cannot read ${stream.arn}: .*AccessDenied`),
    );
    assert.deepEqual(fn.events(), []);
    await world.allow(fn.roleName, [readStream(stream.arn)]);
    await mapping.idle();
    assert.deepEqual(fn.events<KinesisStreamEvent>().map(textsOf), [["a"]]);
  });

  it("retries a destination until it accepts the records, and skips none", async () => {
    const stream = await world.stream();
    const bucket = await world.bucket();
    const fn = await world.lambda(`if (texts(event)[0] === "bad") throw new Error("no");`, [
      readStream(stream.arn),
    ]);
    await stream.put("bad", "good");
    const warned = world.trace.until("a refusal", (event) => event.kind === "warning");
    const mapping = await start(stream.arn, fn, {
      batchSize: 1,
      maximumRetryAttempts: 0,
      destinationConfig: { onFailure: { destinationArn: bucket.arn } },
    });
    await warned;
    assert.deepEqual(fn.events<KinesisStreamEvent>().map(textsOf), [["bad"]]);
    await world.allow(fn.roleName, [
      readStream(stream.arn),
      { Action: ["s3:PutObject"], Resource: `${bucket.arn}/*` },
    ]);
    await mapping.idle();
    assert.equal((await bucket.objects()).size, 1);
    assert.deepEqual(fn.events<KinesisStreamEvent>().map(textsOf), [["bad"], ["good"]]);
  });

  it("keeps the order of a partition key with parallel batches", async () => {
    const stream = await world.stream();
    const fn = await world.lambda("", [readStream(stream.arn)]);
    await stream.put("1", "2", "3");
    const mapping = await start(stream.arn, fn, { batchSize: 1, parallelizationFactor: 3 });
    await mapping.idle();
    assert.deepEqual(fn.events<KinesisStreamEvent>().map(textsOf), [["1"], ["2"], ["3"]]);
  });

  it("stops waiting for idleness when it is stopped", async () => {
    const stream = await world.stream();
    const fn = await world.lambda("");
    const mapping = await start(stream.arn, fn);
    const idle = assert.rejects(mapping.idle(), {
      message: `The mapping of ${stream.arn} to ${fn.name} has stopped.`,
    });
    await mapping.stop();
    await idle;
  });

  for (const [what, inputs, sentence] of [
    [
      "windows that are aggregated in parallel",
      { tumblingWindowInSeconds: 60, parallelizationFactor: 2 },
      "The mapping of s to f aggregates windows in parallel, which the local run lacks; leave parallelizationFactor out.",
    ],
    [
      "a setting that it does not know",
      { provisionedPollerConfig: { minimumPollers: 1 } },
      "The mapping of s to f sets 'provisionedPollerConfig', which the local run lacks; leave it out.",
    ],
    [
      "another starting position",
      { startingPosition: "AT_THE_END" },
      "Reading of s starts at 'AT_THE_END', which this stream does not know.",
    ],
    [
      "a timestamp of a DynamoDB stream",
      {
        eventSourceArn: "arn:aws:dynamodb:r:1:table/t/stream/s",
        startingPosition: "AT_TIMESTAMP",
      },
      "Reading of arn:aws:dynamodb:r:1:table/t/stream/s starts at 'AT_TIMESTAMP', which this stream does not know.",
    ],
    [
      "a timestamp that is none",
      {
        eventSourceArn: "arn:aws:kinesis:r:1:stream/s",
        startingPosition: "AT_TIMESTAMP",
        startingPositionTimestamp: "noon",
      },
      "Reading of arn:aws:kinesis:r:1:stream/s starts at a timestamp that is none: 'noon'.",
    ],
    [
      "Kafka as destination",
      { destinationConfig: { onFailure: { destinationArn: "arn:aws:kafka:eu-central-1:1:t" } } },
      "The mapping of s to f sets failures aside in arn:aws:kafka:eu-central-1:1:t; the local run knows S3, SQS and SNS only.",
    ],
  ] as const) {
    it(`refuses ${what} instead of ignoring it`, async () => {
      const fn = { name: "f" } as LambdaFunction;
      const starting = start("s", fn, inputs as Partial<StreamMappingArgs["inputs"]>);
      await assert.rejects(starting, { message: sentence });
    });
  }
});
