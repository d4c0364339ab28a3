import { startAlarms } from "./services/cloudwatch/alarms";
import type { MetricAlarmInputs } from "./services/cloudwatch/watch";
import { createClients, type Clients, type Middleware } from "./aws/clients";
import { createClosing } from "./closing";
import { startInbox, type Inbox } from "./doubles/inbox";
import { startEmulator, type Emulator } from "./emulator/ministack";
import type { PythonEnvironment } from "./emulator/python";
import { depthOf } from "./services/sqs/queue-depth";
import { runningExecutions } from "./services/step-functions/running-executions";
import { startIotCore, type IotCore } from "./services/iot-core";
import { queueUrl } from "./services/delivery/arns";
import { startEventBuses, type EventBuses } from "./services/eventbridge/event-buses";
import { startDeliveryStreams } from "./services/firehose/delivery-streams";
import { patienceSeconds } from "./services/firehose/most-retry-seconds";
import { openFirehoseTap, type FirehoseTap } from "./services/firehose/tap";
import { startQueueMapping } from "./services/lambda/queue-mapping";
import { startStreamMapping, type StreamMapping } from "./services/lambda/stream-mapping";
import { startSubscription, type Subscription } from "./services/sns/subscriptions";
import { startPipe } from "./services/pipes/pipe";
import { readingPackagesOnce } from "./package-tree";
import { evaluateProject, type RecordedResource } from "./program";
import { provision, type Context, type Hand } from "./services";
import { answers } from "./services/invokes";
import { createTrace, type Trace } from "./trace";

/** The account that everything pretends to be in; AWS uses it in its examples. */
const accountId = "123456789012";

export interface PlatformArgs {
  directory: string;
  python: PythonEnvironment;
  region: string;
  /** @default a free port */
  mqttPort?: number;
  /** Checks requests before they leave. @default none */
  middleware?: Middleware[];
  /** Told the emulator's process group as soon as there is one. */
  onStart?: (processGroup: number) => void;
}

/** What a program can be deployed to on this machine. */
export interface Platform {
  directory: string;
  emulator: Emulator;
  clients: Clients;
  trace: Trace;
  iotCore: IotCore;
  /** Where records for delivery streams are seen. */
  firehoseTap: FirehoseTap;
  /** Stands for mailboxes, phones and webhooks. */
  inbox: Inbox;
  /** What here is not the real thing, a sentence each. */
  doubles: string[];
  stop(): Promise<void>;
}

/** Starts the emulator, our IoT Core and the inbox double; whatever has started is ended again if a later one cannot. */
export async function startPlatform(args: PlatformArgs): Promise<Platform> {
  const { directory, python, region, mqttPort, middleware = [], onStart } = args;
  const { opened, close } = createClosing();
  try {
    const { ministack } = python;
    const emulator = await startEmulator({ directory, ministack, region, accountId, onStart });
    opened(() => emulator.stop());
    const firehoseTap = await openFirehoseTap(emulator.account);
    opened(() => firehoseTap.close());
    const clients = createClients(emulator.account, [...middleware, firehoseTap.middleware]);
    opened(() => clients.destroy());
    const trace = createTrace();
    const inbox = await startInbox();
    opened(() => inbox.stop());
    const iotCore = await startIotCore({ clients, trace, mqttPort });
    opened(() => iotCore.stop());
    const doubles = [
      `Mailboxes, phones and webhooks are a double: nobody is told anything; what they would have got is at ${inbox.url}.`,
    ];
    const started = { directory, emulator, clients, trace, iotCore, firehoseTap, inbox, doubles };
    return { ...started, stop: close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The program, deployed: what it registered, and the connections that move its messages. */
export interface Deployment {
  resources: RecordedResource[];
  outputs: Record<string, unknown>;
  /** What this machine cannot honour of what the program asks for. */
  notHonoured: string[];
  /** Rules, targets and archives of the event buses. */
  eventBuses: EventBuses;
  /** Resolves when no message is on its way through a rule, a stream, a subscription or a queue that somebody drains. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export type Alter = (resource: RecordedResource) => RecordedResource;

/** What moves messages on: a stream mapping, a subscription. */
type Connection = Pick<StreamMapping & Subscription, "idle" | "stop">;

/**
 * Evaluates index.ts with the configuration of a stack and creates what it registers on the platform.
 * `alter` changes resources on the way, which is how a test takes a permission away; nothing more is created when `stopping` fires.
 */
export async function deployProgram(
  platform: Platform,
  stack: string,
  alter: Alter = (resource) => resource,
  stopping?: AbortSignal,
): Promise<Deployment> {
  const { directory, clients, trace, iotCore, firehoseTap, inbox } = platform;
  const connections: Connection[] = [];
  const notHonoured = new Set<string>();
  const connect = async <T extends Connection>(starting: Promise<T>): Promise<T> => {
    const connection = await starting;
    connections.push(connection);
    return connection;
  };
  const eventBuses = startEventBuses({ clients, trace });
  connections.push(eventBuses);
  const deliveryStreams = startDeliveryStreams({
    clients,
    trace,
    tap: firehoseTap,
    mostRetrySeconds: patienceSeconds,
  });
  // The provisioners pass on inputs that the program's own types have checked.
  const hand: Hand = {
    topicRule: (inputs) => iotCore.addRule(inputs as never),
    devicePolicy: async (inputs) => iotCore.addDevicePolicy(inputs as never),
    loggingOptions: (inputs) => iotCore.setLogging(inputs as never),
    streamMapping: (inputs) =>
      connect(startStreamMapping({ clients, trace, inputs: inputs as never })),
    queueMapping: (inputs) =>
      connect(startQueueMapping({ clients, trace, inputs: inputs as never })),
    subscription: (inputs) =>
      connect(startSubscription({ clients, trace, inbox, inputs: inputs as never })),
    pipe: (inputs) => connect(startPipe({ clients, trace, inputs: inputs as never })),
    deliveryStream: (inputs) => deliveryStreams.add(inputs as never),
    eventBusPolicy: (inputs) => eventBuses.setPolicy(inputs as never),
    eventRule: (inputs) => eventBuses.addRule(inputs as never),
    eventTarget: async (inputs) => eventBuses.addTarget(inputs as never),
    eventArchive: (inputs) => eventBuses.addArchive(inputs as never),
  };
  const context: Context = {
    clients,
    directory,
    iotDataEndpoint: iotCore.dataEndpoint,
    firehoseEndpoint: firehoseTap.endpoint,
    hand,
    notHonoured: (sentence) => notHonoured.add(sentence),
  };
  const stop = async (): Promise<void> => {
    await Promise.all(connections.map((connection) => connection.stop()));
    // Last, for the others put records until they end.
    await deliveryStreams.stop();
  };
  try {
    const { resources, outputs } = await readingPackagesOnce(() =>
      evaluateProject(directory, stack, {
        create: (resource) => {
          stopping?.throwIfAborted();
          return provision(alter(resource), context);
        },
        invoke: answers(clients.account),
      }),
    );
    const alarms = resources.filter(
      ({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm",
    );
    connections.push(
      startAlarms({
        clients,
        trace,
        alarms: alarms.map(({ plain }) => plain as unknown as MetricAlarmInputs),
        ruleMetrics: () => iotCore.metrics(),
        emulatorLog: platform.emulator.logFile,
      }),
    );
    const queues = drainedQueues(resources).map((arn) => queueUrl(clients.account, arn));
    const workflows = resources
      .filter(({ type }) => type === "aws:sfn/stateMachine:StateMachine")
      .map(
        ({ plain }) =>
          `arn:aws:states:${clients.account.region}:${clients.account.accountId}:stateMachine:${plain.name as string}`,
      );
    const settle = async (): Promise<number> => {
      await iotCore.idle();
      for (const connection of connections) await connection.idle();
      await deliveryStreams.idle();
      const depths = await Promise.all([
        ...queues.map((url) => depthOf(clients, url)),
        ...workflows.map((arn) => runningExecutions(clients, arn)),
      ]);
      return depths.reduce((sum, depth) => sum + depth, 0);
    };
    const idle = () => untilStill(trace, settle);
    return { resources, outputs, notHonoured: [...notHonoured], eventBuses, idle, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Queues that a function or a pipe takes from, by ARN; others keep what they have. */
function drainedQueues(resources: RecordedResource[]): string[] {
  const sources = resources.map(({ type, plain }) => {
    if (type === "aws:lambda/eventSourceMapping:EventSourceMapping") return plain.eventSourceArn;
    return type === "aws:pipes/pipe:Pipe" ? plain.source : undefined;
  });
  return sources.filter((arn): arn is string => typeof arn === "string" && arn.includes(":sqs:"));
}

/** A message may go on to a part that was still before: all are still when nothing has happened while each was asked. */
async function untilStill(trace: Trace, settle: () => Promise<number>): Promise<void> {
  let events = 0;
  const stop = trace.on(() => (events += 1));
  try {
    for (let before = -1, left = 1; left > 0 || before !== events;) {
      before = events;
      left = await settle();
      if (left > 0) await pause(50);
    }
  } finally {
    stop();
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));
