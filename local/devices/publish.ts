import { setTimeout as wait } from "node:timers/promises";
import type { Fleet } from "./fleet";
import type { DeviceMessage } from "./message";

export interface PublishArgs {
  fleet: Pick<Fleet, "publish">;
  messages: Iterable<DeviceMessage> | AsyncIterable<DeviceMessage>;
  /** The maximum number of messages of telemetry. */
  most: number;
  /** Called for each message that the broker has acknowledged. */
  onPublished: (message: DeviceMessage) => void;
  /** Whether publishing has to wait. @default never */
  isHeldBack?: () => Promise<boolean>;
  /** Stops publishing. */
  stopping: AbortSignal;
}

/** AWS IoT allows 100 unacknowledged messages per connection; a real device has fewer in flight. */
const underWayPerDevice = 16;

/** Publishes each message when it is due, those of a device in order, and waits until the broker has all of them. */
export async function publishAll(args: PublishArgs): Promise<void> {
  const { fleet, messages, most, onPublished, isHeldBack, stopping } = args;
  const underWay = new Map<string, Set<Promise<void>>>();
  const startedAt = performance.now();
  let failure: unknown;
  let published = 0;
  for await (const message of messages) {
    const { deviceId, channel = "telemetry", payload } = message;
    const ofDevice = underWay.get(deviceId) ?? new Set();
    underWay.set(deviceId, ofDevice);
    await until(startedAt + message.at, stopping);
    while ((await isHeldBack?.()) && !stopping.aborted)
      await until(performance.now() + 100, stopping);
    if (ofDevice.size >= underWayPerDevice) await Promise.race(ofDevice);
    if (failure !== undefined || stopping.aborted) break;
    const publishing: Promise<void> = fleet
      .publish(deviceId, payload, channel)
      .then(
        () => onPublished(message),
        (error: unknown) => void (failure ??= error),
      )
      .finally(() => ofDevice.delete(publishing));
    ofDevice.add(publishing);
    if (channel === "telemetry") published += 1;
    if (published >= most) break;
  }
  await Promise.all([...underWay.values()].flatMap((ofDevice) => [...ofDevice]));
  if (failure !== undefined) throw failure as Error;
}

async function until(time: number, stopping: AbortSignal): Promise<void> {
  const left = time - performance.now();
  if (left > 0) await wait(left, undefined, { signal: stopping }).catch(() => undefined);
}
