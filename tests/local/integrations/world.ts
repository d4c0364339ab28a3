import { deployProgram, type Deployment } from "../../../local/deployment";
import { startPlatform, type Platform } from "../../../local/platform";
import type { RecordedResource } from "../../../local/program";
import { provision, type Services } from "../../../local/services";
import { createDrainedQueues } from "../../../local/services/sqs";
import { createWorkflows } from "../../../local/services/step-functions";
import { readStackOutputs, type StackOutputs } from "../../../operations/stack-outputs";
import { atEnd } from "../../support/at-end";
import { python } from "../../support/account";
import { directory } from "../../support/emulator";
import { createDevice, type Device } from "./device";

/** The whole program, deployed once for all these specs. */
export interface World {
  platform: Platform;
  deployment: Deployment;
  outputs: StackOutputs;
  device: (name: string) => Promise<Device>;
  /** The resource of this type and logical name. */
  resource: (type: string, name: string) => RecordedResource;
  /** Creates a resource of the program again, with the deployed or other inputs. */
  create: (resource: RecordedResource, changes?: Record<string, unknown>) => Promise<void>;
}

export const stack = "local";

/** Each retry of a stream's mapping waits twice as long as the one before; how many there are is for the mapping's own spec. */
const fewerRetries = (resource: RecordedResource): RecordedResource =>
  "maximumRetryAttempts" in resource.plain && "startingPosition" in resource.plain
    ? { ...resource, plain: { ...resource.plain, maximumRetryAttempts: 1 } }
    : resource;

/**
 * A mapping of a queue waits for a full batch for seconds, and Firehose for minutes; here for one second. A sweeper leaves out objects of
 * the last hour; here none.
 */
function shorterWindow(resource: RecordedResource): RecordedResource {
  const { plain } = resource;
  const { extendedS3Configuration: bucket, environment } = plain;
  const { variables } = (environment ?? {}) as { variables?: Record<string, string> };
  if (variables?.YOUNGEST_MILLISECONDS) {
    const shorter = { variables: { ...variables, YOUNGEST_MILLISECONDS: "0" } };
    return { ...resource, plain: { ...plain, environment: shorter } };
  }
  if (Number(plain.maximumBatchingWindowInSeconds) > 1 && !("startingPosition" in plain))
    return { ...resource, plain: { ...plain, maximumBatchingWindowInSeconds: 1 } };
  if (typeof bucket !== "object") return resource;
  const extendedS3Configuration = { ...bucket, bufferingInterval: 1 };
  return { ...resource, plain: { ...plain, extendedS3Configuration } };
}

let starting: Promise<World> | undefined;

/**
 * The first call deploys the program for all specs of this process; it ends with the last of them.
 * @needs deployment
 */
export const deployed = (): Promise<World> => (starting ??= start());

const closers: (() => Promise<unknown>)[] = [];
atEnd(async () => {
  await starting?.catch(() => undefined);
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(): Promise<World> {
  const region = "eu-central-1";
  const platform = await startPlatform({ directory, python: await python(), region });
  closers.push(() => platform.stop());
  const deployment = await deployProgram(platform, stack, (resource) =>
    shorterWindow(fewerRetries(resource)),
  );
  closers.push(() => deployment.stop());
  const outputs = readStackOutputs(deployment.outputs);
  return {
    platform,
    deployment,
    outputs,
    async device(name) {
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
      await provision(
        { ...resource, plain: { ...resource.plain, ...changes } },
        {
          clients: platform.clients,
          directory,
          // Without the services that move messages: mappings, subscriptions and pipes stay as they are.
          services: {
            iotCore: platform.iotCore,
            firehoseTap: platform.firehoseTap,
            dataApi: platform.dataApi,
            drainedQueues: createDrainedQueues(platform.clients),
            workflows: createWorkflows(platform.clients),
          } as Services,
          notHonoured: () => undefined,
        },
      );
    },
  };
}
