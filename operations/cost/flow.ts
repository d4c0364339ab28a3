import { add, type PriceId, type Quantities } from "../../pricing";
import { compilePattern } from "../../local/services/delivery/patterns/event-pattern";
import { quantitiesOf, type CallsPerThousand } from "./calls";
import { jsonIn, recordsIn, textOf, type Graph, type Resource } from "./graph";
import { pathOf, type Definition } from "./workflow-path";

/** A message on its way. */
export interface Message {
  topic: string;
  payload: Buffer;
  /** When AWS IoT received it, in milliseconds since the epoch. */
  receivedAt: number;
}

/** What a stack is billed for messages, by integration. */
export type Bills = Map<string, Quantities>;

/** Adds what a resource is billed to the bill of its owner. */
export function charge(bills: Bills, { owner }: Resource, quantities: Quantities): void {
  const bill = bills.get(owner) ?? {};
  add(bill, quantities);
  bills.set(owner, bill);
}

/** The duration of an invocation, in seconds. An assumption: measure yours with the metric Duration of AWS/Lambda. */
export const secondsPerInvocation = 0.05;

/**
 * What tasks of Amazon ECS write for each reading, in write units of 1 KB: an item of a kilobyte for the window, one of four for the
 * rolling result. Tasks read each second and write once per device, so readings of a device that come a second apart or more are batches
 * of one; more readings in a second cost no more.
 */
export const taskWritesPerReading = 5;

/** Calls that pass a message on to a resource of the program, which bills it. */
const passesOn = new Set(["sns:Publish", "states:StartExecution"]);

/** What each hop adds to a message: the envelope with the device's id, the time, and the payload in Base64. */
const enveloped = ({ payload }: Message): number => 100 + Math.ceil(payload.length / 3) * 4;

/** The key of a function in the graph, which knows no account and no Region. */
export const functionArn = (name: unknown): string => `arn:aws:lambda:::function:${textOf(name)}`;

/**
 * Sends messages through a program's resources from hop to hop, and bills each resource that they pass. Batches are full, as under load;
 * at low rates a batch holds fewer messages, up to one each.
 */
export class Flow {
  readonly bills: Bills = new Map();

  constructor(
    private readonly graph: Graph,
    private readonly callsPerThousand: CallsPerThousand,
  ) {}

  bill(resource: Resource, quantities: Quantities): void {
    charge(this.bills, resource, quantities);
  }

  /** Delivers messages to the resource of an ARN. Nothing is billed for resources of another stack. */
  deliver(arn: string, messages: readonly Message[]): void {
    const target = this.graph.named(arn);
    if (!target || messages.length === 0) return;
    const receive = this.receivers[target.type];
    if (!receive)
      throw new Error(
        `Messages reach ${target.name} of type ${target.type}, whose cost is unknown: add it to operations/cost/flow.ts.`,
      );
    receive(target, messages);
  }

  private readonly receivers: Readonly<
    Record<string, (target: Resource, messages: readonly Message[]) => void>
  > = {
    "aws:sqs/queue:Queue": (queue, messages) => {
      this.bill(queue, { "queue-request": messages.length });
      this.readBatches(queue, messages, (consumer, batches) =>
        // One request to receive a batch, one to delete it.
        this.bill(consumer, { "queue-request": 2 * batches }),
      );
    },
    "aws:kinesis/stream:Stream": (stream, messages) => {
      const bytes = messages.reduce((sum, one) => sum + Math.ceil(enveloped(one) / 1024) * 1024, 0);
      this.bill(stream, { "stream-in": bytes });
      this.readBatches(stream, messages, (consumer) =>
        this.bill(consumer, { "stream-out": bytes }),
      );
      this.readByTasks(stream, messages, bytes);
    },
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": (stream, messages) =>
      this.deliverRecords(stream, messages),
    "aws:sns/topic:Topic": (topic, messages) => {
      this.bill(topic, { "topic-publish": messages.length });
      for (const subscription of this.graph.ofType("aws:sns/topicSubscription:TopicSubscription"))
        if (this.graph.named(textOf(subscription.inputs["topic"])) === topic)
          this.notify(subscription, messages);
    },
    "aws:cloudwatch/eventBus:EventBus": (bus, messages) => {
      this.bill(bus, { "bus-event": messages.length });
    },
    "aws:lambda/function:Function": (callback, messages) =>
      this.invoke(callback, messages, messages.length),
    "aws:dynamodb/table:Table": (table, messages) => {
      const units = messages.reduce(
        (sum, { payload }) => sum + Math.ceil(payload.length / 1024),
        0,
      );
      this.bill(table, { "table-write": units });
    },
    "aws:sfn/stateMachine:StateMachine": (workflow, messages) => this.execute(workflow, messages),
  };

  /**
   * Bills the records of a delivery stream, each rounded up to 5 KB, their conversion and the invocations of its transforming function.
   * @see https://aws.amazon.com/firehose/pricing/
   */
  private deliverRecords(stream: Resource, messages: readonly Message[]): void {
    const bytes = messages.map(enveloped);
    const billed = bytes.reduce((sum, one) => sum + Math.ceil(one / 5120) * 5120, 0);
    const total = bytes.reduce((sum, one) => sum + one, 0);
    this.bill(stream, { "delivery-in": billed });
    const configurations = Object.entries(stream.inputs)
      .filter(([name]) => name.endsWith("Configuration"))
      .flatMap(([, value]) => recordsIn(value));
    for (const configuration of configurations) {
      if (recordsIn(configuration["dataFormatConversionConfiguration"]).length > 0)
        this.bill(stream, { "delivery-conversion": billed });
      for (const { processors } of recordsIn(configuration["processingConfiguration"]))
        for (const { parameters } of recordsIn(processors)) {
          const given = new Map(
            recordsIn(parameters).map(({ parameterName, parameterValue }) => [
              textOf(parameterName),
              textOf(parameterValue),
            ]),
          );
          const callback = this.graph.named(given.get("LambdaArn") ?? "");
          const mebibytes = Number(given.get("BufferSizeInMBs") ?? 1);
          if (callback) this.invoke(callback, messages, total / (mebibytes * 1_048_576));
        }
    }
  }

  /**
   * Lets tasks of Amazon ECS read the stream that their environment names.
   * @see https://aws.amazon.com/dynamodb/pricing/on-demand/
   */
  private readByTasks(stream: Resource, messages: readonly Message[], bytes: number): void {
    for (const task of this.graph.ofType("aws:ecs/taskDefinition:TaskDefinition")) {
      const reads = recordsIn(jsonIn(task, "containerDefinitions"))
        .flatMap(({ environment }) => recordsIn(environment))
        .some(
          ({ name, value }) => name === "STREAM_ARN" && this.graph.named(textOf(value)) === stream,
        );
      if (reads)
        this.bill(task, {
          "stream-out": bytes,
          "table-write": taskWritesPerReading * messages.length,
        });
    }
  }

  /** Lets event source mappings and pipes read a queue or a stream. */
  private readBatches(
    source: Resource,
    messages: readonly Message[],
    perConsumer: (consumer: Resource, batches: number) => void,
  ): void {
    for (const mapping of this.graph.ofType("aws:lambda/eventSourceMapping:EventSourceMapping")) {
      const { eventSourceArn, functionName, batchSize } = mapping.inputs;
      if (this.graph.named(textOf(eventSourceArn)) !== source) continue;
      const batches = messages.length / Number(batchSize);
      perConsumer(mapping, batches);
      const callback = this.graph.named(functionArn(functionName));
      if (callback) this.invoke(callback, messages, batches);
    }
    for (const pipe of this.graph.ofType("aws:pipes/pipe:Pipe")) {
      if (this.graph.named(textOf(pipe.inputs["source"])) !== source) continue;
      const [parameters] = recordsIn(pipe.inputs["sourceParameters"]);
      const [queue] = recordsIn(parameters?.["sqsQueueParameters"]);
      const batches = messages.length / Number(queue?.["batchSize"] ?? 1);
      perConsumer(pipe, batches);
      this.bill(pipe, { "pipe-request": batches });
      const enrichment = this.graph.named(textOf(pipe.inputs["enrichment"]));
      if (enrichment) this.invoke(enrichment, messages, batches);
      this.publishEvents(pipe, messages);
    }
  }

  /** Puts the events of a pipe on its bus, and invokes the targets of the rules that match. */
  private publishEvents(pipe: Resource, messages: readonly Message[]): void {
    const target = textOf(pipe.inputs["target"]);
    this.deliver(target, messages);
    const bus = this.graph.named(target);
    const [parameters] = recordsIn(pipe.inputs["targetParameters"]);
    const [names] = recordsIn(parameters?.["eventbridgeEventBusParameters"]);
    for (const rule of this.graph.ofType("aws:cloudwatch/eventRule:EventRule")) {
      if (bus === undefined || rule.inputs["eventBusName"] !== bus.inputs["name"]) continue;
      const matches = compilePattern(textOf(rule.inputs["eventPattern"]));
      const matched = messages.filter(({ payload }) =>
        matches({
          source: textOf(names?.["source"]),
          "detail-type": textOf(names?.["detailType"]),
          detail: JSON.parse(payload.toString()) as never,
        }),
      );
      for (const { inputs } of this.graph.ofType("aws:cloudwatch/eventTarget:EventTarget"))
        if (inputs["rule"] === rule.inputs["name"]) this.deliver(textOf(inputs["arn"]), matched);
    }
  }

  private notify(subscription: Resource, messages: readonly Message[]): void {
    const { protocol, endpoint } = subscription.inputs;
    const price = ({ email: "topic-email", sms: "topic-sms", https: "topic-http" } as const)[
      textOf(protocol)
    ];
    if (price) this.bill(subscription, { [price]: messages.length });
    else this.deliver(textOf(endpoint), messages);
  }

  private execute(workflow: Resource, messages: readonly Message[]): void {
    const { transitions, functions } = pathOf(jsonIn<Definition>(workflow, "definition"));
    const price = workflow.inputs["type"] === "EXPRESS" ? "express-request" : "state-transition";
    const each = price === "express-request" ? 1 : transitions;
    this.bill(workflow, { [price]: each * messages.length });
    for (const arn of functions) {
      const callback = this.graph.named(arn);
      if (callback) this.invoke(callback, messages, messages.length);
    }
  }

  private invoke(callback: Resource, messages: readonly Message[], invocations: number): void {
    const gigabytes = Number(callback.inputs["memorySize"] ?? 128) / 1024;
    const [request, duration] = pricesOf(callback);
    this.bill(callback, {
      [request]: invocations,
      [duration]: invocations * gigabytes * secondsPerInvocation,
    });
    const measured = this.callsPerThousand[callback.name];
    if (!measured)
      throw new Error(
        `The calls of ${callback.name} to AWS are not measured: add a case to tests/functions/samples, then run npm run docs:calls.`,
      );
    for (const [call, perThousand] of Object.entries(measured)) {
      const calls = (perThousand * messages.length) / 1000;
      for (const [id, quantity] of Object.entries(quantitiesOf(call)))
        this.bill(callback, { [id]: quantity * calls });
      if (passesOn.has(call))
        for (const arn of this.graph.permitted(callback, call)) this.deliver(arn, messages);
    }
  }
}

/** What an invocation and its duration are billed by. Functions with numbered versions are those of distributions. */
function pricesOf({ inputs }: Resource): [PriceId, PriceId] {
  if (inputs["publish"] === true) return ["edge-invocation", "edge-duration"];
  return recordsOf(inputs["architectures"]).includes("arm64")
    ? ["function-request", "function-duration"]
    : ["function-request", "function-duration-x86"];
}

const recordsOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
