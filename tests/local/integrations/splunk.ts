import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Alter } from "../../../local/deployment";
import type { SplunkEvent } from "../../../local/doubles/splunk-events";
import { storedIn } from "./batches";
import { eventually } from "./eventually";
import { impatiently } from "./impatience";
import { deployedWith, type World } from "./world";

export const integration = "iot-to-splunk";

export const sender = "iot-to-splunk-sender";

const queueName = "iot-to-splunk-queue";

let direct: Promise<World> | undefined;

/**
 * The integration alone, sending to the collector by a function that collects messages for a second. The collector
 * acknowledges nothing, as Splunk Cloud does for all but Firehose.
 */
export const deployedDirectly = (): Promise<World> =>
  (direct ??= deployedAlone("direct").then((world) => {
    world.platform.splunk.setAcknowledgement(false);
    return world;
  }));

let acknowledged: Promise<World> | undefined;

/**
 * The same, sending to a collector that acknowledges. A message is delivered every three seconds, and an event without an acknowledgement is
 * sent again at its second delivery.
 */
export const deployedWithAcknowledgement = (): Promise<World> =>
  (acknowledged ??= deployedAlone("direct-acknowledged", (resource) => {
    if (resource.type === "aws:sqs/queue:Queue" && resource.name === queueName)
      return { ...resource, plain: { ...resource.plain, visibilityTimeoutSeconds: 3 } };
    const { environment = {} } = resource.plain as {
      environment?: { variables?: Record<string, string> };
    };
    if (!environment.variables?.ACKNOWLEDGMENT_SECONDS) return resource;
    const variables = { ...environment.variables, ACKNOWLEDGMENT_SECONDS: "1" };
    return { ...resource, plain: { ...resource.plain, environment: { variables } } };
  }));

const deployedAlone = (delivery: string, alter: Alter = (resource) => resource): Promise<World> =>
  deployedWith(
    {
      "iot-integrations:integrations": JSON.stringify([integration]),
      "iot-to-splunk:delivery": delivery,
    },
    (resource) =>
      resource.type === "aws:lambda/eventSourceMapping:EventSourceMapping"
        ? { ...resource, plain: { ...resource.plain, maximumBatchingWindowInSeconds: 1 } }
        : alter(resource),
  );

/** Makes the work queue deliver a failed message twice. */
export const impatient = <T>(world: World, during: () => Promise<T>): Promise<T> =>
  impatiently(world, { name: queueName, url: world.outputs.of[integration]?.queueUrl }, during);

/** Puts the present token of the collector into the secret, as an operator does. */
export async function putToken({ platform, outputs }: World): Promise<void> {
  await platform.clients.get(SecretsManagerClient).send(
    new PutSecretValueCommand({
      SecretId: outputs.of[integration]?.tokenSecret,
      SecretString: JSON.stringify({ hec_token: platform.splunk.token }),
    }),
  );
}

/** The events of a device in Splunk's index, in order. */
export const eventsOf = ({ platform }: World, device: string): SplunkEvent[] =>
  platform.splunk.events().filter(({ host }) => host === device);

/** The same once there are `times`; fails if there are more. Delivers what the delivery stream buffers. */
export const indexed = (world: World, device: string, times = 1): Promise<SplunkEvent[]> =>
  eventually(`${times} events of ${device} in the index`, async () => {
    await world.deployment.idle();
    const events = eventsOf(world, device);
    if (events.length > times)
      throw new Error(`${device} has ${events.length} events in the index, not ${times}.`);
    return events.length === times && events;
  });

/** The objects in the bucket of failed batches, by key. */
export const failedBatches = (world: World): Promise<Map<string, string>> =>
  storedIn(world, world.outputs.of[integration]?.failedBatchesBucket);
