import { UpdateFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import type { Device } from "./device";
import { eventually } from "./eventually";
import { assertLogged } from "./functions";
import { redrive } from "./operator";
import { assertNowhere } from "./planted";
import { held, setAside } from "./queues";
import { readingOf } from "./readings";
import {
  deployedWithAcknowledgement,
  eventsOf,
  impatient,
  indexed,
  integration,
  sender,
} from "./splunk";
import type { World } from "./world";

describe("iot-to-splunk without a delivery stream, with acknowledgement, on this machine", function () {
  this.timeout(120_000);
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployedWithAcknowledgement();
    await world.deployment.idle();
  });
  afterEach(() => {
    world.platform.splunk.answer("healthy");
    world.platform.splunk.index();
  });

  /** Messages in the work queue, visible or not. */
  async function queued(): Promise<number> {
    const { Attributes = {} } = await world.platform.clients.get(SQSClient).send(
      new GetQueueAttributesCommand({
        QueueUrl: world.outputs.of[integration]?.queueUrl,
        AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
      }),
    );
    return Object.values(Attributes).reduce((sum, value) => sum + Number(value), 0);
  }

  /** Publishes a reading, and waits until the collector has accepted its event, which is not in the index. */
  async function accepted({ name, publish }: Device): Promise<ReturnType<typeof readingOf>> {
    const { splunk } = world.platform;
    const reading = readingOf(name);
    splunk.holdIndexing();
    const calls = splunk.answered().length;
    await publish(reading);
    await eventually("the collector to accept the event", () =>
      splunk.answered().slice(calls).includes(200),
    );
    assert.deepEqual(eventsOf(world, name), []);
    return reading;
  }

  const emptied = (): Promise<unknown> =>
    eventually("an empty work queue", async () => (await queued()) === 0);

  it("keeps a message in the queue until its event is in the index, and sends it once", async () => {
    const device = await world.device("splunk-acknowledged");
    const reading = await accepted(device);
    assert.equal(await queued(), 1);
    world.platform.splunk.index();
    await emptied();
    const [event] = await indexed(world, device.name);
    assert.deepEqual([event?.host, event?.event], [device.name, reading]);
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });

  it("sends again what a restart of the collector has lost: it is in the index once", async () => {
    const device = await world.device("splunk-restarted");
    const reading = await accepted(device);
    world.platform.splunk.restart();
    world.platform.splunk.index();
    await emptied();
    const [event] = await indexed(world, device.name);
    assert.deepEqual(event?.event, reading);
  });

  it("keeps a message while the collector does not answer the question", async () => {
    const { splunk } = world.platform;
    const since = Date.now();
    const device = await world.device("splunk-unanswered");
    const reading = await accepted(device);
    splunk.answer("busy");
    await assertLogged(world, sender, {
      ...{ since, message: "acknowledgements not known" },
      error: /^The collector answered 503: Server is busy \(code 9\)\.$/,
    });
    splunk.answer("healthy");
    splunk.index();
    await emptied();
    const [event] = await indexed(world, device.name);
    assert.deepEqual(event?.event, reading);
  });

  it("sets aside what is never acknowledged, and redrive indexes it", async () => {
    const { splunk } = world.platform;
    const device = await world.device("splunk-never");
    const bytes = await impatient(world, async () => {
      const reading = await accepted(device);
      await setAside(world, integration, device.name);
      return Buffer.from(JSON.stringify(reading));
    });
    const kept = await setAside(world, integration, device.name);
    assert.deepEqual(kept.sent, [{ topic: device.topic, payload: bytes.toString("base64") }]);
    splunk.restart();
    splunk.index();
    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "1 redriven, 0 left"], lines.join("\n"));
    await emptied();
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });

  it("sends again what the function's environment has taken with it, under the same reading_id", async () => {
    const device = await world.device("splunk-environment");
    const reading = await accepted(device);
    const { plain } = world.resource("aws:lambda/function:Function", sender);
    // Lambda begins a new environment for another configuration.
    await world.platform.clients.get(LambdaClient).send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: plain.name as string,
        Environment: {
          Variables: {
            ...(plain.environment as { variables: Record<string, string> }).variables,
            HEC_ENDPOINT: world.platform.splunk.url,
            HEC_SOURCE: "another-environment",
          },
        },
      }),
    );
    world.platform.splunk.index();
    await emptied();
    const events = await indexed(world, device.name, 2);
    assert.deepEqual(
      events.map(({ source, event }) => [source, event]),
      [
        ["aws-iot-core", reading],
        ["another-environment", reading],
      ],
    );
    assert.equal(new Set(events.map(({ fields }) => fields.reading_id)).size, 1);
  });

  it("has its token in the secret alone: in no input, no output, no archive and no log", () =>
    assertNowhere(world, integration, world.platform.splunk.token));
});
