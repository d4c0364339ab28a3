import * as assert from "node:assert/strict";
import { Flow, secondsPerInvocation, type Message } from "../../../operations/cost/flow";
import { post } from "../../../operations/cost/posts";
import { publish } from "../../../operations/cost/rules";
import { arn, callback, graph, mapping, queue, resource, rule } from "./resources";

/** Messages of 600 bytes, of which one in four has status critical. */
const messages = Array.from({ length: 40 }, (_, nth): Message => {
  const reading = { status: nth % 4 === 0 ? "critical" : "ok", text: "" };
  const missing = 600 - JSON.stringify(reading).length;
  return {
    topic: `devices/pump-${nth % 2}/telemetry`,
    payload: Buffer.from(JSON.stringify({ ...reading, text: "x".repeat(missing) })),
    receivedAt: 1_795_478_400_000,
  };
});
const duration = (invocations: number) => invocations * (128 / 1024) * secondsPerInvocation;
const sqsUrl = "https://sqs.us-east-1.amazonaws.com/123456789012/work";

describe("the flow of messages through a program", () => {
  function billed(calls: Record<string, Record<string, number>>, world: ReturnType<typeof graph>) {
    const flow = new Flow(world, calls);
    publish(world, flow, messages);
    return flow.bills.get("part");
  }

  it("bills the rule for what its filter sees, and the action, queue and function for what WHERE admits", () => {
    const world = graph(
      rule("SELECT * FROM 'devices/+/telemetry' WHERE status = 'critical'", {
        sqs: [{ queueUrl: sqsUrl }],
      }),
      queue("work"),
      mapping(arn("sqs", "work"), "worker", 5),
      callback("worker"),
    );
    const bill = billed({ worker: { "dynamodb:PutItem": 2000, "iotdata:Publish": 1000 } }, world);
    assert.deepEqual(bill, {
      "iot-rule": 40,
      "iot-action": 10,
      // Ten are sent; two batches of five are received and deleted.
      "queue-request": 10 + 2 * 2,
      "function-request": 2,
      "function-duration": duration(2),
      "table-write": 20,
      "iot-message": 10,
    });
  });

  it("bills a rule through Cloud Control for what its filter sees, and each action for what WHERE admits", () => {
    const state = {
      TopicRulePayload: {
        Sql: "SELECT * FROM 'devices/+/telemetry' WHERE status = 'critical'",
        Actions: [{ InfluxDB: {} }, { InfluxDB: {} }],
      },
    };
    const declared = (typeName: string) =>
      resource("aws:cloudcontrol/resource:Resource", "rule", {
        typeName,
        desiredState: JSON.stringify(state),
      });
    assert.deepEqual(billed({}, graph(declared("AWS::IoT::TopicRule"))), {
      "iot-rule": 40,
      "iot-action": 20,
    });
    assert.equal(billed({}, graph(declared("AWS::QuickSight::Dashboard"))), undefined);
  });

  it("bills posts to CloudFront, to its function, to the API and to what the function behind it calls", () => {
    const atEdge = callback("guard");
    const world = graph(
      resource("aws:cloudfront/distribution:Distribution", "front"),
      resource("aws:apigatewayv2/api:Api", "api"),
      { ...resource("aws:apigatewayv2/api:Api", "other"), owner: "another part" },
      { ...atEdge, inputs: { ...atEdge.inputs, publish: true, architectures: ["x86_64"] } },
      callback("publisher"),
    );
    const flow = new Flow(world, {
      guard: {},
      publisher: { "dynamodb:UpdateItem": 2000, "iotdata:Publish": 1000 },
    });
    post(world, flow, messages);
    assert.deepEqual(Object.fromEntries(flow.bills), {
      part: {
        ...{ "distribution-request": 40, "api-request": 40 },
        ...{ "edge-invocation": 40, "edge-duration": duration(40) },
        ...{ "function-request": 40, "function-duration": duration(40) },
        ...{ "table-write": 80, "iot-message": 40 },
      },
    });
  });

  it("bills a stream by kilobytes, and once more for each consumer", () => {
    const world = graph(
      rule("SELECT * FROM 'devices/+/telemetry'", { kineses: [{ streamName: "telemetry" }] }),
      resource("aws:kinesis/stream:Stream", "telemetry"),
      mapping(arn("kinesis", "stream/telemetry"), "first", 40),
      mapping(arn("kinesis", "stream/telemetry"), "second", 20),
      callback("first"),
      callback("second"),
    );
    assert.deepEqual(billed({ first: {}, second: {} }, world), {
      "iot-rule": 40,
      "iot-action": 40,
      // 600 bytes are 800 in Base64, with the envelope less than a kilobyte.
      "stream-in": 40 * 1024,
      "stream-out": 2 * 40 * 1024,
      "function-request": 1 + 2,
      "function-duration": duration(1) + duration(2),
    });
  });

  it("bills tasks that read a stream for what they read, and for their writes in batches of one reading", () => {
    const task = (name: string, stream: string) =>
      resource("aws:ecs/taskDefinition:TaskDefinition", name, {
        containerDefinitions: JSON.stringify([
          {
            name,
            environment: [{ name: "STREAM_ARN", value: arn("kinesis", `stream/${stream}`) }],
          },
        ]),
      });
    const world = graph(
      rule("SELECT * FROM 'devices/+/telemetry'", { kineses: [{ streamName: "telemetry" }] }),
      resource("aws:kinesis/stream:Stream", "telemetry"),
      resource("aws:kinesis/stream:Stream", "other"),
      task("consumer", "telemetry"),
      task("other-consumer", "other"),
    );
    assert.deepEqual(billed({}, world), {
      "iot-rule": 40,
      "iot-action": 40,
      "stream-in": 40 * 1024,
      "stream-out": 40 * 1024,
      "table-write": 40 * 5,
    });
  });

  it("bills the records of a delivery stream by 5 KB, their conversion, and the function that transforms them", () => {
    const delivery = (given: Record<string, unknown>) => [
      rule("SELECT * FROM 'devices/+/telemetry'", {
        firehoses: [{ deliveryStreamName: "delivery" }],
      }),
      callback("transformer"),
      resource("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "delivery", given),
    ];
    const transformedBy = (...parameters: object[]) => ({
      processors: [
        {
          type: "Lambda",
          parameters: [
            {
              parameterName: "LambdaArn",
              parameterValue: arn("lambda", "function:transformer"),
            },
            ...parameters,
          ],
        },
      ],
    });
    // 600 bytes are 800 in Base64, and the envelope adds 100.
    const mebibytes = (40 * 900) / 1_048_576;
    const common = { "iot-rule": 40, "iot-action": 40, "delivery-in": 40 * 5120 };
    const converting = graph(
      ...delivery({
        extendedS3Configuration: {
          processingConfiguration: transformedBy(),
          dataFormatConversionConfiguration: { enabled: true },
        },
      }),
    );
    assert.deepEqual(billed({ transformer: {} }, converting), {
      ...common,
      "delivery-conversion": 40 * 5120,
      "function-request": mebibytes,
      "function-duration": duration(mebibytes),
    });
    const size = { parameterName: "BufferSizeInMBs", parameterValue: "0.5" };
    const asItIs = graph(
      ...delivery({ splunkConfiguration: { processingConfiguration: transformedBy(size) } }),
    );
    assert.deepEqual(billed({ transformer: {} }, asItIs), {
      ...common,
      "function-request": mebibytes / 0.5,
      "function-duration": duration(mebibytes / 0.5),
    });
  });

  it("follows a function to the topic on which its role may publish, and from there to subscribers", () => {
    const alerts = arn("sns", "alerts");
    const subscription = (protocol: string, endpoint: string) =>
      resource("aws:sns/topicSubscription:TopicSubscription", protocol, {
        ...{ topic: alerts, protocol, endpoint },
      });
    const policy = JSON.stringify({
      Statement: [
        { Action: ["sns:Publish"], Resource: alerts },
        { Action: "sqs:SendMessage", Resource: arn("sqs", "quarantine") },
      ],
    });
    const world = graph(
      rule("SELECT * FROM 'devices/+/telemetry'", {
        sns: [{ targetArn: arn("sns", "critical") }],
      }),
      resource("aws:sns/topic:Topic", "critical"),
      resource("aws:sns/topicSubscription:TopicSubscription", "formatter", {
        topic: arn("sns", "critical"),
        protocol: "lambda",
        endpoint: arn("lambda", "function:formatter"),
      }),
      callback("formatter", "formatter-role"),
      resource("aws:iam/rolePolicy:RolePolicy", "policy", { role: "formatter-role", policy }),
      resource("aws:iam/rolePolicy:RolePolicy", "other", { role: "other-role", policy: "{}" }),
      resource("aws:sns/topic:Topic", "alerts"),
      subscription("email", "night-shift@example.com"),
      subscription("sms", "+4915112345678"),
      subscription("https", "https://tickets.example.com/alerts"),
    );
    assert.deepEqual(billed({ formatter: { "sns:Publish": 1000 } }, world), {
      "iot-rule": 40,
      "iot-action": 40,
      "topic-publish": 40 + 40,
      "function-request": 40,
      "function-duration": duration(40),
      "topic-email": 40,
      "topic-sms": 40,
      "topic-http": 40,
    });
  });

  it("follows a pipe to its bus, and the events that match a rule to the target", () => {
    const bus = arn("events", "event-bus/bus");
    const world = graph(
      rule("SELECT * FROM 'devices/+/telemetry'", { sqs: [{ queueUrl: sqsUrl }] }),
      queue("work"),
      resource("aws:pipes/pipe:Pipe", "pipe", {
        source: arn("sqs", "work"),
        sourceParameters: { sqsQueueParameters: { batchSize: 10 } },
        enrichment: arn("lambda", "function:shaper"),
        target: bus,
        targetParameters: { eventbridgeEventBusParameters: { source: "a", detailType: "b" } },
      }),
      callback("shaper"),
      resource("aws:cloudwatch/eventBus:EventBus", "bus"),
      resource("aws:cloudwatch/eventRule:EventRule", "incidents", {
        eventBusName: "bus",
        eventPattern: '{"source":["a"],"detail-type":["b"],"detail":{"status":["critical"]}}',
      }),
      resource("aws:cloudwatch/eventTarget:EventTarget", "target", {
        rule: "incidents",
        arn: arn("lambda", "function:handler"),
      }),
      callback("handler"),
    );
    const bill = billed({ shaper: {}, handler: { "dynamodb:GetItem": 1000 } }, world);
    assert.deepEqual(bill, {
      "iot-rule": 40,
      "iot-action": 40,
      "queue-request": 40 + 2 * 4,
      "pipe-request": 4,
      "function-request": 4 + 10,
      "function-duration": duration(4) + duration(10),
      "bus-event": 40,
      "table-read": 10,
    });
  });

  it("bills the transitions of the longest way through a workflow, and its functions", () => {
    const definition = JSON.stringify({
      StartAt: "Detect",
      States: {
        Detect: {
          Type: "Task",
          Parameters: { FunctionName: arn("lambda", "function:detect") },
          Next: "Choose",
        },
        Choose: { Type: "Choice", Choices: [{ Next: "Store" }], Default: "Done" },
        Store: { Type: "Task", Next: "Done" },
        Done: { Type: "Succeed" },
      },
    });
    const machine = (type: string) =>
      graph(
        resource("aws:sfn/stateMachine:StateMachine", "workflow", { definition, type }),
        callback("detect"),
      );
    const bill = (type: string) => {
      const flow = new Flow(machine(type), { detect: {} });
      flow.deliver(arn("states", "stateMachine:workflow"), messages);
      return flow.bills.get("part");
    };
    const functions = { "function-request": 40, "function-duration": duration(40) };
    assert.deepEqual(bill("STANDARD"), { "state-transition": 5 * 40, ...functions });
    assert.deepEqual(bill("EXPRESS"), { "express-request": 40, ...functions });
  });

  it("bills nothing for the resources of another stack, or for no messages", () => {
    const flow = new Flow(graph(queue("work")), {});
    flow.deliver(arn("sqs", "foreign"), messages);
    flow.deliver(arn("sqs", "work"), []);
    assert.equal(flow.bills.size, 0);
  });
});

describe("a flow whose cost is unknown is refused", () => {
  const deliver = (...[calls, arnOf, world]: [object, string, ReturnType<typeof graph>]) =>
    new Flow(world, calls as Record<string, Record<string, number>>).deliver(arnOf, messages);
  const handler = arn("lambda", "function:handler");

  it("with a function whose calls are not measured", () =>
    assert.throws(() => deliver({}, handler, graph(callback("handler"))), {
      message:
        "The calls of handler to AWS are not measured: add a case to tests/functions/samples, then run npm run docs:calls.",
    }));

  it("with a call that has no price", () =>
    assert.throws(
      () => deliver({ handler: { "rds:Query": 1 } }, handler, graph(callback("handler"))),
      { message: "The call rds:Query has no price: add it to operations/cost/calls.ts." },
    ));

  it("with an action that has no price", () => {
    const world = graph(rule("SELECT * FROM 'devices/+/telemetry'", { kafkas: [{}] }));
    assert.throws(() => publish(world, new Flow(world, {}), messages), {
      message:
        "The action kafkas of rule rule has an unknown cost: add it to operations/cost/rules.ts.",
    });
  });

  it("with a rule whose SQL is invalid", () => {
    const world = graph(rule("SELECT FROM", {}));
    assert.throws(() => publish(world, new Flow(world, {}), messages), {
      message: /^The SQL of a rule is invalid: /,
    });
  });

  describe("with inputs that are not whole", () => {
    const declared = (desiredState: unknown) =>
      resource("aws:cloudcontrol/resource:Resource", "points", {
        ...{ typeName: "AWS::IoT::TopicRule", desiredState },
      });
    const cases: [what: string, world: ReturnType<typeof graph>, message: RegExp][] = [
      [
        "a rule of Cloud Control whose state is not known",
        graph(declared(undefined)),
        /^The cost of aws:cloudcontrol\/resource:Resource points is unknown: its desiredState is missing, or not known before an update\./,
      ],
      [
        "a rule of Cloud Control whose state is not JSON",
        graph(declared("RuleName: points")),
        /points is unknown: its desiredState is not JSON\./,
      ],
      [
        "a rule of Cloud Control without actions",
        graph(declared(JSON.stringify({ RuleName: "points" }))),
        /^The cost of rule points is unknown: its desiredState needs TopicRulePayload with Sql and Actions\.$/,
      ],
    ];
    for (const [what, world, message] of cases)
      it(`says in one sentence which: ${what}`, () =>
        assert.throws(() => publish(world, new Flow(world, {}), messages), {
          name: "Error",
          message,
        }));

    it("says so of the policy of a role, and takes one that is an object", () => {
      const statement = { Action: "sns:Publish", Resource: arn("sns", "alerts") };
      const permitted = (policy: unknown) =>
        graph(
          resource("aws:iam/rolePolicy:RolePolicy", "permissions", { role: "role", policy }),
        ).permitted(callback("worker"), "sns:Publish");
      assert.deepEqual(permitted({ Statement: [statement] }), [statement.Resource]);
      assert.throws(() => permitted(undefined), {
        message: /permissions is unknown: its policy is missing, or not known before an update\./,
      });
    });
  });
});
