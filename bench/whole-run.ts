import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { stems } from "../components/catalogue";
import { startAudit } from "../local/audit/audit";
import type { Clients, Middleware } from "../local/aws/clients";
import { deployProgram, type Deployment } from "../local/deployment";
import { connectFleet, type Fleet } from "../local/devices/fleet";
import { deviceIds, generateLoad } from "../local/devices/load";
import type { DeviceMessage } from "../local/devices/message";
import { publishAll } from "../local/devices/publish";
import { prepare, type PythonEnvironment } from "../local/emulator/python";
import { startPlatform, type Platform } from "../local/platform";
import { waitUntilStill } from "../local/stillness";
import { readStackOutputs } from "../operations/stack-outputs";
import { atMost, forComparison, type Line, type Measurement } from "./line";
import { region } from "./platform";
import { directory } from "./program";
import { inLanes, timed } from "./rounds";

/** Messages of the measured run, and of the run over which memory is measured. */
const [measured, many] = [1000, 20_000];
/** The number of sockets that the clients of the emulator open. */
const lanes = 64;
const devices = 10;
const shares = { invalid: 0.05, duplicate: 0.03, late: 0.05, critical: 0.05 };

/** The numbers in the catalogue of the integrations that the budget is for: each moves a message to one service, without batches that wait. */
const numbers = [1, 2, 3, 4, 11, 13];
const six = stems.filter((_, index) => numbers.includes(index + 1));

/** The whole local run: its speed beside the emulator alone, and the memory that it keeps for each message. */
export const wholeRun: Measurement = async () => {
  const python = await prepare({ directory });
  return [
    ...(await deployed(python, six, withMemory)),
    ...(await deployed(python, stems, withoutMemory)),
  ];
};

/** Deploys these integrations, and measures a run of a fleet. */
async function deployed(
  python: PythonEnvironment,
  integrations: readonly string[],
  measurement: (run: Measured) => Promise<Line[]>,
): Promise<Line[]> {
  const calls = { count: 0 };
  const platform = await startPlatform({
    ...{ directory, python, region },
    middleware: [counting(calls)],
  });
  const changes = { "iot-integrations:integrations": JSON.stringify(integrations) };
  try {
    const deployment = await deployProgram(platform, "local", undefined, undefined, changes);
    try {
      return await measure(platform, deployment, calls, measurement);
    } finally {
      await deployment.stop();
    }
  } finally {
    await platform.stop();
  }
}

/** A fleet that has published once, so that functions have started and what is kept once is kept. */
interface Measured {
  /** Publishes so many messages, and waits until none is on its way. */
  run(most: number): Promise<void>;
  calls: { count: number };
  clients: Clients;
}

async function withMemory({ run, calls, clients }: Measured): Promise<Line[]> {
  calls.count = 0;
  const seconds = await timed(() => run(measured));
  const { count } = calls;
  const alone = await timed(() => callAlone(clients, count));
  const before = await held();
  await run(many);
  const bytes = ((await held()) - before) / many;
  const what = "local run of six integrations";
  return [
    forComparison(`${what}: MQTT to every sink`, measured / seconds, "messages/s"),
    forComparison(`${what}: calls of the emulator per message`, count / measured, "calls"),
    forComparison(`${what}: the emulator alone, as many calls`, measured / alone, "messages/s"),
    atMost(`${what}: ${measured} messages, first publish to last sink`, seconds, 12, "s"),
    atMost(`${what}: kept of each of ${many} messages`, bytes, 200, "bytes"),
  ];
}

async function withoutMemory({ run, calls }: Measured): Promise<Line[]> {
  calls.count = 0;
  const seconds = await timed(() => run(measured));
  const what = "local run of all integrations";
  return [
    forComparison(`${what}: ${measured} messages, first publish to last sink`, seconds, "s"),
    forComparison(`${what}: calls of the emulator per message`, calls.count / measured, "calls"),
  ];
}

async function measure(
  platform: Platform,
  deployment: Deployment,
  calls: { count: number },
  measurement: (run: Measured) => Promise<Line[]>,
): Promise<Line[]> {
  const { iotCore, trace, clients } = platform;
  const outputs = readStackOutputs(deployment.outputs);
  const { devicePolicyName: policyName, topicPrefix } = outputs;
  let refused: Error | undefined;
  const fleet = await connectFleet({
    ...{ iotCore, trace, policyName, topicPrefix, deviceIds: deviceIds(devices) },
    onRefused: (error) => (refused = error),
  });
  const audit = await startAudit({ platform, deployment, outputs, fleet });
  const messages = generateLoad({ devices, rate: 0, shares, seed: 1, startedAt: Date.now() });
  const run = (most: number): Promise<void> =>
    publishAndSettle({ deployment, fleet, trace, messages, most, onPublished: audit.published });
  try {
    await run(measured);
    const lines = await measurement({ run, calls, clients });
    if (refused) throw refused;
    return lines;
  } finally {
    audit.close();
    await fleet.disconnect();
  }
}

interface Run {
  deployment: Deployment;
  fleet: Fleet;
  trace: Platform["trace"];
  messages: Iterator<DeviceMessage>;
  most: number;
  onPublished: (message: DeviceMessage) => void;
}

async function publishAndSettle({ messages, ...args }: Run): Promise<void> {
  // An iterator that ends with a run, so that the next run continues with the messages that follow.
  const next: Iterable<DeviceMessage> = {
    [Symbol.iterator]: () => ({ next: () => messages.next() }),
  };
  await publishAll({ ...args, messages: next, stopping: new AbortController().signal });
  if (!(await waitUntilStill(args))) throw new Error("Nothing has moved for four minutes.");
}

/** Sends as many messages to a queue as the run made calls. */
async function callAlone(clients: Clients, count: number): Promise<void> {
  const sqs = clients.get(SQSClient);
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "bench-alone" }));
  const MessageBody = JSON.stringify({ deviceId: "bench", timestamp: 1, temperature: 21 });
  await inLanes([...Array(count).keys()], lanes, () =>
    sqs.send(new SendMessageCommand({ QueueUrl, MessageBody })),
  );
}

/**
 * The bytes that this process holds: the least after five garbage collections in as many seconds, since responses and sockets of what has
 * just ended hold ten megabytes for a moment.
 */
async function held(): Promise<number> {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const samples: number[] = [];
  while (samples.length < 5) {
    await wait(1000);
    collect();
    const { heapUsed, external } = process.memoryUsage();
    samples.push(heapUsed + external);
  }
  return Math.min(...samples);
}

/** The part of a client that a middleware uses; the clients do not export its type. */
interface SdkClient {
  middlewareStack: { add(middleware: (next: Next) => Next, options: object): void };
}
type Next = (args: unknown) => Promise<unknown>;

const counting =
  (calls: { count: number }): Middleware =>
  (client) =>
    (client as unknown as SdkClient).middlewareStack.add(
      (next) => (args) => {
        calls.count += 1;
        return next(args);
      },
      { step: "initialize", name: "counting" },
    );
