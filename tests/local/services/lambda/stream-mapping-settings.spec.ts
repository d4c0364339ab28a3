import * as assert from "node:assert/strict";
import type { DynamoDBStreamEvent, KinesisStreamEvent } from "aws-lambda";
import { SubscribeCommand, SNSClient } from "@aws-sdk/client-sns";
import { createWorld, readStream, readTableStream, type World } from "../world";
import { streamMappingStarter } from "./start-stream-mapping";

describe("stream event source mapping", () => {
  let world: World;

  before(async () => {
    world = await createWorld();
  });
  after(() => world.end());

  const start = streamMappingStarter(() => world);

  const textsOf = (event: KinesisStreamEvent): string[] =>
    event.Records.map(({ kinesis }) => Buffer.from(kinesis.data, "base64").toString());

  it("passes the changes of a table to a function, in AWS's event shape", async () => {
    const table = await world.table();
    const fn = await world.lambda("", [readTableStream(table.streamArn)]);
    await table.put({ id: { S: "p-1" }, n: { N: "1" }, raw: { B: Buffer.from("x") } });
    await table.put({ id: { S: "p-1" }, list: { L: [{ BOOL: true }, { M: { a: { S: "b" } } }] } });
    await (await start(table.streamArn, fn)).idle();
    const records = fn.events<DynamoDBStreamEvent>().flatMap(({ Records }) => Records);
    const facts = (place: number) => {
      const { eventID, dynamodb } = records[place] ?? {};
      return {
        eventID,
        time: dynamodb?.ApproximateCreationDateTime,
        number: dynamodb?.SequenceNumber,
        size: dynamodb?.SizeBytes,
      };
    };
    const first = { id: { S: "p-1" }, n: { N: "1" }, raw: { B: "eA==" } };
    const second = { id: { S: "p-1" }, list: { L: [{ BOOL: true }, { M: { a: { S: "b" } } }] } };
    const record = (place: number, eventName: string, images: object) => ({
      eventID: facts(place).eventID,
      eventName,
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: "eu-central-1",
      dynamodb: {
        ApproximateCreationDateTime: facts(place).time,
        Keys: { id: { S: "p-1" } },
        ...images,
        SequenceNumber: facts(place).number,
        SizeBytes: facts(place).size,
        StreamViewType: "NEW_AND_OLD_IMAGES",
      },
      eventSourceARN: table.streamArn,
    });
    assert.deepEqual(records, [
      record(0, "INSERT", { NewImage: first }),
      record(1, "MODIFY", { NewImage: second, OldImage: first }),
    ]);
    assert.ok(
      records.every(({ dynamodb }) => Number.isInteger(dynamodb?.ApproximateCreationDateTime)),
    );
  });

  it("does not read a table's stream without permission, and starts once permitted", async () => {
    const table = await world.table();
    const fn = await world.lambda("");
    await table.put({ id: { S: "p-1" } });
    const warned = world.trace.until("a warning", ({ kind }) => kind === "warning");
    const mapping = await start(table.streamArn, fn);
    const warning = await warned;
    assert.match(warning.kind === "warning" ? warning.message : "", /AccessDenied/);
    assert.deepEqual(fn.events(), []);
    await world.allow(fn.roleName, [readTableStream(table.streamArn)]);
    await mapping.idle();
    assert.equal(fn.events().length, 1);
  });

  it("reports a failed change of a table to a topic, by its sequence numbers", async () => {
    const table = await world.table();
    const topic = await world.topic();
    const queue = await world.queue((queueArn) => ({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { Service: "sns.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: queueArn,
        Condition: { ArnEquals: { "aws:SourceArn": topic } },
      },
    }));
    await world.clients.get(SNSClient).send(
      new SubscribeCommand({
        TopicArn: topic,
        Protocol: "sqs",
        Endpoint: queue.arn,
        Attributes: { RawMessageDelivery: "true" },
      }),
    );
    const fn = await world.lambda(`throw new Error("no");`, [
      readTableStream(table.streamArn),
      { Action: ["sns:Publish"], Resource: topic },
    ]);
    await table.put({ id: { S: "p-1" } });
    const mapping = await start(table.streamArn, fn, {
      maximumRetryAttempts: 1,
      destinationConfig: { onFailure: { destinationArn: topic } },
    });
    await mapping.idle();
    assert.equal(fn.events().length, 2);
    const [body = "{}"] = await world.bodies(queue.url);
    const { requestContext, DDBStreamBatchInfo: info, KinesisBatchInfo } = JSON.parse(body);
    assert.deepEqual(
      [
        requestContext.condition,
        requestContext.approximateInvokeCount,
        info.batchSize,
        info.streamArn,
      ],
      ["RetryAttemptsExhausted", 2, 1, table.streamArn],
    );
    assert.equal(KinesisBatchInfo, undefined);
    assert.ok(info.startSequenceNumber === info.endSequenceNumber && info.shardId);
  });

  it("passes on only matching records, and counts the others as processed", async () => {
    const stream = await world.stream();
    const fn = await world.lambda("", [readStream(stream.arn)]);
    await stream.put(`{"t":81}`, "no JSON", `{"t":79}`, `{"t":90}`);
    const mapping = await start(stream.arn, fn, {
      filterCriteria: { filters: [{ pattern: `{"data":{"t":[{"numeric":[">",80]}]}}` }] },
    });
    await mapping.idle();
    assert.deepEqual(fn.events<KinesisStreamEvent>().map(textsOf), [[`{"t":81}`, `{"t":90}`]]);
  });

  it("filters the changes of a table", async () => {
    const table = await world.table();
    const fn = await world.lambda("", [readTableStream(table.streamArn)]);
    await table.put({ id: { S: "p-1" }, status: { S: "ok" } });
    await table.put({ id: { S: "p-2" }, status: { S: "critical" } });
    const pattern = JSON.stringify({
      eventName: ["INSERT"],
      dynamodb: { NewImage: { status: { S: ["critical"] } } },
    });
    await (await start(table.streamArn, fn, { filterCriteria: { filters: [{ pattern }] } })).idle();
    const records = fn.events<DynamoDBStreamEvent>().flatMap(({ Records }) => Records);
    assert.deepEqual(
      records.map(({ dynamodb }) => dynamodb?.Keys),
      [{ id: { S: "p-2" } }],
    );
  });

  it("starts at the latest record and reads no earlier one", async () => {
    const stream = await world.stream();
    const fn = await world.lambda("", [readStream(stream.arn)]);
    await stream.put("old");
    const mapping = await start(stream.arn, fn, { startingPosition: "LATEST" });
    await stream.put("new");
    await mapping.idle();
    assert.deepEqual(fn.events<KinesisStreamEvent>().map(textsOf), [["new"]]);
  });

  it("starts at a timestamp", async () => {
    const stream = await world.stream();
    const fn = await world.lambda("", [readStream(stream.arn)]);
    await stream.put("a", "b");
    const from = async (startingPositionTimestamp: string): Promise<void> => {
      const mapping = await start(stream.arn, fn, {
        startingPosition: "AT_TIMESTAMP",
        startingPositionTimestamp,
      });
      await mapping.idle();
    };
    await from(new Date(Date.now() + 3_600_000).toISOString());
    assert.deepEqual(fn.events(), []);
    await from(new Date(Date.now() - 3_600_000).toISOString());
    assert.deepEqual(fn.events<KinesisStreamEvent>().map(textsOf), [["a", "b"]]);
  });

  it("aggregates a window, with state, and closes it when its time is over", async () => {
    const stream = await world.stream();
    const fn = await world.lambda(
      `const sum = texts(event).reduce((total, text) => total + Number(text), event.state.sum ?? 0);
       return { state: { sum } };`,
      [readStream(stream.arn)],
    );
    let ahead = 0;
    // A window that begins before the records and ends long after the test.
    const seconds = 900;
    await stream.put("1", "2", "3");
    const mapping = await start(
      stream.arn,
      fn,
      { tumblingWindowInSeconds: seconds, batchSize: 2 },
      { now: () => Date.now() + ahead },
    );
    const twice = world.trace.until(
      "the last batch",
      (event) =>
        event.kind === "batch-succeeded" && event.source === stream.arn && event.records === 1,
    );
    await twice;
    ahead = seconds * 1000;
    await mapping.idle();
    interface WindowEvent extends KinesisStreamEvent {
      window: { start: string; end: string };
      state: object;
      isFinalInvokeForWindow: boolean;
      isWindowTerminatedEarly: boolean;
      shardId: string;
      eventSourceARN: string;
    }
    const events = fn.events<WindowEvent>();
    const last = events.at(-1);
    assert.deepEqual(
      events.map((event) => [textsOf(event), event.state, event.isFinalInvokeForWindow]),
      [
        [["1", "2"], {}, false],
        [["3"], { sum: 3 }, false],
        [[], { sum: 6 }, true],
      ],
    );
    assert.deepEqual(
      [last?.shardId, last?.eventSourceARN, last?.isWindowTerminatedEarly],
      ["shardId-000000000000", stream.arn, false],
    );
    const { start: from = "", end = "" } = last?.window ?? {};
    assert.match(from, /^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z$/);
    assert.equal(Date.parse(end) - Date.parse(from), seconds * 1000);
    const arrival = (events[0]?.Records[0]?.kinesis.approximateArrivalTimestamp ?? 0) * 1000;
    assert.ok(Date.parse(from) <= arrival && arrival < Date.parse(end));
  });

  it("treats an invocation without a returned state as failed", async () => {
    const stream = await world.stream();
    const bucket = await world.bucket();
    const fn = await world.lambda("", [
      readStream(stream.arn),
      { Action: ["s3:PutObject"], Resource: `${bucket.arn}/*` },
    ]);
    await stream.put("1");
    let ahead = 0;
    const aside = world.trace.until(
      "a record set aside",
      ({ kind }) => kind === "records-set-aside",
    );
    const mapping = await start(
      stream.arn,
      fn,
      {
        tumblingWindowInSeconds: 900,
        maximumRetryAttempts: 0,
        destinationConfig: { onFailure: { destinationArn: bucket.arn } },
      },
      { now: () => Date.now() + ahead },
    );
    const event = await aside;
    ahead = 900_000;
    await mapping.idle();
    assert.equal(
      event.kind === "records-set-aside" && event.reason,
      "The function returned no state for its window.",
    );
    assert.equal((await bucket.objects()).size, 1);
  });
});
