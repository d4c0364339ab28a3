import * as assert from "node:assert/strict";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  FilterLogEventsCommand,
  PutResourcePolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  DeleteFunctionCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda";
import { CreateStateMachineCommand, ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import {
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { PutBucketNotificationConfigurationCommand, S3Client } from "@aws-sdk/client-s3";
import { understand } from "../../../../operations/redrive/envelopes";
import {
  startEventBuses,
  type EventBuses,
} from "../../../../local/services/eventbridge/event-buses";
import type { BusEvent } from "../../../../local/services/eventbridge/bus-event";
import type { TargetInputs } from "../../../../local/services/eventbridge/bus-inputs";
import { createWorld, next, type World } from "../world";

const region = "eu-central-1";
const account = "123456789012";

describe("event buses", () => {
  let world: World;
  let buses: EventBuses;

  before(async () => {
    world = await createWorld();
  });
  after(() => world.end());
  beforeEach(() => {
    buses = startEventBuses({
      clients: world.clients,
      trace: world.trace,
      retryDelayMilliseconds: 1,
    });
  });
  afterEach(() => buses.stop());

  const createBus = async (): Promise<{ name: string; arn: string }> => {
    const Name = next("bus");
    await world.clients.get(EventBridgeClient).send(new CreateEventBusCommand({ Name }));
    return { name: Name, arn: `arn:aws:events:${region}:${account}:event-bus/${Name}` };
  };

  /** Puts one event and gives its id. */
  const put = async (
    bus: { name: string },
    detail: object,
    more: { Source?: string; DetailType?: string; Resources?: string[] } = {},
  ): Promise<string> => {
    const { Entries = [] } = await world.clients.get(EventBridgeClient).send(
      new PutEventsCommand({
        Entries: [
          {
            EventBusName: bus.name,
            Source: "plant.telemetry",
            DetailType: "Reading",
            Detail: JSON.stringify(detail),
            ...more,
          },
        ],
      }),
    );
    return Entries[0]?.EventId ?? "";
  };

  const admit = (ruleArn: string) => (queueArn: string) => ({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
      Condition: { ArnEquals: { "aws:SourceArn": ruleArn } },
    },
  });

  /** A bus with one rule for readings, and queues that admit this rule. */
  const setUp = async (pattern: object = { source: ["plant.telemetry"] }) => {
    const bus = await createBus();
    const { arn } = await buses.addRule({
      name: "readings",
      eventBusName: bus.name,
      eventPattern: JSON.stringify(pattern),
    });
    assert.equal(arn, `arn:aws:events:${region}:${account}:rule/${bus.name}/readings`);
    const target = (inputs: Partial<TargetInputs> & { arn: string }): void =>
      buses.addTarget({ rule: "readings", eventBusName: bus.name, targetId: "target", ...inputs });
    return { bus, rule: arn, target, failures: await world.queue(admit(arn)) };
  };

  const letter = async (queueUrl: string) => {
    const { Messages = [] } = await world.clients.get(SQSClient).send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MessageAttributeNames: ["All"],
        VisibilityTimeout: 0,
      }),
    );
    const [message] = Messages;
    assert.equal(Messages.length, 1);
    const attributes = Object.entries(message?.MessageAttributes ?? {}).map(
      ([name, { StringValue }]) => [name, StringValue],
    );
    return {
      event: JSON.parse(message?.Body ?? "") as BusEvent,
      attributes: Object.fromEntries(attributes) as Record<string, string>,
    };
  };

  it("delivers an event, as it was put, to the targets of the rules that it matches", async () => {
    const { bus, rule, target } = await setUp({ detail: { value: [{ numeric: [">", 5] }] } });
    const queue = await world.queue(admit(rule));
    target({ arn: queue.arn });
    await put(bus, { value: 5 });
    const id = await put(bus, { value: 6 }, { Resources: ["pump-7"] });
    await buses.idle();
    const bodies = (await world.bodies(queue.url)).map((body) => JSON.parse(body) as BusEvent);
    assert.deepEqual(bodies, [
      {
        version: "0",
        id,
        source: "plant.telemetry",
        account,
        time: bodies[0]?.time,
        region,
        resources: ["pump-7"],
        "detail-type": "Reading",
        detail: { value: 6 },
      },
    ]);
    assert.match(bodies[0]?.time ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    assert.deepEqual(buses.metricsOf(rule), {
      MatchedEvents: 1,
      TriggeredRules: 1,
      Invocations: 1,
    });
  });

  it("delivers the events of a bucket on the default bus, which redrive reads as batches, and no test message", async () => {
    const bucket = await world.bucket();
    const rule = next("announcement");
    const { arn } = await buses.addRule({
      name: rule,
      eventPattern: JSON.stringify({
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: { bucket: { name: [bucket.name] } },
      }),
    });
    const queue = await world.queue(admit(arn));
    buses.addTarget({ rule, targetId: "failures", arn: queue.arn });
    await world.clients.get(S3Client).send(
      new PutBucketNotificationConfigurationCommand({
        Bucket: bucket.name,
        NotificationConfiguration: { EventBridgeConfiguration: {} },
      }),
    );
    const key = "aws/lambda/a b+c%20d.json";
    const delivered = world.trace.until(
      "the event to match",
      (event) => event.kind === "event-matched" && event.rule === rule,
    );
    await bucket.put(key, "{}");
    await delivered;
    await buses.idle();
    const bodies = await world.bodies(queue.url);
    assert.deepEqual(
      bodies.map((body) => understand(body, "devices")),
      [{ kind: "stored", objects: [{ bucket: bucket.name, key }] }],
    );
  });

  it("keeps the time that an internal sender set", async () => {
    const { bus, rule, target } = await setUp();
    const queue = await world.queue(admit(rule));
    target({ arn: queue.arn });
    await put(bus, {}, { Resources: ["a", "local:time:2026-01-02T03:04:05.678Z"] });
    await buses.idle();
    const [body = "{}"] = await world.bodies(queue.url);
    const { time, resources } = JSON.parse(body) as BusEvent;
    assert.deepEqual({ time, resources }, { time: "2026-01-02T03:04:05Z", resources: ["a"] });
  });

  for (const [what, inputs, expected] of [
    ["a constant", { input: `{"fixed":true}` }, `{"fixed":true}`],
    ["a part", { inputPath: "$.detail" }, `{"id":"p-1","list":[1,2]}`],
    [
      "a template",
      {
        inputTransformer: {
          inputPaths: { id: "$.detail.id", second: "$.detail.list[1]", none: "$.detail.none" },
          inputTemplate: `{"id": <id>, "text": "<id> is <second>", "none": <none>, "rule": <aws.events.rule-name>}`,
        },
      },
      `{"id": "p-1", "text": "p-1 is 2", "none": "", "rule": "readings"}`,
    ],
    [
      "plain text",
      { inputTransformer: { inputPaths: { l: "$.detail.list" }, inputTemplate: "list <l>" } },
      "list [1,2]",
    ],
  ] as const) {
    it(`passes on ${what} of an event`, async () => {
      const { bus, rule, target } = await setUp();
      const queue = await world.queue(admit(rule));
      target({ arn: queue.arn, ...inputs });
      await put(bus, { id: "p-1", list: [1, 2] });
      await buses.idle();
      assert.deepEqual(await world.bodies(queue.url), [expected]);
    });
  }

  it("invokes a function that permits the rule, with the event", async () => {
    const { bus, rule, target } = await setUp();
    const fn = await world.lambda("");
    await world.admit("events.amazonaws.com", fn.name, rule);
    target({ arn: fn.arn });
    const id = await put(bus, { a: 1 });
    await buses.idle();
    assert.deepEqual(
      fn.events<{ id: string; detail: object }>().map((event) => [event.id, event.detail]),
      [[id, { a: 1 }]],
    );
  });

  it("sends an event to the dead-letter queue, with AWS's attributes, if the function does not permit the rule", async () => {
    const { bus, rule, target, failures } = await setUp();
    const fn = await world.lambda("");
    target({ arn: fn.arn, deadLetterConfig: { arn: failures.arn } });
    const id = await put(bus, { a: 1 });
    await buses.idle();
    assert.deepEqual(fn.events(), []);
    const { event, attributes } = await letter(failures.url);
    assert.deepEqual([event.id, event.detail], [id, { a: 1 }]);
    assert.deepEqual(attributes, {
      RULE_ARN: rule,
      TARGET_ARN: fn.arn,
      ERROR_CODE: "NO_PERMISSIONS",
      ERROR_MESSAGE: `The policy of ${fn.arn} does not let EventBridge invoke; allow it.`,
      RETRY_ATTEMPTS: "0",
    });
    assert.deepEqual(buses.metricsOf(rule), {
      MatchedEvents: 1,
      TriggeredRules: 1,
      Invocations: 1,
      FailedInvocations: 1,
      InvocationsSentToDlq: 1,
    });
  });

  it("sends an event to the dead-letter queue if the function is missing", async () => {
    const { bus, rule, target, failures } = await setUp();
    const fn = await world.lambda("");
    await world.admit("events.amazonaws.com", fn.name, rule);
    target({ arn: fn.arn, deadLetterConfig: { arn: failures.arn } });
    await world.clients
      .get(LambdaClient)
      .send(new DeleteFunctionCommand({ FunctionName: fn.name }));
    await put(bus, {});
    await buses.idle();
    const { attributes } = await letter(failures.url);
    assert.equal(attributes["ERROR_CODE"], "NO_RESOURCE");
  });

  it("sends an event to the dead-letter queue if its queue is missing, and delivers it to the other target", async () => {
    const { bus, rule, target, failures } = await setUp();
    const gone = await world.queue(admit(rule));
    const queue = await world.queue(admit(rule));
    target({ targetId: "gone", arn: gone.arn, deadLetterConfig: { arn: failures.arn } });
    target({ targetId: "there", arn: queue.arn });
    await world.clients.get(SQSClient).send(new DeleteQueueCommand({ QueueUrl: gone.url }));
    const id = await put(bus, {});
    await buses.idle();
    const { event, attributes } = await letter(failures.url);
    assert.deepEqual(
      [event.id, attributes["ERROR_CODE"], attributes["TARGET_ARN"]],
      [id, "NO_RESOURCE", gone.arn],
    );
    assert.equal((await world.bodies(queue.url)).length, 1);
  });

  it("leaves retries of a failing function to Lambda: three attempts, then its on-failure destination", async () => {
    const { bus, rule, target, failures } = await setUp();
    const destination = await world.queue();
    const fn = await world.lambda(`throw new Error("no");`, [
      { Action: ["sqs:SendMessage"], Resource: destination.arn },
    ]);
    await world.admit("events.amazonaws.com", fn.name, rule);
    await world.clients.get(LambdaClient).send(
      new PutFunctionEventInvokeConfigCommand({
        FunctionName: fn.name,
        DestinationConfig: { OnFailure: { Destination: destination.arn } },
      }),
    );
    target({ arn: fn.arn, deadLetterConfig: { arn: failures.arn } });
    const id = await put(bus, {});
    await buses.idle();
    assert.equal(fn.events().length, 3);
    const [record = "{}"] = await world.bodies(destination.url);
    assert.equal(JSON.parse(record).requestPayload.id, id);
    assert.deepEqual(await world.bodies(failures.url), []);
  });

  it("drops an event, counts it and warns, when the dead-letter queue refuses it too", async () => {
    const { bus, rule, target } = await setUp();
    const closed = await world.queue(admit(`${rule}-of-somebody-else`));
    target({ arn: closed.arn, deadLetterConfig: { arn: closed.arn } });
    const warned = world.trace.until("a warning", ({ kind }) => kind === "warning");
    const id = await put(bus, {});
    await buses.idle();
    const warning = await warned;
    assert.ok(warning.kind === "warning");
    assert.match(
      warning.message,
      new RegExp(`^Event ${id} of rule readings was dropped, for its dead-letter queue refuses it`),
    );
    assert.equal(buses.metricsOf(rule)["InvocationsFailedToBeSentToDlq"], 1);
    assert.equal(buses.metricsOf(rule)["InvocationsSentToDlq"], undefined);
  });

  it("starts a workflow with the target's role, and sends the event to the dead-letter queue if that is denied", async () => {
    const { bus, rule, target, failures } = await setUp();
    const sfn = world.clients.get(SFNClient);
    const name = next("workflow");
    const stateMachineArn = `arn:aws:states:${region}:${account}:stateMachine:${name}`;
    const trust = { service: "events.amazonaws.com", sourceArn: rule };
    const Action = ["states:StartExecution"];
    const allowed = await world.role(trust, [{ Action, Resource: stateMachineArn }]);
    const denied = await world.role(trust, [{ Action, Resource: `${stateMachineArn}-2` }]);
    await sfn.send(
      new CreateStateMachineCommand({
        name,
        roleArn: allowed.arn,
        definition: JSON.stringify({ StartAt: "Done", States: { Done: { Type: "Succeed" } } }),
      }),
    );
    target({ targetId: "a", arn: stateMachineArn, roleArn: allowed.arn });
    target({
      targetId: "b",
      arn: stateMachineArn,
      roleArn: denied.arn,
      deadLetterConfig: { arn: failures.arn },
    });
    await put(bus, {});
    await buses.idle();
    const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn }));
    assert.equal(executions.length, 1);
    const { attributes } = await letter(failures.url);
    assert.equal(attributes["ERROR_CODE"], "NO_PERMISSIONS");
    assert.match(attributes["ERROR_MESSAGE"] ?? "", /states:StartExecution/);
  });

  it("passes an event on to another bus, with its time", async () => {
    const { bus, rule, target } = await setUp();
    const other = await createBus();
    const role = await world.role({ service: "events.amazonaws.com", sourceArn: rule }, [
      { Action: ["events:PutEvents"], Resource: other.arn },
    ]);
    target({ arn: other.arn, roleArn: role.arn });
    const { arn: second } = await buses.addRule({
      name: "second",
      eventBusName: other.name,
      eventPattern: `{"detail-type":["Reading"]}`,
    });
    const queue = await world.queue(admit(second));
    buses.addTarget({
      rule: "second",
      eventBusName: other.name,
      targetId: "q",
      arn: queue.arn,
    });
    await put(bus, { a: 1 }, { Resources: ["local:time:2026-01-02T03:04:05.000Z"] });
    await buses.idle();
    const [body = "{}"] = await world.bodies(queue.url);
    const event = JSON.parse(body) as BusEvent;
    assert.deepEqual(
      [event.source, event.detail, event.time, event.resources],
      ["plant.telemetry", { a: 1 }, "2026-01-02T03:04:05Z", []],
    );
  });

  it("writes events to a log group only once its resource policy permits it", async () => {
    const { bus, target, failures } = await setUp();
    const logs = world.clients.get(CloudWatchLogsClient);
    const logGroupName = `/aws/events/${next("log-group")}`;
    const arn = `arn:aws:logs:${region}:${account}:log-group:${logGroupName}`;
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    target({ arn, deadLetterConfig: { arn: failures.arn } });
    const refused = await put(bus, { n: 1 });
    await buses.idle();
    await logs.send(
      new PutResourcePolicyCommand({
        policyName: next("log-policy"),
        policyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: {
            Effect: "Allow",
            Principal: { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] },
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: `${arn}:*`,
          },
        }),
      }),
    );
    const written = await put(bus, { n: 2 });
    await buses.idle();
    assert.equal((await letter(failures.url)).event.id, refused);
    const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
    assert.deepEqual(
      events.map(({ message = "{}" }) => (JSON.parse(message) as BusEvent).id),
      [written],
    );
  });

  it("replays archived events, marked as replays, to the named rules", async () => {
    const { bus, rule, target } = await setUp();
    const { arn: other } = await buses.addRule({
      name: "other",
      eventBusName: bus.name,
      eventPattern: `{"source":[{"prefix":""}]}`,
    });
    const queue = await world.queue(admit(rule));
    const second = await world.queue(admit(other));
    target({ arn: queue.arn });
    buses.addTarget({ rule: "other", eventBusName: bus.name, targetId: "q", arn: second.arn });
    const archive = await buses.addArchive({
      name: "kept",
      eventSourceArn: bus.arn,
      eventPattern: `{"detail":{"keep":[true]}}`,
      retentionDays: 1,
    });
    const id = await put(bus, { keep: true });
    await put(bus, { keep: false });
    await buses.idle();
    const from = new Date(Date.now() - 60_000);
    const to = new Date(Date.now() + 60_000);
    const again = { name: "again", archiveArn: archive.arn, from, to, ruleArns: [rule] };
    assert.deepEqual(await buses.replay(again), { events: 1 });
    assert.deepEqual(await buses.replay({ ...again, to: from }), { events: 0 });
    const bodies = (await world.bodies(queue.url)).map((body) => JSON.parse(body) as BusEvent);
    assert.deepEqual(
      bodies.map((event) => [event.id, event["replay-name"]]),
      [
        [id, undefined],
        [bodies[1]?.id, undefined],
        [id, "again"],
      ],
    );
    assert.equal((await world.bodies(second.url)).length, 2);
  });

  it("drops events that the bus's policy denies to all principals, and warns", async () => {
    const { bus, rule, target } = await setUp({ account: [account] });
    const queue = await world.queue(admit(rule));
    target({ arn: queue.arn });
    await buses.setPolicy({
      eventBusName: bus.name,
      policy: JSON.stringify({
        Version: "2012-10-17",
        Statement: {
          Effect: "Deny",
          Principal: "*",
          Action: "events:PutEvents",
          Resource: bus.arn,
          Condition: { StringNotEquals: { "events:source": "plant.telemetry" } },
        },
      }),
    });
    const warned = world.trace.until("a warning", ({ kind }) => kind === "warning");
    await put(bus, {}, { Source: "somebody.else" });
    const id = await put(bus, {});
    await buses.idle();
    const warning = await warned;
    assert.match(warning.kind === "warning" ? warning.message : "", /denies an event of source/);
    const bodies = (await world.bodies(queue.url)).map((body) => (JSON.parse(body) as BusEvent).id);
    assert.deepEqual(bodies, [id]);
  });

  it("does not deliver to the targets of a rule that is disabled", async () => {
    const bus = await createBus();
    const { arn } = await buses.addRule({
      name: "off",
      eventBusName: bus.name,
      eventPattern: `{"source":["plant.telemetry"]}`,
      state: "DISABLED",
    });
    const queue = await world.queue(admit(arn));
    buses.addTarget({ rule: "off", eventBusName: bus.name, targetId: "q", arn: queue.arn });
    await put(bus, {});
    await buses.idle();
    assert.deepEqual(await world.bodies(queue.url), []);
  });

  it("begins to deliver when a queue's policy permits the rule", async () => {
    const { bus, rule, target, failures } = await setUp();
    const queue = await world.queue();
    target({ arn: queue.arn, deadLetterConfig: { arn: failures.arn } });
    await put(bus, { n: 1 });
    await buses.idle();
    await world.clients.get(SQSClient).send(
      new SetQueueAttributesCommand({
        QueueUrl: queue.url,
        Attributes: { Policy: JSON.stringify(admit(rule)(queue.arn)) },
      }),
    );
    await put(bus, { n: 2 });
    await buses.idle();
    assert.deepEqual((await letter(failures.url)).event.detail, { n: 1 });
    const bodies = (await world.bodies(queue.url)).map(
      (body) => (JSON.parse(body) as BusEvent).detail,
    );
    assert.deepEqual(bodies, [{ n: 2 }]);
  });

  describe("refusals", () => {
    const refuses = (what: string, attempt: () => unknown, message: string): void => {
      it(`refuses ${what} instead of ignoring it`, () =>
        assert.rejects(async () => attempt(), { message }));
    };
    const target = (inputs: Partial<TargetInputs>): TargetInputs => ({
      rule: "r",
      targetId: "t",
      arn: "arn:aws:sqs:r:1:q",
      ...inputs,
    });
    refuses(
      "a rule without a pattern and a schedule",
      () => buses.addRule({ name: "r" }),
      "The event rule r has neither an event pattern nor a schedule; give it one.",
    );
    refuses(
      "another kind of target",
      () => buses.addTarget(target({ arn: "arn:aws:batch:r:1:job-queue/q" })),
      "The target t of event rule r is arn:aws:batch:r:1:job-queue/q; the local run knows functions, queues, topics, workflows, buses, log groups, Kinesis and Firehose, not API destinations.",
    );
    refuses(
      "a workflow without a role",
      () => buses.addTarget(target({ arn: "arn:aws:states:r:1:stateMachine:m" })),
      "The target t of event rule r is called as a role; give it a roleArn.",
    );
    refuses(
      "two inputs",
      () => buses.addTarget(target({ input: "{}", inputPath: "$" })),
      "The target t of event rule r has more than one of input, inputPath and inputTransformer.",
    );
    refuses(
      "a target without its rule",
      () => buses.addTarget(target({})),
      "There is no event rule r for target t.",
    );
    refuses(
      "a variable that no path defines",
      async () => {
        const { target: add, rule } = await setUp();
        const queue = await world.queue(admit(rule));
        add({ arn: queue.arn, inputTransformer: { inputTemplate: `{"a": <b>}` } });
      },
      "The template of event rule readings uses <b>, which none of its paths defines.",
    );
  });
});
