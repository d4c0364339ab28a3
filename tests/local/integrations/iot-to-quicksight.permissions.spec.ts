import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { describeDenials } from "./denials";
import { keptWithout, lostWithout, type RuleUnderTest } from "./error-actions";
import { eventually, one } from "./eventually";
import { assertLogged, refused, refusedBy } from "./functions";
import { keysIn, timesIn } from "./lake";
import { redrive } from "./operator";
import { denialWarned, without } from "./permissions";
import { held, quarantinedFrom, setAside } from "./queues";
import { readingOf } from "./readings";
import { deployed, type World } from "./world";

const integration = "iot-to-quicksight";
const rule = "iot-to-quicksight-rule";
const delivery = "iot-to-quicksight-delivery-role";
const transformer = "iot-to-quicksight-transformer";

describeDenials(["iot-to-quicksight"], ({ denied, unseen }) => {
  let world: World;
  /** The reading that each test has set aside, by device, for the operator to bring back at the end. */
  const published = new Map<string, number>();

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-quicksight");
    await world.deployment.idle();
  });

  const message = (device: string) => {
    const reading = readingOf(device);
    published.set(device, reading.timestamp);
    return reading;
  };
  const toLake: RuleUnderTest = {
    rule,
    integration,
    message,
    async arrived(device) {
      assert.deepEqual(await timesIn(world, device), [published.get(device)]);
    },
  };
  /** Publishes without statements and returns what is in the failures queue then. */
  const setAsideWithout = async (statements: string[], name: string, payload?: Buffer) => {
    const device = await world.device(name);
    const bytes = await without(world, statements, async () => {
      const sent = await device.publish(payload ?? message(device.name));
      await world.deployment.idle();
      await setAside(world, integration, device.name);
      return sent;
    });
    const kept = await setAside(world, integration, device.name);
    assert.deepEqual(kept.sent, [{ topic: device.topic, payload: bytes.toString("base64") }]);
    assert.equal(kept.objects.length, 1);
    assert.deepEqual(await timesIn(world, device.name), []);
    return kept.objects.map(({ key }) => key.split("/")[1]);
  };

  denied(
    `${rule}-role/PutToDeliveryStream`,
    "the rule keeps what the delivery stream does not take",
    async () => {
      const device = "no-put-to-lake";
      const [statement, failedAction] = ["PutToDeliveryStream", "FirehoseAction"];
      const action = "firehose:PutRecord";
      await keptWithout(world, toLake, { statement, failedAction, action, device });
      assert.deepEqual(await timesIn(world, device), []);
    },
  );

  denied(
    `${rule}-role/SendToQueueOnError`,
    "what the delivery stream does not take is lost, and counted",
    () => lostWithout(world, toLake, "PutToDeliveryStream"),
  );

  denied(`${delivery}/WriteObjects`, "records wait in the stream until it is back", async () => {
    const device = await world.device("no-write-lake");
    let flushing: Promise<unknown> | undefined;
    await without(world, [`${delivery}/WriteObjects`], async () => {
      const warned = denialWarned(world, "delivery stream", "s3:PutObject");
      await device.publish(message(device.name));
      flushing = world.deployment.idle();
      await warned;
    });
    await flushing;
    assert.deepEqual(await timesIn(world, device.name), [published.get(device.name)]);
  });

  denied(`${delivery}/ReadSchema`, "records are set aside below the error prefix", async () => {
    const kinds = await setAsideWithout([`${delivery}/ReadSchema`], "no-read-schema");
    assert.deepEqual(kinds, ["format-conversion-failed"]);
  });

  denied(`${delivery}/Transform`, "records are set aside below the error prefix", async () => {
    const kinds = await setAsideWithout([`${delivery}/Transform`], "no-transform");
    assert.deepEqual(kinds, ["processing-failed"]);
  });

  denied(`${delivery}/WriteLogs`, "records are set aside, but the log has no error", async () => {
    const warned = denialWarned(world, "delivery stream", "logs:PutLogEvents");
    const statements = [`${delivery}/WriteLogs`, `${delivery}/Transform`];
    await setAsideWithout(statements, "no-log-errors");
    await warned;
  });

  denied(
    `${transformer}-role/Quarantine`,
    "an invalid message is set aside below the error prefix",
    async () => {
      const since = Date.now();
      const kinds = await setAsideWithout(
        [`${transformer}-role/Quarantine`],
        "no-quarantine-lake",
        Buffer.from("hello"),
      );
      assert.deepEqual(kinds, ["processing-failed"]);
      await assertLogged(world, transformer, {
        since,
        message: "the quarantine is out of reach",
        error: /^AccessDenied.* sqs:SendMessage/,
      });
    },
  );

  unseen(
    {
      [`${transformer}-role/WriteLogs`]: "the emulator writes the functions' logs itself",
      [`${delivery}/FindBucket`]: "only AWS looks for the bucket before it writes",
    },
    async () => {
      const device = await world.device("unseen-lake");
      await device.publish(message(device.name));
      await toLake.arrived(device.name);
    },
  );

  it("has every message in the lake after the redrive, exactly once", async () => {
    const before = await refusedBy(world, transformer, "no-quarantine-lake");
    const { code, lines } = await redrive(world, integration);
    assert.deepEqual([code, lines.at(-1)], [0, "5 redriven, 0 left"], lines.join("\n"));
    for (const device of ["no-put-to-lake", "no-read-schema", "no-transform", "no-log-errors"])
      await toLake.arrived(device);
    await eventually("the invalid message in the quarantine", async () =>
      one(await quarantinedFrom(world, integration, "no-quarantine-lake")),
    );
    // Other integrations have quarantined it, too.
    const reasons = await refused(world, transformer, "no-quarantine-lake", before.length + 1);
    assert.deepEqual([...new Set(reasons)], ["not-json"]);
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
    assert.deepEqual(await keysIn(world, "errors/"), []);
  });
});
