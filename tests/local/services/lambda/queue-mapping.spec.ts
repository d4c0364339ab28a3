import * as assert from "node:assert/strict";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import {
  startQueueMapping,
  type QueueMapping,
} from "../../../../local/services/lambda/queue-mapping";
import {
  checkQueuePermissions,
  emulatorSuffices,
} from "../../../../local/services/lambda/emulator-mapping";
import type { QueueMappingInputs } from "../../../../local/services/lambda/queue-mapping-inputs";
import {
  createWorld,
  drainQueue,
  stoppedAfterEach,
  type LambdaFunction,
  type World,
} from "../world";

describe("queue event source mapping", () => {
  let world: World;

  before(async () => {
    world = await createWorld();
  });
  after(() => world.end());

  const keep = stoppedAfterEach<QueueMapping>();
  const start = async (
    queue: { arn: string },
    fn: LambdaFunction,
    inputs: Partial<QueueMappingInputs> = {},
  ): Promise<QueueMapping> => {
    return keep(
      await startQueueMapping({
        clients: world.clients,
        trace: world.trace,
        inputs: { eventSourceArn: queue.arn, functionName: fn.name, ...inputs },
      }),
    );
  };
  const bodiesOf = ({ Records }: SQSEvent): string[] => Records.map(({ body }) => body).sort();

  it("passes messages on in AWS's event shape, and deletes them", async () => {
    const queue = await world.queue();
    const fn = await world.lambda("", [drainQueue(queue.arn)]);
    await world.clients.get(SQSClient).send(
      new SendMessageCommand({
        QueueUrl: queue.url,
        MessageBody: "one",
        MessageAttributes: {
          kind: { DataType: "String", StringValue: "reading" },
          raw: { DataType: "Binary", BinaryValue: Buffer.from("x") },
        },
      }),
    );
    await (await start(queue, fn)).idle();
    const [record] = fn.events<SQSEvent>().flatMap(({ Records }) => Records);
    assert.deepEqual(record, {
      messageId: record?.messageId,
      receiptHandle: record?.receiptHandle,
      body: "one",
      attributes: record?.attributes,
      messageAttributes: {
        kind: {
          stringValue: "reading",
          stringListValues: [],
          binaryListValues: [],
          dataType: "String",
        },
        raw: {
          binaryValue: "eA==",
          stringListValues: [],
          binaryListValues: [],
          dataType: "Binary",
        },
      },
      md5OfBody: "f97c5d29941bfb1b2fdab0874906ab82",
      md5OfMessageAttributes: record?.md5OfMessageAttributes,
      eventSource: "aws:sqs",
      eventSourceARN: queue.arn,
      awsRegion: "eu-central-1",
    });
    assert.equal(record?.attributes.ApproximateReceiveCount, "1");
    assert.match(record?.attributes.SentTimestamp ?? "", /^\d{13}$/);
    assert.deepEqual(await world.bodies(queue.url), []);
  });

  it("collects more than ten messages within its window", async () => {
    const queue = await world.queue();
    const fn = await world.lambda("", [drainQueue(queue.arn)]);
    const texts = Array.from({ length: 23 }, (_, index) => String(index));
    await world.send(queue.url, ...texts);
    await (await start(queue, fn, { batchSize: 20, maximumBatchingWindowInSeconds: 1 })).idle();
    assert.deepEqual(
      fn.events<SQSEvent>().map(({ Records }) => Records.length),
      [20, 3],
    );
    const received = fn.events<SQSEvent>().flatMap(bodiesOf);
    assert.deepEqual(received.sort(), texts.sort());
  });

  it("waits for its window when the batch is not full", async () => {
    const queue = await world.queue();
    const fn = await world.lambda("", [drainQueue(queue.arn)]);
    const mapping = await start(queue, fn, { maximumBatchingWindowInSeconds: 2 });
    await world.send(queue.url, "a");
    await world.send(queue.url, "b");
    await mapping.idle();
    assert.deepEqual(fn.events<SQSEvent>().map(bodiesOf), [["a", "b"]]);
  });

  it("returns only the messages that the function reports, and leaves them to the redrive policy", async () => {
    const { source, failures } = await world.redrivingQueue();
    const fn = await world.lambda(
      `return { batchItemFailures: event.Records.filter((r) => r.body === "bad").map((r) => ({ itemIdentifier: r.messageId })) };`,
      [drainQueue(source.arn)],
    );
    await world.send(source.url, "good", "bad");
    await (await start(source, fn, { functionResponseTypes: ["ReportBatchItemFailures"] })).idle();
    assert.deepEqual(await world.bodies(failures.url), ["bad"]);
    assert.deepEqual(fn.events<SQSEvent>().map(bodiesOf), [["bad", "good"]]);
  });

  for (const [what, body, inputs, failed] of [
    ["a function that throws", `throw new Error("no");`, {}, ["a", "b"]],
    [
      "an identifier that is not of the batch",
      `return { batchItemFailures: [{ itemIdentifier: event.Records[0].messageId }, { itemIdentifier: "x" }] };`,
      { functionResponseTypes: ["ReportBatchItemFailures"] },
      ["a", "b"],
    ],
    [
      "a report that was not asked for",
      `return { batchItemFailures: [{ itemIdentifier: "" }] };`,
      {},
      [],
    ],
  ] as const) {
    it(`sets aside ${failed.length} of two messages for ${what}`, async () => {
      const { source, failures } = await world.redrivingQueue();
      const fn = await world.lambda(body, [drainQueue(source.arn)]);
      await world.send(source.url, "a", "b");
      await (await start(source, fn, inputs as Partial<QueueMappingInputs>)).idle();
      assert.deepEqual((await world.bodies(failures.url)).sort(), failed);
    });
  }

  it("deletes messages that its filter rejects", async () => {
    const queue = await world.queue();
    const fn = await world.lambda("", [drainQueue(queue.arn)]);
    await world.send(queue.url, `{"t":81}`, "text", `{"t":79}`);
    const pattern = `{"body":{"t":[{"numeric":[">",80]}]}}`;
    await (await start(queue, fn, { filterCriteria: { filters: [{ pattern }] } })).idle();
    assert.deepEqual(fn.events<SQSEvent>().map(bodiesOf), [[`{"t":81}`]]);
    assert.deepEqual(await world.bodies(queue.url), []);
  });

  it("limits concurrent batches to its concurrency", async () => {
    const queue = await world.queue();
    const fn = await world.lambda(
      // The first waits for a second one, however slowly the machine starts it.
      `fs.appendFileSync(seen + "-gate", "+");
       const entered = () => fs.readFileSync(seen + "-gate", "utf8").split("+").length - 1;
       for (let polls = 0; polls < 400 && entered() < 2; polls += 1)
         await new Promise((resolve) => setTimeout(resolve, 50));
       await new Promise((resolve) => setTimeout(resolve, 150));
       fs.appendFileSync(seen + "-gate", "-");`,
      [drainQueue(queue.arn)],
    );
    await world.send(queue.url, ...Array.from({ length: 6 }, (_, index) => String(index)));
    const limited = { batchSize: 1, scalingConfig: { maximumConcurrency: 2 } };
    await (await start(queue, fn, limited)).idle();
    assert.deepEqual(fn.atATime(), { most: 2, unended: 0 });
  });

  it("does not read without permission, reports it, and starts once permitted", async () => {
    const queue = await world.queue();
    const fn = await world.lambda("");
    await world.send(queue.url, "a");
    const warned = world.trace.until("a warning", ({ kind }) => kind === "warning");
    const mapping = await start(queue, fn);
    const warning = await warned;
    assert.match(
      warning.kind === "warning" ? warning.message : "",
      new RegExp(`^The role of ${fn.name} cannot read ${queue.arn}: AccessDenied`),
    );
    assert.deepEqual(fn.events(), []);
    await world.allow(fn.roleName, [drainQueue(queue.arn)]);
    await mapping.idle();
    assert.deepEqual(fn.events<SQSEvent>().map(bodiesOf), [["a"]]);
  });

  it("reports that its role may not delete processed messages, which are delivered again", async () => {
    const { source, failures } = await world.redrivingQueue();
    const fn = await world.lambda("", [
      { Action: ["sqs:ReceiveMessage", "sqs:GetQueueAttributes"], Resource: source.arn },
    ]);
    await world.send(source.url, "a");
    const warned = world.trace.until("a warning", ({ kind }) => kind === "warning");
    await (await start(source, fn)).idle();
    assert.deepEqual(await warned, {
      kind: "warning",
      part: "queue mapping",
      message: `The role of ${fn.name} cannot delete messages of ${source.arn}: AccessDenied: sqs:DeleteMessage on ${source.arn}: no statement allows it.`,
    });
    assert.deepEqual(await world.bodies(failures.url), ["a"]);
  });

  it("passes nothing on while it is disabled", async () => {
    const queue = await world.queue();
    const fn = await world.lambda("", [drainQueue(queue.arn)]);
    await world.send(queue.url, "a");
    await (await start(queue, fn, { enabled: false })).idle();
    assert.deepEqual(fn.events(), []);
    assert.deepEqual(await world.bodies(queue.url), ["a"]);
  });

  describe("by the emulator", () => {
    const inputs = { eventSourceArn: "q", functionName: "f" };

    it("is used without a window", () => {
      assert.equal(emulatorSuffices(inputs), true);
      assert.equal(emulatorSuffices({ ...inputs, batchSize: 10 }), true);
      assert.equal(emulatorSuffices({ ...inputs, maximumBatchingWindowInSeconds: 1 }), false);
      assert.equal(emulatorSuffices({ ...inputs, batchSize: 11 }), false);
    });

    it("is refused to a role that lacks a permission", async () => {
      const queue = await world.queue();
      const fn = await world.lambda("", [
        { Action: ["sqs:ReceiveMessage", "sqs:GetQueueAttributes"], Resource: queue.arn },
      ]);
      const asked = { eventSourceArn: queue.arn, functionName: fn.name };
      await assert.rejects(checkQueuePermissions(world.clients, asked), {
        name: "AccessDenied",
        message: `sqs:DeleteMessage on ${queue.arn}: no statement allows it.`,
      });
      const other = await world.lambda("", [drainQueue(queue.arn)]);
      await checkQueuePermissions(world.clients, { ...asked, functionName: other.name });
    });
  });

  for (const [what, inputs, sentence] of [
    [
      "a setting that it does not know",
      { provisionedPollerConfig: {} },
      "sets 'provisionedPollerConfig', which the local run lacks; leave it out.",
    ],
    [
      "a large batch without a window, as AWS does",
      { batchSize: 11 },
      "takes batches of 11 without a batching window; give it one of at least 1 s.",
    ],
    [
      "too little concurrency, as AWS does",
      { scalingConfig: { maximumConcurrency: 1 } },
      "has a maximumConcurrency of 1; AWS takes 2–1000.",
    ],
  ] as const) {
    it(`refuses ${what}`, () =>
      assert.rejects(
        start({ arn: "q" }, { name: "f" } as LambdaFunction, inputs as Partial<QueueMappingInputs>),
        { message: `The mapping of q to f ${sentence}` },
      ));
  }
});
