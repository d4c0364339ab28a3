import type { Clients } from "../aws/clients";
import type { Comprehend } from "../doubles/comprehend";
import type { DataApi } from "../doubles/data-api";
import type { SageMaker } from "../doubles/sagemaker";
import type { Rekognition } from "../doubles/rekognition";
import type { Trace } from "../trace";
import { createDistributions, type Distributions } from "./cloudfront";
import { createAlarms, type Alarms } from "./cloudwatch";
import { createContainerServices, type ContainerServices } from "./ecs";
import { startEventBuses, type EventBuses } from "./eventbridge";
import {
  mostRetrySeconds,
  startDeliveryStreams,
  type DeliveryStreams,
  type FirehoseTap,
} from "./firehose";
import type { IotCore } from "./iot-core";
import { createEventSourceMappings, type EventSourceMappings } from "./lambda";
import { createPipes, type Pipes } from "./pipes";
import { createSubscriptions, type Subscriptions } from "./sns";
import { createDrainedQueues, type DrainedQueues } from "./sqs";
import { createInfluxdbDatabases, type InfluxdbDatabases } from "./timestream-influxdb";
import { createWorkflows, type Workflows } from "./step-functions";

/** What is started before the program is deployed. */
interface Started {
  clients: Clients;
  trace: Trace;
  iotCore: IotCore;
  firehoseTap: FirehoseTap;
  comprehend: Pick<Comprehend, "endpointOf">;
  dataApi: DataApi;
  sageMaker: SageMaker;
  rekognition: Pick<Rekognition, "endpointOf">;
  inbox: { url: string };
  splunk: { url: string; token: string };
  datadog: { url: string; apiKey: () => string };
  /** The file in which the emulator logs what it counts in no metric. */
  emulatorLog: string;
}

/** The key of the tokens of devices on this machine, by its id. */
export const tokenKeys = { local: "of this machine only, known to everybody" };

/** A device whose tokens are refused on this machine. */
export const revokedDevice = "revoked-device";

/** What does the work of AWS services beside the emulator, for one deployment. */
export interface Services extends Pick<
  Started,
  "iotCore" | "firehoseTap" | "comprehend" | "dataApi" | "sageMaker" | "rekognition"
> {
  /** The values that an operator puts into secrets, by the logical names of these. */
  operatorSecrets: Readonly<Record<string, string>>;
  /** The doubles that stand for endpoints of vendors, by the variable in which a function finds the endpoint. */
  vendorEndpoints: Readonly<Record<string, string>>;
  alarms: Alarms;
  containerServices: ContainerServices;
  deliveryStreams: DeliveryStreams;
  distributions: Distributions;
  drainedQueues: DrainedQueues;
  eventBuses: EventBuses;
  eventSourceMappings: EventSourceMappings;
  influxdbDatabases: InfluxdbDatabases;
  pipes: Pipes;
  subscriptions: Subscriptions;
  workflows: Workflows;
}

export function createServices({
  iotCore,
  firehoseTap,
  comprehend,
  dataApi,
  sageMaker,
  rekognition,
  emulatorLog,
  ...args
}: Started): Services {
  return {
    iotCore,
    firehoseTap,
    comprehend,
    dataApi,
    sageMaker,
    rekognition,
    operatorSecrets: {
      "iot-to-splunk-token": JSON.stringify({ hec_token: args.splunk.token }),
      "iot-to-datadog-key": JSON.stringify({ api_key: args.datadog.apiKey() }),
      "edge-to-iot-keys": JSON.stringify({ keys: tokenKeys, revoked: [revokedDevice] }),
    },
    vendorEndpoints: { HEC_ENDPOINT: args.splunk.url, DATADOG_URL: args.datadog.url },
    alarms: createAlarms({ ...args, emulatorLog, ruleMetrics: () => iotCore.metrics() }),
    containerServices: createContainerServices(args),
    deliveryStreams: startDeliveryStreams({
      ...args,
      ...{ tap: firehoseTap, mostRetrySeconds, splunkUrl: args.splunk.url },
      httpUrl: args.datadog.url,
    }),
    distributions: createDistributions(args),
    drainedQueues: createDrainedQueues(args.clients),
    eventBuses: startEventBuses(args),
    eventSourceMappings: createEventSourceMappings(args),
    influxdbDatabases: createInfluxdbDatabases(args.clients.account.ca),
    pipes: createPipes(args),
    subscriptions: createSubscriptions(args),
    workflows: createWorkflows(args.clients),
  };
}

/**
 * Waits until each service is idle, then returns how many messages and executions the emulator still works on.
 * A message may since have gone on to a service that was idle before.
 */
export async function settleServices(services: Services): Promise<number> {
  const { eventBuses, eventSourceMappings, subscriptions, pipes, alarms } = services;
  const { containerServices } = services;
  await services.iotCore.idle();
  for (const service of [
    ...[eventBuses, eventSourceMappings, containerServices],
    ...[subscriptions, pipes, alarms],
  ])
    await service.idle();
  await services.deliveryStreams.idle();
  const [queued, running] = await Promise.all([
    services.drainedQueues.depth(),
    services.workflows.running(),
  ]);
  return queued + running;
}

/** Stops what the deployment has started; IoT Core and the Firehose tap belong to the platform. */
export async function stopServices(services: Services): Promise<void> {
  const { eventBuses, eventSourceMappings, subscriptions, pipes, alarms } = services;
  const { containerServices } = services;
  const connections = [
    ...[eventBuses, eventSourceMappings, containerServices],
    ...[subscriptions, pipes, alarms],
  ];
  await Promise.all(connections.map((connection) => connection.stop()));
  // Last, because the others put records until they have stopped.
  await services.deliveryStreams.stop();
  await services.influxdbDatabases.stop();
  await services.distributions.stop();
}
