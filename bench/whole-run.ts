import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { startAudit } from "../local/audit/audit";
import type { Clients, Middleware } from "../local/aws/clients";
import { deployProgram, type Deployment } from "../local/deployment";
import { connectFleet, type Fleet } from "../local/devices/fleet";
import { deviceIds, generateLoad } from "../local/devices/load";
import type { DeviceMessage } from "../local/devices/message";
import { publishAll } from "../local/devices/publish";
import { prepare } from "../local/emulator/python";
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

/** The whole local run with every integration: its speed beside the emulator alone, and the memory that it keeps for each message. */
export const wholeRun: Measurement = async () => {
  const python = await prepare({ directory });
  const calls = { count: 0 };
  const platform = await startPlatform({
    ...{ directory, python, region },
    middleware: [counting(calls)],
  });
  try {
    const deployment = await deployProgram(platform, "local");
    try {
      return await measure(platform, deployment, calls);
    } finally {
      await deployment.stop();
    }
  } finally {
    await platform.stop();
  }
};

async function measure(
  platform: Platform,
  deployment: Deployment,
  calls: { count: number },
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
    // The first messages start the functions and fill what is kept once.
    await run(measured);
    calls.count = 0;
    const seconds = await timed(() => run(measured));
    const { count } = calls;
    const alone = await timed(() => callAlone(clients, count));
    const before = held();
    await run(many);
    const bytes = (held() - before) / many;
    if (refused) throw refused;
    const what = "whole local run";
    return [
      forComparison(`${what}: MQTT to every sink`, measured / seconds, "messages/s"),
      forComparison(`${what}: calls of the emulator per message`, count / measured, "calls"),
      forComparison(`${what}: the emulator alone, as many calls`, measured / alone, "messages/s"),
      atMost(`${what}: ${measured} messages, first publish to last sink`, seconds, 12, "s"),
      atMost(`${what}: kept of each of ${many} messages`, bytes, 200, "bytes"),
    ];
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

/** The bytes that this process holds after a garbage collection. */
function held(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
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
