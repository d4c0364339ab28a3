import * as assert from "node:assert/strict";
import { eventually } from "./eventually";
import { refused, watch } from "./functions";
import type { InvalidMessage } from "./invalid";
import { quarantinedFrom, setAsideFrom, type Quarantined } from "./queues";
import type { World } from "./world";

interface Where {
  integration: string;
  /** The function that validates. */
  validator: string;
  /** Whether messages wait in a buffer before the function, which delivers them when everything else is idle. @default false */
  buffered?: boolean;
}

/**
 * Publishes invalid messages and finds each in the quarantine for its reason, with its device, its time and its bytes, once, although
 * several integrations found it invalid, this one among them. None has cost a retry: the function has failed at none, and a queue would have hidden it for minutes before the second attempt.
 */
export async function assertQuarantined(
  world: World,
  { integration, validator, buffered = false }: Where,
  deviceName: string,
  invalid: InvalidMessage[],
): Promise<void> {
  const device = await world.device(deviceName);
  const watched = watch(world, validator);
  const since = Date.now();
  for (const { payload } of invalid) await device.publish(payload);
  const entries = await eventually("the quarantine to have them all", async () => {
    if (buffered) await world.deployment.idle();
    const found = await quarantinedFrom(world, integration, device.name);
    return found.length >= invalid.length && found;
  });
  for (const { receivedAt = 0 } of entries)
    assert.ok(receivedAt >= since && receivedAt <= Date.now(), `Received at ${receivedAt}.`);
  const found = entries.map(({ receivedAt, detail, ...entry }) => ({
    ...entry,
    detail: detail.replace(String(receivedAt), "receivedAt"),
  }));
  const expected = invalid.map(({ payload, ...said }) => ({
    ...said,
    deviceId: device.name,
    payload: payload.toString("base64"),
  }));
  assert.deepEqual(found.sort(byContent), expected.sort(byContent));
  await world.deployment.idle();
  assert.deepEqual(watched.failures(), []);
  watched.stop();
  // Another integration may have filled the quarantine that they share.
  const reasons = invalid.map(({ reason }) => reason).sort();
  const own = await refused(world, validator, device.name, reasons.length);
  assert.deepEqual(own.sort(), reasons);
  assert.deepEqual(await setAsideFrom(world, integration, device.name), []);
}

type InvalidEntry = Pick<Quarantined, "detail" | "payload">;

const byContent = (a: InvalidEntry, b: InvalidEntry): number =>
  a.detail + a.payload < b.detail + b.payload ? -1 : 1;
