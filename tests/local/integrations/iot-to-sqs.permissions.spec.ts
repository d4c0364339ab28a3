import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { describeDenials } from "./denials";
import type { Device } from "./device";
import { keptWithout, lostWithout, type RuleUnderTest } from "./error-actions";
import { eventually, one } from "./eventually";
import { assertLogged, type LogEntry, refused, refusedBy } from "./functions";
import { deliveries, impatiently } from "./impatience";
import { redrive } from "./operator";
import { without } from "./permissions";
import { held, quarantinedFrom, setAside } from "./queues";
import { readingOf } from "./readings";
import { deployed, type World } from "./world";

const integration = "iot-to-sqs";
const rule = "iot-to-sqs-rule";
const worker = "iot-to-sqs-worker";
const role = `${worker}-role`;

describeDenials(["iot-to-sqs"], ({ denied, unseen }) => {
  let world: World;
  const devices = new Map<string, Device>();

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-sqs");
    const make = world.device;
    world = {
      ...world,
      async device(name) {
        const device = await make(name);
        devices.set(name, device);
        return device;
      },
    };
    await world.deployment.idle();
  });

  const acksOf = (device: string) => devices.get(device)?.acks ?? [];
  const acknowledged = (device: string) =>
    eventually(`${device} to be acknowledged`, () => one(acksOf(device)));
  const toQueue: RuleUnderTest = { rule, integration, message: readingOf, arrived: acknowledged };

  async function redrivenWithout(
    statement: string,
    name: string,
    payload: Buffer | object,
    logEntry: Omit<LogEntry, "since">,
  ): Promise<void> {
    const since = Date.now();
    const device = await world.device(name);
    const bytes = await without(world, [statement], () =>
      impatiently(
        world,
        { name: "iot-to-sqs-queue", url: world.outputs.of["iot-to-sqs"]?.queueUrl },
        async () => {
          const sent = await device.publish(payload);
          await setAside(world, integration, name);
          // A slow delivery outlasts the queue's patience: with the statement back, it would process the message.
          await assertLogged(world, worker, { since, ...logEntry }, deliveries);
          return sent;
        },
      ),
    );
    const kept = await setAside(world, integration, name);
    assert.deepEqual(kept.sent, [{ topic: device.topic, payload: bytes.toString("base64") }]);
    assert.equal(kept.body.deviceId, name);
    assert.deepEqual(device.acks, []);
  }

  denied(`${rule}-role/SendToQueue`, "the rule keeps what the queue does not take", async () => {
    const device = "no-send-to-queue";
    const [statement, failedAction, action] = ["SendToQueue", "SqsAction", "sqs:SendMessage"];
    await keptWithout(world, toQueue, { statement, failedAction, action, device });
    assert.deepEqual(acksOf(device), []);
  });

  denied(
    `${rule}-role/SendToQueueOnError`,
    "what the queue does not take is lost, and counted",
    () => lostWithout(world, toQueue, "SendToQueue"),
  );

  denied(
    `${role}/Acknowledge`,
    "the queue sets the message aside after its deliveries",
    async () => {
      const name = "no-acknowledge";
      await redrivenWithout(`${role}/Acknowledge`, name, readingOf(name), {
        message: "acknowledgement not published",
        error: /^ForbiddenException/,
      });
    },
  );

  denied(`${role}/Quarantine`, "the queue sets an invalid message aside", async () => {
    const name = "no-quarantine-sqs";
    await redrivenWithout(`${role}/Quarantine`, name, Buffer.from([0xff]), {
      message: "the quarantine is out of reach",
      error: /^AccessDenied.* sqs:SendMessage/,
    });
  });

  denied(`${role}/ConsumeQueue`, "the queue is not connected to the worker", async () => {
    const mapping = world.deployment.resources.find(
      ({ type, plain }) =>
        type === "aws:lambda/eventSourceMapping:EventSourceMapping" &&
        String(plain.eventSourceArn).endsWith("iot-to-sqs-queue"),
    );
    assert.ok(mapping);
    await without(world, [`${role}/ConsumeQueue`], () =>
      assert.rejects(world.create(mapping), /AccessDenied.*sqs:ReceiveMessage/),
    );
  });

  unseen({ [`${role}/WriteLogs`]: "the emulator writes the functions' logs itself" }, async () => {
    const { name, publish } = await world.device("unseen-sqs");
    await publish(readingOf(name));
    await acknowledged(name);
  });

  it("has every message in its sink after the redrive, exactly once", async () => {
    const before = await refusedBy(world, worker, "no-quarantine-sqs");
    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "3 redriven, 0 left"], lines.join("\n"));
    await world.deployment.idle();
    for (const device of ["no-send-to-queue", "no-acknowledge"]) await acknowledged(device);
    const entry = await eventually("the invalid message in the quarantine", async () =>
      one(await quarantinedFrom(world, integration, "no-quarantine-sqs")),
    );
    assert.equal(entry.reason, "not-utf8");
    // Other integrations have quarantined it, too.
    const reasons = await refused(world, worker, "no-quarantine-sqs", before.length + 1);
    assert.deepEqual([...new Set(reasons)], ["not-utf8"]);
    for (const queue of [
      world.outputs.of["iot-to-sqs"]?.queueUrl,
      world.outputs.of[integration]?.failuresUrl,
    ])
      assert.deepEqual(await held(world, queue), []);
  });
});
