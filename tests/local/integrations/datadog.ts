import { PutSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { Gauge, Log } from "../../../local/doubles/datadog";
import { storedIn } from "./batches";
import { eventually } from "./eventually";
import { impatiently } from "./impatience";
import { deployedWith, type World } from "./world";

export const integration = "iot-to-datadog";
export const submitter = "iot-to-datadog-submitter";

/** Makes the work queue deliver a failed message so many times. */
export const impatient = <T>(
  world: World,
  deliveries: number,
  during: () => Promise<T>,
): Promise<T> => {
  const queue = {
    name: "iot-to-datadog-queue",
    url: world.outputs.of[integration]?.queueUrl,
  };
  return impatiently(world, queue, during, deliveries);
};

/** The points of a device in the double, by metric and second. */
export const gaugesOf = ({ platform }: World, deviceId: string): Gauge[] =>
  platform.datadog.gauges().filter(({ tags }) => tags.includes(`device:${deviceId}`));

/** The seconds of a device's temperature in the double, sorted. */
export const secondsOf = (world: World, deviceId: string): number[] =>
  gaugesOf(world, deviceId)
    .filter(({ metric }) => metric === "iot.temperature")
    .map(({ timestamp }) => timestamp)
    .sort((a, b) => a - b);

/** Resolves when the double has so many points of a device's temperature. */
export const stored = (world: World, deviceId: string, count = 1): Promise<number[]> =>
  eventually(`${count} points of ${deviceId}`, () => {
    const seconds = secondsOf(world, deviceId);
    return seconds.length >= count && seconds;
  });

/** Puts the double's key into the secret, as an operator does. */
export async function putKey({ platform, outputs }: World): Promise<void> {
  await platform.clients.get(SecretsManagerClient).send(
    new PutSecretValueCommand({
      SecretId: outputs.of[integration]?.keySecret,
      SecretString: JSON.stringify({ api_key: platform.datadog.apiKey() }),
    }),
  );
}

let withLogs: Promise<World> | undefined;

/** The integration alone, with logs. */
export const deployedWithLogs = (): Promise<World> =>
  (withLogs ??= deployedWith({
    "iot-integrations:integrations": JSON.stringify([integration]),
    "iot-to-datadog:logs": "true",
  }));

/** The logs of a device in the double, in order. */
export const logsOf = ({ platform }: World, device: string): Log[] =>
  platform.datadog.logs().filter(({ attributes }) => attributes.hostname === device);

/** The same once there are `times`; fails if there are more. */
export const logged = (world: World, device: string, times = 1): Promise<Log[]> =>
  eventually(`${times} logs of ${device}`, () => {
    const logs = logsOf(world, device);
    if (logs.length > times) throw new Error(`${device} has ${logs.length} logs, not ${times}.`);
    return logs.length === times && logs;
  });

/** The objects in the bucket of failed batches, by key. */
export const failedBatches = (world: World): Promise<Map<string, string>> =>
  storedIn(world, world.outputs.of[integration]?.failedBatchesBucket);
