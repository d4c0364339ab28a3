import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { averagesOf, counted, integration, lastMinute } from "./averages";
import { describeDenials } from "./denials";
import { eventually, one } from "./eventually";
import { assertLogged, refused, refusedBy } from "./functions";
import { redrive } from "./operator";
import { denialWarned, without } from "./permissions";
import { held, quarantinedFrom, setAside, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import { deployed, type World } from "./world";

const aggregator = "iot-to-analytics-aggregator";
const role = `${aggregator}-role`;

describeDenials(["iot-to-analytics"], ({ denied, unseen }) => {
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-analytics");
    await world.deployment.idle();
  });

  const hot = (device: string) => readingOf(device, { timestamp: lastMinute(), temperature: 91 });

  /** Sends a reading without a statement; its records are set aside with the reason in the log. */
  async function setAsideWithout(statement: string, name: string, error: RegExp): Promise<void> {
    const device = await world.device(name);
    const since = Date.now();
    await without(world, [`${role}/${statement}`], async () => {
      const sent = await device.publish(hot(name));
      const { sent: kept } = await setAside(world, integration, name);
      assert.ok(kept.some(({ payload }) => payload === sent.toString("base64")));
    });
    await assertLogged(world, aggregator, { since, message: "window not written", error });
  }

  denied(
    `${role}/WriteAverages`,
    "the records of the window are in the failures queue",
    async () => {
      await setAsideWithout(
        "WriteAverages",
        "no-write-averages",
        /^AccessDenied.*dynamodb:PutItem/,
      );
      assert.deepEqual(await averagesOf(world, "no-write-averages"), []);
    },
  );

  denied(`${role}/Publish`, "the records of the window are in the failures queue", async () => {
    await setAsideWithout("Publish", "no-publish-average", /^ForbiddenException/);
    await counted(world, "no-publish-average", 1);
  });

  denied(
    `${role}/SetAsideWindows`,
    "a window that is not written is tried again until it is",
    async () => {
      const device = await world.device("no-set-aside-windows");
      const since = Date.now();
      await without(world, [`${role}/SetAsideWindows`, `${role}/WriteAverages`], async () => {
        await device.publish(hot(device.name));
        const error = /AccessDenied.*dynamodb:PutItem/;
        await assertLogged(world, aggregator, { since, message: "window not written", error });
      });
      await eventually(
        "the window to be written or set aside",
        async () =>
          (await averagesOf(world, device.name)).length > 0 ||
          (await setAsideFrom(world, integration, device.name)).length > 0,
      );
    },
  );

  denied(`${role}/Quarantine`, "an invalid record goes to S3", async () => {
    const device = await world.device("no-quarantine-analytics");
    const since = Date.now();
    const bytes = await without(world, [`${role}/Quarantine`], async () => {
      const sent = await device.publish(Buffer.from("hello"));
      await setAside(world, integration, device.name);
      return sent;
    });
    const { sent, objects } = await setAside(world, integration, device.name);
    assert.deepEqual(sent, [{ topic: device.topic, payload: bytes.toString("base64") }]);
    assert.equal(objects.length, 1);
    const error = /^AccessDenied.* sqs:SendMessage/;
    const message = "the quarantine is out of reach";
    await assertLogged(world, aggregator, { since, message, error });
  });

  denied(`${role}/ReadStream`, "records wait in the stream until it is back", async () => {
    const device = await world.device("no-read-stream-analytics");
    await without(world, [`${role}/ReadStream`], async () => {
      const warned = denialWarned(world, "stream mapping", "kinesis:Get");
      await device.publish(hot(device.name));
      await warned;
      assert.deepEqual(await averagesOf(world, device.name), []);
    });
    await counted(world, device.name, 1);
  });

  denied(
    `${role}/SetAsideRecords`,
    "a failed record holds its shard until it is back",
    async () => {
      const device = await world.device("no-set-aside-analytics");
      await without(world, [`${role}/SetAsideRecords`, `${role}/Quarantine`], async () => {
        const warned = denialWarned(world, "stream mapping", "s3:PutObject");
        await device.publish(Buffer.from("hello"));
        await warned;
        assert.deepEqual(await setAsideFrom(world, integration, device.name), []);
      });
      await setAside(world, integration, device.name);
    },
  );

  unseen(
    {
      [`${role}/WriteLogs`]: "the emulator writes the functions' logs itself",
      [`${role}/FindFailuresBucket`]: "only AWS looks for the bucket before it writes",
    },
    async () => {
      const device = await world.device("unseen-analytics");
      await device.publish(hot(device.name));
      await counted(world, device.name, 1);
    },
  );

  it("has every message in its place after the redrive, exactly once", async () => {
    const invalid = ["no-quarantine-analytics", "no-set-aside-analytics"];
    const attempts = new Map<string, unknown[]>();
    for (const device of invalid) attempts.set(device, await refusedBy(world, aggregator, device));
    const { code, lines } = await redrive(world, integration);
    assert.equal(code, 0, lines.join("\n"));
    for (const device of ["no-write-averages", "no-publish-average", "no-set-aside-windows"])
      await counted(world, device, 1);
    for (const device of invalid) {
      await eventually("the invalid message in the quarantine", async () =>
        one(await quarantinedFrom(world, integration, device)),
      );
      // Other integrations have quarantined it, too.
      const before = attempts.get(device)?.length ?? 0;
      const reasons = await refused(world, aggregator, device, before + 1);
      assert.deepEqual([...new Set(reasons)], ["not-json"]);
    }
    await world.deployment.idle();
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });
});
