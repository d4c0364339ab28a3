import * as assert from "node:assert/strict";
import type { Channel } from "../../../reading/channel";
import { assertDenied, without } from "./permissions";
import { setAside, setAsideFrom, type SetAside } from "./queues";
import type { World } from "./world";

/** A rule, and how to check the delivery of a device's messages. */
export interface RuleUnderTest {
  /** Logical name. */
  rule: string;
  /** Whose failures queue its error action sends to. */
  integration: string;
  /** The last level of the rule's topics. @default "telemetry" */
  channel?: Channel;
  /** A valid message of the device. */
  message: (device: string) => object;
  /** Resolves when the message has arrived in its sink. */
  arrived: (device: string) => Promise<unknown>;
}

/** Without the permission for its action, a rule keeps the message in the failures queue. Answers the message. */
export async function keptWithout(
  world: World,
  { rule, integration, channel = "telemetry", message }: RuleUnderTest,
  denied: { statement: string; failedAction: string; action: string; device: string },
): Promise<SetAside> {
  const device = await world.device(denied.device);
  const bytes = await without(world, [`${rule}-role/${denied.statement}`], async () => {
    const sent = await device.publish(message(device.name), channel);
    await setAside(world, integration, device.name);
    return sent;
  });
  const kept = await setAside(world, integration, device.name);
  assert.deepEqual(kept.sent, [
    { topic: device.topicOf(channel), payload: bytes.toString("base64") },
  ]);
  const { plain } = world.resource("aws:iot/topicRule:TopicRule", rule);
  assert.equal(kept.body.ruleName, plain.name);
  const [failure] = kept.body.failures as { failedAction: string; errorMessage: string }[];
  assert.equal(failure?.failedAction, denied.failedAction);
  assertDenied(failure.errorMessage, denied.action);
  return kept;
}

/**
 * Without the permission for its error action, a rule works as long as its action does; what that fails at is lost, and counted by the
 * metric that the rule's alarm watches.
 */
export async function lostWithout(
  world: World,
  { rule, integration, channel, message, arrived }: RuleUnderTest,
  statement: string,
): Promise<void> {
  const device = await world.device(`lost-by-${rule}`);
  const onError = `${rule}-role/SendToQueueOnError`;
  const { plain } = world.resource("aws:iot/topicRule:TopicRule", rule);
  const counted = () => world.platform.iotCore.metrics()[plain.name as string]?.ErrorActionFailure;
  const before = counted() ?? NaN;
  await without(world, [onError], async () => {
    await device.publish(message(device.name), channel);
    await arrived(device.name);
  });
  assert.equal(counted(), before);
  const event = await without(world, [onError, `${rule}-role/${statement}`], async () => {
    const failing = world.platform.trace.until(
      `the error action of ${rule} to fail`,
      ({ kind, ...about }) =>
        kind === "error-action-failed" && "rule" in about && about.rule === plain.name,
    );
    await device.publish(message(device.name), channel);
    return failing;
  });
  assertDenied("reason" in event ? event.reason : "", "sqs:SendMessage");
  assert.equal(counted(), before + 1);
  assert.deepEqual(await setAsideFrom(world, integration, device.name), []);
}
