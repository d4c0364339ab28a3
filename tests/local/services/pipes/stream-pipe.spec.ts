import * as assert from "node:assert/strict";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { GetRecordsCommand, GetShardIteratorCommand, KinesisClient } from "@aws-sdk/client-kinesis";
import { CreateStateMachineCommand, ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import type { Pipe } from "../../../../local/services/pipes/pipe";
import {
  createWorld,
  next,
  readStream,
  readTableStream,
  type Statement,
  type World,
} from "../world";
import { pipeStarter } from "./start-pipe";

const fromStart = { startingPosition: "TRIM_HORIZON" };

describe("pipe from a stream", () => {
  let world: World;

  before(async () => {
    world = await createWorld();
  });
  after(() => world.end());

  const start = pipeStarter(() => world);
  const send = (queueArn: string): Statement => ({
    Action: ["sqs:SendMessage"],
    Resource: queueArn,
  });

  const workflow = async (type: "EXPRESS" | "STANDARD", result: object) => {
    const name = next("workflow");
    const arn = `arn:aws:states:eu-central-1:123456789012:stateMachine:${name}`;
    const role = await world.role({ service: "states.amazonaws.com", sourceArn: arn });
    await world.clients.get(SFNClient).send(
      new CreateStateMachineCommand({
        name,
        type,
        roleArn: role.arn,
        definition: JSON.stringify({
          StartAt: "Make",
          States: { Make: { Type: "Pass", Result: result, End: true } },
        }),
      }),
    );
    return arn;
  };

  it("writes records, as its template shapes them, to another stream by their partition key", async () => {
    const source = await world.stream();
    const target = await world.stream();
    await source.put(`{"id":"p-1","value":1}`, "no JSON");
    const pipe = await start(
      [readStream(source.arn), { Action: ["kinesis:PutRecords"], Resource: target.arn }],
      {
        source: source.arn,
        sourceParameters: { kinesisStreamParameters: fromStart },
        target: target.arn,
        targetParameters: {
          inputTemplate: `{"value": <$.data.value>, "data": <$.data>}`,
          kinesisStreamParameters: { partitionKey: "$.partitionKey" },
        },
      },
    );
    await pipe.idle();
    const kinesis = world.clients.get(KinesisClient);
    const { ShardIterator } = await kinesis.send(
      new GetShardIteratorCommand({
        StreamName: target.name,
        ShardId: "shardId-000000000000",
        ShardIteratorType: "TRIM_HORIZON",
      }),
    );
    const { Records = [] } = await kinesis.send(new GetRecordsCommand({ ShardIterator }));
    assert.deepEqual(
      Records.map(({ PartitionKey, Data }) => [PartitionKey, Buffer.from(Data ?? []).toString()]),
      [
        ["sensor-1", `{"value": 1, "data": {"id":"p-1","value":1}}`],
        ["sensor-1", `{"value": "", "data": "${Buffer.from("no JSON").toString("base64")}"}`],
      ],
    );
  });

  it("passes records on without their wrapper, bisects batches and reports failures", async () => {
    const source = await world.stream();
    const failures = await world.queue();
    const fn = await world.lambda(
      `if (event.some((r) => Buffer.from(r.data, "base64").toString() === "poison")) throw new Error("no");`,
    );
    const [, poison] = await source.put("a", "poison", "b");
    const pipe = await start(
      [
        readStream(source.arn),
        send(failures.arn),
        { Action: ["lambda:InvokeFunction"], Resource: fn.arn },
      ],
      {
        source: source.arn,
        sourceParameters: {
          kinesisStreamParameters: {
            ...fromStart,
            maximumRetryAttempts: 1,
            onPartialBatchItemFailure: "AUTOMATIC_BISECT",
            deadLetterConfig: { arn: failures.arn },
          },
        },
        target: fn.arn,
      },
    );
    await pipe.idle();
    interface Flat {
      data: string;
      partitionKey: string;
      eventSource: string;
      eventID: string;
      eventSourceARN: string;
    }
    const events = fn.events<Flat[]>();
    assert.deepEqual(
      events.map((records) => records.map(({ data }) => Buffer.from(data, "base64").toString())),
      [["a", "poison", "b"], ["a", "poison"], ["a"], ["poison"], ["poison"], ["b"]],
    );
    const [record] = events[3] ?? [];
    assert.deepEqual(
      [record?.partitionKey, record?.eventSource, record?.eventSourceARN, record?.eventID],
      ["sensor-1", "aws:kinesis", source.arn, `shardId-000000000000:${poison}`],
    );
    const bodies = await world.bodies(failures.url);
    assert.equal(bodies.length, 1);
    const letter = JSON.parse(bodies[0] ?? "{}");
    const { approximateArrivalOfFirstRecord: arrival } = letter.KinesisBatchInfo;
    assert.deepEqual(letter, {
      context: { partnerResourceArn: pipe.arn, condition: "RetryAttemptsExhausted" },
      version: "1.0",
      timestamp: letter.timestamp,
      KinesisBatchInfo: {
        shardId: "shardId-000000000000",
        startSequenceNumber: poison,
        endSequenceNumber: poison,
        approximateArrivalOfFirstRecord: arrival,
        approximateArrivalOfLastRecord: arrival,
        batchSize: 1,
        streamArn: source.arn,
      },
    });
  });

  it("continues from the first record that its function reports as failed", async () => {
    const source = await world.stream();
    const fn = await world.lambda(
      `return times("calls") > 1 ? {} : { batchItemFailures: [{ itemIdentifier: event[1].eventID }] };`,
    );
    await source.put("a", "b", "c");
    const pipe = await start(
      [readStream(source.arn), { Action: ["lambda:InvokeFunction"], Resource: fn.arn }],
      {
        source: source.arn,
        sourceParameters: { kinesisStreamParameters: fromStart },
        target: fn.arn,
        targetParameters: { inputTemplate: `{"eventID": <$.eventID>, "data": <$.data>}` },
      },
    );
    await pipe.idle();
    const texts = fn
      .events<{ data: string }[]>()
      .map((records) => records.map(({ data }) => Buffer.from(data, "base64").toString()));
    assert.deepEqual(texts, [
      ["a", "b", "c"],
      ["b", "c"],
    ]);
  });

  it("sends the changes of a table that match its filter to a queue", async () => {
    const table = await world.table();
    const target = await world.queue();
    await table.put({ id: { S: "p-1" } });
    await table.put({ id: { S: "p-1" }, n: { N: "2" } });
    const pipe = await start([readTableStream(table.streamArn), send(target.arn)], {
      source: table.streamArn,
      sourceParameters: {
        dynamodbStreamParameters: { ...fromStart, batchSize: 10 },
        filterCriteria: { filters: [{ pattern: `{"eventName":["MODIFY"]}` }] },
      },
      target: target.arn,
      targetParameters: {
        inputTemplate: `{"id": <$.dynamodb.Keys.id.S>, "n": <$.dynamodb.NewImage.n.N>}`,
      },
    });
    await pipe.idle();
    assert.deepEqual(await world.bodies(target.url), [`{"id": "p-1", "n": "2"}`]);
  });

  it("enriches with an express workflow and writes to a log group", async () => {
    const source = await world.stream();
    const logs = world.clients.get(CloudWatchLogsClient);
    const logGroupName = next("log-group");
    const group = `arn:aws:logs:eu-central-1:123456789012:log-group:${logGroupName}`;
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    const express = await workflow("EXPRESS", [{ made: "by the workflow" }]);
    await source.put("a", "b");
    const pipe = await start(
      [
        readStream(source.arn),
        { Action: ["states:StartSyncExecution"], Resource: express },
        { Action: ["logs:PutLogEvents"], Resource: `${group}:log-stream:*` },
      ],
      {
        source: source.arn,
        sourceParameters: { kinesisStreamParameters: fromStart },
        enrichment: express,
        target: group,
        targetParameters: { cloudwatchLogsParameters: { logStreamName: "pipe" } },
      },
    );
    await pipe.idle();
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
    assert.deepEqual(
      events.map(({ message, logStreamName }) => [logStreamName, message]),
      [["pipe", `{"made":"by the workflow"}`]],
    );
  });

  it("starts a standard workflow, and fails if it must wait for one", async () => {
    const standard = await workflow("STANDARD", {});
    const failures = await world.queue();
    const run = async (invocationType: string): Promise<Pipe> => {
      const source = await world.stream();
      await source.put("a");
      const pipe = await start(
        [
          readStream(source.arn),
          send(failures.arn),
          {
            Action: ["states:StartExecution", "states:StartSyncExecution"],
            Resource: standard,
          },
        ],
        {
          source: source.arn,
          sourceParameters: {
            kinesisStreamParameters: {
              ...fromStart,
              maximumRetryAttempts: 0,
              deadLetterConfig: { arn: failures.arn },
            },
          },
          target: standard,
          targetParameters: { stepFunctionStateMachineParameters: { invocationType } },
        },
      );
      await pipe.idle();
      return pipe;
    };
    await run("FIRE_AND_FORGET");
    const { executions = [] } = await world.clients
      .get(SFNClient)
      .send(new ListExecutionsCommand({ stateMachineArn: standard }));
    assert.equal(executions.length, 1);
    assert.deepEqual(await world.bodies(failures.url), []);
    const waiting = await run("REQUEST_RESPONSE");
    assert.equal(waiting.metrics.totals["TargetStageFailed"], 1);
    assert.equal((await world.bodies(failures.url)).length, 1);
  });
});
