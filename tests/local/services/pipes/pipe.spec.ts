import * as assert from "node:assert/strict";
import { CloudWatchClient, GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { DeleteQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { BusEvent } from "../../../../local/services/eventbridge/bus-event";
import { startPipe } from "../../../../local/services/pipes/pipe";
import type { PipeInputs } from "../../../../local/services/pipes/pipe-inputs";
import { createWorld, drainQueue, next, type Statement, type World } from "../world";
import { pipeStarter } from "./start-pipe";

const region = "eu-central-1";
const account = "123456789012";

/** A record of a pipe's log. */
interface PipeRecord {
  executionId: string;
  messageType: string;
  logLevel: string;
  resourceArn: string;
  error: { message: string };
}

describe("pipe from a queue", () => {
  let world: World;

  before(async () => {
    world = await createWorld();
  });
  after(() => world.end());

  const start = pipeStarter(() => world);

  /** A bus whose events the emulator puts in a queue. */
  const bus = async () => {
    const events = world.clients.get(EventBridgeClient);
    const Name = next("bus");
    const queue = await world.queue();
    await events.send(new CreateEventBusCommand({ Name }));
    const rule = { EventBusName: Name, Rule: "all" };
    await events.send(
      new PutRuleCommand({
        EventBusName: Name,
        Name: "all",
        EventPattern: JSON.stringify({ account: [account] }),
      }),
    );
    await events.send(
      new PutTargetsCommand({ ...rule, Targets: [{ Id: "queue", Arn: queue.arn }] }),
    );
    return {
      arn: `arn:aws:events:${region}:${account}:event-bus/${Name}`,
      events: async () =>
        (await world.bodies(queue.url)).map((body) => JSON.parse(body) as BusEvent),
    };
  };

  const putEvents = (busArn: string, source = "plant.telemetry"): Statement => ({
    Action: ["events:PutEvents"],
    Resource: busArn,
    Condition: { StringEquals: { "events:source": source } },
  });

  const send = (queueArn: string): Statement => ({
    Action: ["sqs:SendMessage"],
    Resource: queueArn,
  });

  it("puts an event on a bus for every message that matches its filter", async () => {
    const source = await world.queue();
    const target = await bus();
    const pipe = await start([drainQueue(source.arn), putEvents(target.arn)], {
      source: source.arn,
      sourceParameters: {
        filterCriteria: {
          filters: [{ pattern: JSON.stringify({ body: { status: ["critical"] } }) }],
        },
      },
      target: target.arn,
      targetParameters: {
        inputTemplate: `{"device": <$.body.id>, "text": "of <$.body.id>, <$.body.status>", "pipe": <aws.pipes.pipe-name>, "all": <$.body>}`,
        eventbridgeEventBusParameters: {
          source: "plant.telemetry",
          detailType: "$.body.kind",
          resources: ["$.eventSourceARN"],
        },
      },
    });
    await world.send(
      source.url,
      JSON.stringify({ id: "p-1", status: "ok", kind: "Reading" }),
      "no JSON at all",
      JSON.stringify({ id: 'p"2', status: "critical", kind: "Alert" }),
    );
    await pipe.idle();
    const events = await target.events();
    assert.equal(events.length, 1);
    const [event] = events;
    assert.deepEqual(event, {
      version: "0",
      id: event?.id,
      source: "plant.telemetry",
      account,
      time: event?.time,
      region,
      resources: [source.arn],
      "detail-type": "Alert",
      detail: {
        device: 'p"2',
        text: 'of p"2, critical',
        pipe: pipe.name,
        all: { id: 'p"2', status: "critical", kind: "Alert" },
      },
    });
    assert.deepEqual(pipe.metrics.totals, { Invocations: 1, EventCount: 1 });
  });

  it("leaves messages that its role may not put to the queue's dead-letter queue, logs and counts them", async () => {
    const { source, failures } = await world.redrivingQueue();
    const target = await bus();
    const logGroup = next("log-group");
    const logs = world.clients.get(CloudWatchLogsClient);
    await logs.send(new CreateLogGroupCommand({ logGroupName: logGroup }));
    await world.send(source.url, `{"a":1}`);
    const pipe = await start([drainQueue(source.arn), putEvents(target.arn, "somebody.else")], {
      source: source.arn,
      target: target.arn,
      targetParameters: {
        inputTemplate: "<$.body>",
        eventbridgeEventBusParameters: { source: "plant.telemetry", detailType: "Reading" },
      },
      logConfiguration: {
        level: "ERROR",
        cloudwatchLogsLogDestination: {
          logGroupArn: `arn:aws:logs:${region}:${account}:log-group:${logGroup}`,
        },
      },
    });
    await pipe.idle();
    assert.deepEqual(await target.events(), []);
    assert.deepEqual(await world.bodies(failures.url), [`{"a":1}`]);
    assert.deepEqual(pipe.metrics.totals, {
      Invocations: 1,
      EventCount: 1,
      TargetStageFailed: 1,
      ExecutionFailed: 1,
    });
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: logGroup }));
    const records = events.map(({ message = "" }) => JSON.parse(message) as PipeRecord);
    const refusal = `events:PutEvents on ${target.arn}: no statement allows it.`;
    assert.deepEqual(
      records.map(({ messageType, logLevel, resourceArn, error }) => [
        messageType,
        logLevel,
        resourceArn,
        error.message,
      ]),
      [
        ["TARGET_INVOCATION_FAILED", "ERROR", pipe.arn, `AccessDenied: ${refusal}`],
        ["EXECUTION_FAILED", "ERROR", pipe.arn, `AccessDenied: ${refusal}`],
      ],
    );
    assert.equal(new Set(records.map(({ executionId }) => executionId)).size, 1);
    const { Datapoints = [] } = await world.clients.get(CloudWatchClient).send(
      new GetMetricStatisticsCommand({
        Namespace: "AWS/EventBridge/Pipes",
        MetricName: "ExecutionFailed",
        Dimensions: [{ Name: "PipeName", Value: pipe.name }],
        StartTime: new Date(Date.now() - 600_000),
        EndTime: new Date(Date.now() + 600_000),
        Period: 3600,
        Statistics: ["Sum"],
      }),
    );
    assert.equal(
      Datapoints.reduce((sum, { Sum = 0 }) => sum + Sum, 0),
      1,
    );
  });

  it("does not read with a role that trusts another pipe, and reports it", async () => {
    const source = await world.queue();
    const target = await world.queue();
    const warned = world.trace.until("a warning", (event) => event.kind === "warning");
    await world.send(source.url, "a");
    const pipe = await start(
      [drainQueue(source.arn), send(target.arn)],
      { source: source.arn, target: target.arn },
      (arn) => `${arn}-other`,
    );
    const warning = await warned;
    assert.ok(warning.kind === "warning");
    assert.match(
      warning.message,
      new RegExp(`^The role of pipe ${pipe.name} cannot read ${source.arn}: AccessDenied: `),
    );
    assert.deepEqual(await world.bodies(source.url), ["a"]);
  });

  it("does not read a queue without permission, and starts once permitted", async () => {
    const source = await world.queue();
    const target = await world.queue();
    const warned = world.trace.until("a warning", (event) => event.kind === "warning");
    await world.send(source.url, "a");
    const pipe = await start([send(target.arn)], {
      source: source.arn,
      target: target.arn,
      targetParameters: { inputTemplate: "<$.body>" },
    });
    const warning = await warned;
    assert.match(warning.kind === "warning" ? warning.message : "", /AccessDenied/);
    assert.deepEqual(await world.bodies(target.url), []);
    await world.allow(pipe.role, [drainQueue(source.arn), send(target.arn)]);
    await pipe.idle();
    assert.deepEqual(await world.bodies(target.url), ["a"]);
  });

  it("leaves the messages of a missing target to the dead-letter queue", async () => {
    const { source, failures } = await world.redrivingQueue();
    const target = await world.queue();
    await world.clients.get(SQSClient).send(new DeleteQueueCommand({ QueueUrl: target.url }));
    await world.send(source.url, "a");
    const pipe = await start([drainQueue(source.arn), send(target.arn)], {
      source: source.arn,
      target: target.arn,
    });
    await pipe.idle();
    assert.deepEqual(await world.bodies(failures.url), ["a"]);
  });

  it("skips a message that is not an object: the others arrive", async () => {
    const { source, failures } = await world.redrivingQueue();
    const target = await bus();
    await world.send(source.url, `{"a":1}`, "no object", `{"a":2}`);
    const pipe = await start([drainQueue(source.arn), putEvents(target.arn)], {
      source: source.arn,
      target: target.arn,
      targetParameters: {
        inputTemplate: "<$.body>",
        eventbridgeEventBusParameters: { source: "plant.telemetry", detailType: "Reading" },
      },
    });
    await pipe.idle();
    const details = (await target.events()).map(({ detail }) => (detail as { a: number }).a);
    assert.deepEqual(details.sort(), [1, 2]);
    assert.deepEqual(await world.bodies(failures.url), ["no object"]);
    assert.equal(pipe.metrics.totals["TargetStagePartiallyFailed"], 1);
    assert.equal(pipe.metrics.totals["ExecutionPartiallyFailed"], 1);
  });

  it("keeps the given time of an event", async () => {
    const source = await world.queue();
    const target = await bus();
    const pipe = await start([drainQueue(source.arn), putEvents(target.arn)], {
      source: source.arn,
      target: target.arn,
      targetParameters: {
        inputTemplate: "<$.body>",
        eventbridgeEventBusParameters: {
          source: "plant.telemetry",
          detailType: "Reading",
          time: "$.body.at",
        },
      },
    });
    await world.send(source.url, `{"at":"2026-01-02T03:04:05Z"}`);
    await pipe.idle();
    const [event] = await target.events();
    // Where our own buses find it; see event-time.ts.
    assert.deepEqual(event?.resources, ["local:time:2026-01-02T03:04:05.000Z"]);
  });

  it("enriches a batch with a function, and passes on its result", async () => {
    const source = await world.queue();
    const target = await world.queue();
    const fn = await world.lambda(
      `return event.filter((r) => r.body !== "drop").map((r) => ({ shaped: r.body }));`,
    );
    await world.send(source.url, "one", "drop", "two");
    const pipe = await start(
      [
        drainQueue(source.arn),
        send(target.arn),
        { Action: ["lambda:InvokeFunction"], Resource: fn.arn },
      ],
      { source: source.arn, enrichment: fn.arn, target: target.arn },
    );
    await pipe.idle();
    const [event] = fn.events<{ body: string; eventSourceARN: string; messageId: string }[]>();
    assert.deepEqual(
      event?.map(({ body, eventSourceARN }) => [body, eventSourceARN]),
      [
        ["one", source.arn],
        ["drop", source.arn],
        ["two", source.arn],
      ],
    );
    assert.deepEqual((await world.bodies(target.url)).sort(), [
      `{"shaped":"one"}`,
      `{"shaped":"two"}`,
    ]);
  });

  it("leaves a batch in the queue if its enrichment fails or is denied", async () => {
    for (const allowed of [true, false]) {
      const { source, failures } = await world.redrivingQueue();
      const target = await world.queue();
      const fn = await world.lambda(`throw new Error("cannot shape");`);
      await world.send(source.url, "one");
      const pipe = await start(
        [
          drainQueue(source.arn),
          send(target.arn),
          ...(allowed ? [{ Action: ["lambda:InvokeFunction"], Resource: fn.arn }] : []),
        ],
        { source: source.arn, enrichment: fn.arn, target: target.arn },
      );
      await pipe.idle();
      assert.deepEqual(await world.bodies(failures.url), ["one"]);
      assert.deepEqual(await world.bodies(target.url), []);
      assert.equal(fn.events().length, allowed ? 1 : 0);
      assert.deepEqual(pipe.metrics.totals, {
        Invocations: 1,
        EventCount: 1,
        EnrichmentStageFailed: 1,
        ExecutionFailed: 1,
      });
    }
  });

  it("returns only the messages that its function reports as failed", async () => {
    const { source, failures } = await world.redrivingQueue();
    const fn = await world.lambda(
      `return { batchItemFailures: event.filter((r) => r.body === "bad").map((r) => ({ itemIdentifier: r.messageId })) };`,
    );
    await world.send(source.url, "good", "bad");
    const pipe = await start(
      [drainQueue(source.arn), { Action: ["lambda:InvokeFunction"], Resource: fn.arn }],
      { source: source.arn, target: fn.arn },
    );
    await pipe.idle();
    assert.deepEqual(await world.bodies(failures.url), ["bad"]);
  });

  it("does not wait for a function that it invokes asynchronously", async () => {
    const source = await world.queue();
    const fn = await world.lambda(`throw new Error("no");`);
    await world.send(source.url, "one");
    const pipe = await start(
      [drainQueue(source.arn), { Action: ["lambda:InvokeFunction"], Resource: fn.arn }],
      {
        source: source.arn,
        target: fn.arn,
        targetParameters: { lambdaFunctionParameters: { invocationType: "FIRE_AND_FORGET" } },
      },
    );
    await pipe.idle();
    // Lambda itself tries twice more.
    assert.equal(fn.events().length, 3);
    assert.deepEqual(pipe.metrics.totals, { Invocations: 1, EventCount: 1 });
  });

  it("rejects a batch that its target cannot accept", async () => {
    const queue = await world.queue();
    await assert.rejects(
      start([], {
        source: queue.arn,
        sourceParameters: { sqsQueueParameters: { batchSize: 11 } },
        target: queue.arn,
      }),
      /takes batches of 11, its target 10 at most; give it a smaller batchSize\.$/,
    );
  });

  for (const [what, inputs, sentence] of [
    [
      "a setting that it does not know",
      { kmsKeyIdentifier: "key" },
      "The pipe p sets 'kmsKeyIdentifier', which the local run lacks; leave it out.",
    ],
    [
      "a member that it does not know",
      { targetParameters: { httpParameters: {} } },
      "The pipe p sets 'targetParameters.httpParameters', which the local run lacks; leave it out.",
    ],
    [
      "another source",
      { source: "arn:aws:kafka:r:1:cluster/c" },
      "The pipe p has arn:aws:kafka:r:1:cluster/c as its source; the local run knows SQS, Kinesis and DynamoDB streams.",
    ],
    [
      "an API destination",
      { target: "arn:aws:events:r:1:api-destination/d/1" },
      "The pipe p has arn:aws:events:r:1:api-destination/d/1 as its target; the local run knows buses, queues, topics, functions, workflows, Kinesis, Firehose and log groups, not API destinations.",
    ],
    [
      "events without a source",
      { target: "arn:aws:events:r:1:event-bus/b" },
      "The pipe p puts events without source or detailType; name both, for AWS's defaults are not documented.",
    ],
    [
      "a log that it cannot write",
      { logConfiguration: { level: "TRACE" } },
      "The pipe p logs at level TRACE; the local run knows OFF, ERROR and INFO.",
    ],
    [
      "a variable that Pipes do not have",
      { targetParameters: { inputTemplate: "<aws.events.rule-name>" } },
      "Pipes have no variable <aws.events.rule-name>.",
    ],
    [
      "a path that Pipes do not know",
      { targetParameters: { inputTemplate: "<$..body>" } },
      "'$..body' is no JSON path that EventBridge knows: use $, .name, [0] and [*] only.",
    ],
  ] as const) {
    it(`refuses ${what} instead of ignoring it`, () =>
      assert.rejects(
        startPipe({
          clients: world.clients,
          trace: world.trace,
          inputs: {
            name: "p",
            roleArn: "r",
            source: "arn:aws:sqs:r:1:q",
            target: "arn:aws:sqs:r:1:t",
            ...(inputs as Partial<PipeInputs>),
          },
        }),
        { message: sentence },
      ));
  }
});
