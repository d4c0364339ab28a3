import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { gaugesOf, impatient, integration, putKey, stored, submitter } from "./datadog";
import { describeDenials } from "./denials";
import { keptWithout, lostWithout, type RuleUnderTest } from "./error-actions";
import { eventually, one } from "./eventually";
import { assertLogged, refused, refusedBy } from "./functions";
import { redrive } from "./operator";
import { without } from "./permissions";
import { held, quarantinedFrom, setAside } from "./queues";
import { readingOf } from "./readings";
import { deployed, type World } from "./world";

const rule = "iot-to-datadog-rule";
const role = `${submitter}-role`;

describeDenials(["iot-to-datadog"], ({ denied, unseen }) => {
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-datadog");
    await world.deployment.idle();
  });

  const toQueue: RuleUnderTest = {
    ...{ rule, integration, message: readingOf },
    arrived: (device) => stored(world, device),
  };

  /** Publishes without a statement until the message is in the failures queue, where the queue itself has moved it. */
  async function redrivenWithout(
    statement: string,
    name: string,
    payload: Buffer | object,
  ): Promise<void> {
    const device = await world.device(name);
    const bytes = await without(world, [statement], () =>
      impatient(world, 2, async () => {
        const sent = await device.publish(payload);
        await setAside(world, integration, name);
        return sent;
      }),
    );
    const kept = await setAside(world, integration, name);
    assert.deepEqual(kept.sent, [{ topic: device.topic, payload: bytes.toString("base64") }]);
    assert.equal(kept.body.reason, undefined);
    assert.deepEqual(gaugesOf(world, name), []);
  }

  denied(`${rule}-role/SendToQueue`, "the rule keeps what the queue does not take", async () => {
    const device = "datadog-no-send";
    const [statement, failedAction, action] = ["SendToQueue", "SqsAction", "sqs:SendMessage"];
    await keptWithout(world, toQueue, { statement, failedAction, action, device });
    assert.deepEqual(gaugesOf(world, device), []);
  });

  denied(
    `${rule}-role/SendToQueueOnError`,
    "what the queue does not take is lost, and counted",
    () => lostWithout(world, toQueue, "SendToQueue"),
  );

  denied(`${role}/ReadKey`, "the queue sets the message aside after its deliveries", async () => {
    const since = Date.now();
    const name = "datadog-no-key";
    // A key that the function has kept is of no use any more.
    world.platform.datadog.rotate();
    await putKey(world);
    await redrivenWithout(`${role}/ReadKey`, name, readingOf(name));
    await assertLogged(world, submitter, {
      ...{ since, message: "points not submitted" },
      error: /AccessDenied.* secretsmanager:GetSecretValue/,
    });
  });

  denied(`${role}/Quarantine`, "the queue sets an invalid message aside", async () => {
    const name = "datadog-no-quarantine";
    await redrivenWithout(`${role}/Quarantine`, name, Buffer.from([0xff]));
  });

  denied(`${role}/SetAside`, "the queue sets a refused reading aside", async () => {
    const name = "datadog-no-set-aside";
    world.platform.datadog.refuseDevice(name);
    await redrivenWithout(`${role}/SetAside`, name, readingOf(name));
    world.platform.datadog.acceptDevice(name);
  });

  denied(`${role}/ConsumeQueue`, "the queue is not connected to the submitter", async () => {
    const mapping = world.deployment.resources.find(
      ({ type, plain }) =>
        type === "aws:lambda/eventSourceMapping:EventSourceMapping" &&
        String(plain.eventSourceArn).endsWith("iot-to-datadog-queue"),
    );
    assert.ok(mapping);
    await without(world, [`${role}/ConsumeQueue`], () =>
      assert.rejects(world.create(mapping), /AccessDenied.*sqs:ReceiveMessage/),
    );
  });

  unseen({ [`${role}/WriteLogs`]: "the emulator writes the functions' logs itself" }, async () => {
    const { name, publish } = await world.device("datadog-unseen");
    await publish(readingOf(name));
    await stored(world, name);
  });

  it("has every message in its sink after the redrive", async () => {
    const before = await refusedBy(world, submitter, "datadog-no-quarantine");
    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "4 redriven, 0 left"], lines.join("\n"));
    await world.deployment.idle();
    for (const device of ["datadog-no-send", "datadog-no-key", "datadog-no-set-aside"])
      await stored(world, device);
    const entry = await eventually("the invalid message in the quarantine", async () =>
      one(await quarantinedFrom(world, integration, "datadog-no-quarantine")),
    );
    assert.equal(entry.reason, "not-utf8");
    // Other integrations have quarantined it, too.
    const reasons = await refused(world, submitter, "datadog-no-quarantine", before.length + 1);
    assert.deepEqual([...new Set(reasons)], ["not-utf8"]);
    for (const queue of ["queueUrl", "failuresUrl"])
      assert.deepEqual(await held(world, world.outputs.of[integration]?.[queue]), []);
  });
});
