import type { Platform } from "./platform";
import { evaluateProject, type RecordedResource } from "./program";
import { createServices, provision, settleServices, stopServices, type Context } from "./services";
import type { ContainerServices } from "./services/ecs";
import type { EventBuses } from "./services/eventbridge";
import { answers } from "./services/invokes";
import type { Distributions } from "./services/cloudfront";
import type { InfluxdbDatabases } from "./services/timestream-influxdb";
import { untilStill } from "./stillness";

/** The deployed program: what it registered, and the services that move its messages. */
export interface Deployment {
  resources: RecordedResource[];
  outputs: Record<string, unknown>;
  /** What the program sets and this machine cannot honour, one sentence each. */
  notHonoured: string[];
  /** Rules, targets and archives of the event buses. */
  eventBuses: EventBuses;
  /** Tasks of containers, which run as processes. */
  containerServices: ContainerServices;
  /** The fronts in place of distributions of CloudFront. */
  distributions: Distributions;
  /** The doubles of InfluxDB, by the names of their clusters. */
  influxdbDatabases: InfluxdbDatabases;
  /** Resolves when no message is on its way through a rule, a stream, a subscription or a queue that is drained. */
  idle(): Promise<void>;
  /** Counts the messages in the fullest of the queues that a function or a pipe reads, and of the event buses. */
  fullestQueue(): Promise<number>;
  stop(): Promise<void>;
}

export type Alter = (resource: RecordedResource) => RecordedResource;

/**
 * Evaluates index.ts with the configuration of a stack and creates what it registers on the platform.
 * `platform.program` is the folder of a program of another project, which is then deployed in place of this one. `alter` changes resources
 * before they are created, which is how a test removes a permission. Once `stopping` fires, nothing more is created. `changes` replace values of the configuration, by key with namespace.
 */
export async function deployProgram(
  platform: Platform & { program?: string },
  stack: string,
  alter: Alter = (resource) => resource,
  stopping?: AbortSignal,
  changes?: Record<string, string>,
): Promise<Deployment> {
  const { clients, trace } = platform;
  const directory = platform.program ?? platform.directory;
  const notHonoured = new Set<string>();
  const services = createServices({ ...platform, emulatorLog: platform.emulator.logFile });
  const context: Context = {
    clients,
    directory,
    services,
    notHonoured: (sentence) => notHonoured.add(sentence),
  };
  const stop = (): Promise<void> => stopServices(services);
  try {
    const { resources, outputs } = await evaluateProject(
      directory,
      stack,
      {
        create: (resource) => {
          stopping?.throwIfAborted();
          return provision(alter(resource), context);
        },
        invoke: answers(clients.account),
      },
      changes,
      platform.program !== undefined,
    );
    services.alarms.start();
    const idle = (): Promise<void> => untilStill(trace, () => settleServices(services));
    const { containerServices, distributions, eventBuses, influxdbDatabases } = services;
    const fullestQueue = async (): Promise<number> =>
      Math.max(await services.drainedQueues.fullest(), await services.eventBuses.fullest());
    const parts = {
      containerServices,
      distributions,
      eventBuses,
      influxdbDatabases,
      idle,
      fullestQueue,
      stop,
    };
    return { resources, outputs, notHonoured: [...notHonoured], ...parts };
  } catch (error) {
    await stop();
    throw error;
  }
}
