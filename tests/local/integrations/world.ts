import { deployProgram, type Alter, type Deployment } from "../../../local/deployment";
import { startPlatform, type Platform } from "../../../local/platform";
import type { RecordedResource } from "../../../local/program";
import { provision, type Services } from "../../../local/services";
import { createDrainedQueues } from "../../../local/services/sqs";
import { createWorkflows } from "../../../local/services/step-functions";
import { readStackOutputs, type StackOutputs } from "../../../operations/stack-outputs";
import { atEnd } from "../../support/at-end";
import { python } from "../../support/account";
import { directory } from "../../support/emulator";
import { stems, type Stem } from "../../../components/catalogue";
import { createDevice, type Device } from "./device";
import { hiddenSeconds, polled } from "./impatience";

/** The whole program, deployed once for all these specs. */
export interface World {
  platform: Platform;
  deployment: Deployment;
  outputs: StackOutputs;
  /** Connects a device of its own for a test; rejects for a name that another test has, since every sink has the readings of both. */
  device: (name: string) => Promise<Device>;
  /** The resource of this type and logical name. */
  resource: (type: string, name: string) => RecordedResource;
  /** Creates a resource of the program again, with the deployed or other inputs. */
  create: (resource: RecordedResource, changes?: Record<string, unknown>) => Promise<void>;
}

export const stack = "local";

/**
 * Each retry of a stream's mapping waits twice as long as the one before, and a delivery stream buffers for a minute and tries a failing
 * endpoint for an hour; how many retries there are is for their own specs.
 */
function fewerRetries(resource: RecordedResource): RecordedResource {
  const { plain } = resource;
  for (const name of ["splunkConfiguration", "httpEndpointConfiguration"]) {
    const endpoint = plain[name];
    if (typeof endpoint !== "object") continue;
    const impatient = { ...endpoint, retryDuration: 0, bufferingInterval: 1 };
    return { ...resource, plain: { ...plain, [name]: impatient } };
  }
  if (resource.type === "aws:sqs/queue:Queue" && polled.includes(resource.name))
    return { ...resource, plain: { ...plain, visibilityTimeoutSeconds: hiddenSeconds } };
  if (!("maximumRetryAttempts" in plain && "startingPosition" in plain)) return resource;
  // A window that is not written in time for its last retry is lost, so a spec has time to repair what it broke.
  const maximumRetryAttempts = "tumblingWindowInSeconds" in plain ? 3 : 1;
  return { ...resource, plain: { ...plain, maximumRetryAttempts } };
}

/** A delivery stream collects records for an object for minutes; here for one second. */
function shorterBuffer(resource: RecordedResource): RecordedResource {
  const { extendedS3Configuration: bucket } = resource.plain;
  if (typeof bucket !== "object") return resource;
  const extendedS3Configuration = { ...bucket, bufferingInterval: 1 };
  return { ...resource, plain: { ...resource.plain, extendedS3Configuration } };
}

/**
 * A mapping waits for a full batch for seconds; here for one second. A sweeper leaves out objects of the last hour; here none.
 */
function shorterWindow(resource: RecordedResource): RecordedResource {
  const { plain } = resource;
  const { variables } = (plain.environment ?? {}) as { variables?: Record<string, string> };
  if (variables?.YOUNGEST_MILLISECONDS) {
    const shorter = { variables: { ...variables, YOUNGEST_MILLISECONDS: "0" } };
    return { ...resource, plain: { ...plain, environment: shorter } };
  }
  if (Number(plain.maximumBatchingWindowInSeconds) > 1)
    return { ...resource, plain: { ...plain, maximumBatchingWindowInSeconds: 1 } };
  return resource;
}

/** Tasks hold readings for hours while a table takes none, and wait for a dead task's leases; here for seconds. */
function shorterHold(resource: RecordedResource): RecordedResource {
  const { containerDefinitions } = resource.plain;
  if (typeof containerDefinitions !== "string") return resource;
  const shorter: Record<string, string> = { HOLD_SECONDS: "2", LEASE_SECONDS: "4" };
  const containers = JSON.parse(containerDefinitions) as {
    environment: { name: string; value: string }[];
  }[];
  const changed = containers.map(({ environment, ...container }) => ({
    ...container,
    environment: environment.map(({ name, value }) => ({ name, value: shorter[name] ?? value })),
  }));
  const plain = { ...resource.plain, containerDefinitions: JSON.stringify(changed) };
  return { ...resource, plain };
}

const ruleType = "aws:iot/topicRule:TopicRule";
let starting: Promise<World> | undefined;

/**
 * The first call deploys the program for all specs of this process; it ends with the last of them. With `of`, rules
 * that do not lead to this integration are disabled until the next call, so that a spec does not wait for sinks that it does not look at.
 * @needs deployment
 */
export async function deployed(of?: Stem): Promise<World> {
  const world = await (starting ??= start());
  const { resources } = world.deployment;
  const stream = world.resource("aws:kinesis/stream:Stream", "telemetry").plain.name as string;
  const rules = resources.filter(({ type }) => type === ruleType);
  const isIts = ({ name }: RecordedResource): boolean => of === undefined || name.startsWith(of);
  // One without a rule of its own may read what another stores from the stream.
  const needsStream =
    !rules.some(isIts) ||
    resources.some((one) => isIts(one) && JSON.stringify(one.plain).includes(stream));
  for (const rule of rules) {
    const isShared = !stems.some((stem) => rule.name.startsWith(stem));
    const leads = isIts(rule) || (isShared && needsStream);
    world.platform.iotCore.setRuleEnabled(rule.plain.name as string, leads);
  }
  return world;
}

/**
 * Deploys the program once more, on a platform of its own, with other values of the configuration and other resources. It ends with the
 * last spec of this process.
 * @needs deployment
 */
export const deployedWith = (changes: Record<string, string>, alter?: Alter): Promise<World> => {
  const own = start(changes, alter);
  others.push(own);
  return own;
};

const others: Promise<World>[] = [];
const closers: (() => Promise<unknown>)[] = [];
atEnd(async () => {
  await Promise.allSettled([starting, ...others]);
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(
  changes: Record<string, string> = {},
  alter: Alter = (resource) => resource,
): Promise<World> {
  const region = "eu-central-1";
  const platform = await startPlatform({ directory, python: await python(), region });
  closers.push(() => platform.stop());
  const altered: Alter = (resource) =>
    alter(shorterHold(shorterWindow(shorterBuffer(fewerRetries(resource)))));
  const deployment = await deployProgram(platform, stack, altered, undefined, changes);
  closers.push(() => deployment.stop());
  const outputs = readStackOutputs(deployment.outputs);
  const names = new Set<string>();
  return {
    platform,
    deployment,
    outputs,
    async device(name) {
      if (names.has(name)) throw new Error(`Another test has the device ${name}; name it anew.`);
      names.add(name);
      const device = await createDevice(platform, outputs, name);
      closers.push(device.end);
      return device;
    },
    resource(type, name) {
      const found = deployment.resources.find((one) => one.type === type && one.name === name);
      if (!found) throw new Error(`The program has no ${type} named ${name}.`);
      return found;
    },
    async create(resource, changes = {}) {
      const services: Partial<Services> = {
        iotCore: platform.iotCore,
        firehoseTap: platform.firehoseTap,
        comprehend: platform.comprehend,
        dataApi: platform.dataApi,
        sageMaker: platform.sageMaker,
        rekognition: platform.rekognition,
        operatorSecrets: {},
        vendorEndpoints: { DATADOG_URL: platform.datadog.url },
        drainedQueues: createDrainedQueues(platform.clients),
        workflows: createWorkflows(platform.clients),
      };
      await provision(
        { ...resource, plain: { ...resource.plain, ...changes } },
        {
          clients: platform.clients,
          directory,
          // Without the services that move messages: mappings, subscriptions and pipes stay as they are.
          services: services as Services,
          notHonoured: () => undefined,
        },
      );
    },
  };
}
