import { createClients, type Clients, type Middleware } from "./aws/clients";
import { startInbox, type Inbox } from "./doubles/inbox";
import { startEmulator, type Emulator } from "./emulator/ministack";
import type { PythonEnvironment } from "./emulator/python";
import { startIotCore, type IotCore } from "./iot-core";
import { startStreamMapping, type StreamMapping } from "./mappings/kinesis";
import { startSubscription, type Subscription } from "./mappings/subscriptions";
import { evaluateProject, type RecordedResource } from "./program";
import { provision, type Context, type Hand } from "./provisioners";
import { answers } from "./provisioners/invokes";
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
}

/** What a program can be deployed to on this machine. */
export interface Platform {
  directory: string;
  emulator: Emulator;
  clients: Clients;
  trace: Trace;
  iotCore: IotCore;
  /** Stands for mailboxes, phones and webhooks. */
  inbox: Inbox;
  stop(): Promise<void>;
}

/** Starts the emulator, our IoT Core and the inbox double; whatever has started is ended again if a later one cannot. */
export async function startPlatform(args: PlatformArgs): Promise<Platform> {
  const { directory, python, region, mqttPort, middleware } = args;
  const closers: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const emulator = await startEmulator({
      directory,
      ministack: python.ministack,
      region,
      accountId,
    });
    closers.push(() => emulator.stop());
    const clients = createClients(emulator.account, middleware);
    closers.push(() => clients.destroy());
    const trace = createTrace();
    const inbox = await startInbox();
    closers.push(() => inbox.stop());
    const iotCore = await startIotCore({ clients, trace, mqttPort });
    closers.push(() => iotCore.stop());
    return { directory, emulator, clients, trace, iotCore, inbox, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The program, deployed: what it registered, and the connections that move its messages. */
export interface Deployment {
  resources: RecordedResource[];
  outputs: Record<string, unknown>;
  /** What this machine cannot honour of what the program asks for. */
  notHonoured: string[];
  /** Resolves when no message is on its way through a rule, a stream or a subscription. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export type Alter = (resource: RecordedResource) => RecordedResource;

/**
 * Evaluates index.ts with the configuration of a stack and creates what it registers on the platform.
 * `alter` changes resources on the way, which is how a test takes a permission away.
 */
export async function deployProgram(
  platform: Platform,
  stack: string,
  alter: Alter = (resource) => resource,
): Promise<Deployment> {
  const { directory, clients, trace, iotCore, inbox } = platform;
  const connections: (StreamMapping | Subscription)[] = [];
  const notHonoured = new Set<string>();
  const connect = async <T extends StreamMapping | Subscription>(
    starting: Promise<T>,
  ): Promise<T> => {
    const connection = await starting;
    connections.push(connection);
    return connection;
  };
  // The provisioners pass on inputs that the program's own types have checked.
  const hand: Hand = {
    topicRule: (inputs) => iotCore.addRule(inputs as never),
    devicePolicy: async (inputs) => iotCore.addDevicePolicy(inputs as never),
    loggingOptions: (inputs) => iotCore.setLogging(inputs as never),
    streamMapping: (inputs) =>
      connect(startStreamMapping({ clients, trace, inputs: inputs as never })),
    subscription: (inputs) =>
      connect(startSubscription({ clients, trace, inbox, inputs: inputs as never })),
  };
  const context: Context = {
    clients,
    directory,
    iotDataEndpoint: iotCore.dataEndpoint,
    hand,
    notHonoured: (sentence) => notHonoured.add(sentence),
  };
  const stop = async (): Promise<void> => {
    await Promise.all(connections.map((connection) => connection.stop()));
  };
  try {
    const { resources, outputs } = await evaluateProject(directory, stack, {
      create: (resource) => provision(alter(resource), context),
      invoke: answers(clients.account),
    });
    const idle = async (): Promise<void> => {
      await iotCore.idle();
      for (const connection of connections) await connection.idle();
    };
    return { resources, outputs, notHonoured: [...notHonoured], idle, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
