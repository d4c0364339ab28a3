import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { describeDenials } from "./denials";
import { eventually, one } from "./eventually";
import { assertLogged, refused, refusedBy } from "./functions";
import { redrive } from "./operator";
import { denialWarned, without } from "./permissions";
import { held, quarantinedFrom, setAside, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import { databaseOf, rowsOf, stored, timesOf, tokenOf } from "./time-series";
import { deployed, type World } from "./world";

const integration = "iot-to-timestream";
const writer = "iot-to-timestream-writer";
const role = `${writer}-role`;

describeDenials(["iot-to-timestream"], ({ denied, unseen }) => {
  let world: World;
  const published = new Map<string, number>();

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-timestream");
    await world.deployment.idle();
  });

  const message = (device: string) => {
    const reading = readingOf(device);
    published.set(device, reading.timestamp);
    return reading;
  };

  denied(
    `${role}/ReadCredentials`,
    "the record goes to S3 after its retries, once the token is no longer valid",
    async () => {
      const device = await world.device("no-read-credentials");
      const [since, token] = [Date.now(), await tokenOf(world)];
      const bytes = await without(world, [`${role}/ReadCredentials`], async () => {
        databaseOf(world).setToken("rotated");
        const sent = await device.publish(message(device.name));
        await setAside(world, integration, device.name);
        return sent;
      });
      databaseOf(world).setToken(token);
      const { sent, objects } = await setAside(world, integration, device.name);
      assert.deepEqual(sent, [{ topic: device.topic, payload: bytes.toString("base64") }]);
      assert.equal(objects.length, 1);
      await assertLogged(world, writer, {
        since,
        message: "readings not written",
        error: /^AccessDenied.* secretsmanager:GetSecretValue /,
      });
      assert.deepEqual(rowsOf(world, device.name), []);
    },
  );

  denied(`${role}/Quarantine`, "an invalid record goes to S3", async () => {
    const device = await world.device("no-quarantine-timestream");
    const since = Date.now();
    const bytes = await without(world, [`${role}/Quarantine`], async () => {
      const sent = await device.publish(Buffer.from("hello"));
      await setAside(world, integration, device.name);
      return sent;
    });
    const { sent, objects } = await setAside(world, integration, device.name);
    assert.deepEqual(sent, [{ topic: device.topic, payload: bytes.toString("base64") }]);
    assert.equal(objects.length, 1);
    await assertLogged(world, writer, {
      since,
      message: "the quarantine is out of reach",
      error: /^AccessDenied.* sqs:SendMessage/,
    });
  });

  denied(`${role}/ReadStream`, "records wait in the stream until it is back", async () => {
    const device = await world.device("no-read-stream-timestream");
    await without(world, [`${role}/ReadStream`], async () => {
      const warned = denialWarned(world, "stream mapping", "kinesis:Get");
      await device.publish(message(device.name));
      await warned;
      assert.deepEqual(rowsOf(world, device.name), []);
    });
    await stored(world, device.name, 1);
  });

  denied(
    `${role}/SetAsideRecords`,
    "a failed record holds its shard until it is back",
    async () => {
      const device = await world.device("no-set-aside-timestream");
      await without(world, [`${role}/SetAsideRecords`], async () => {
        databaseOf(world).refuse();
        const warned = denialWarned(world, "stream mapping", "s3:PutObject");
        await device.publish(message(device.name));
        await warned;
        databaseOf(world).accept();
        assert.deepEqual(await setAsideFrom(world, integration, device.name), []);
      });
      await setAside(world, integration, device.name);
      assert.deepEqual(rowsOf(world, device.name), []);
    },
  );

  unseen(
    {
      [`${role}/WriteLogs`]: "the emulator writes the functions' logs itself",
      [`${role}/FindFailuresBucket`]: "only AWS looks for the bucket before it writes",
      [`${role}/JoinSubnets`]: "functions of this machine are in no network",
      [`${role}/ManageInterfaces`]: "functions of this machine are in no network",
      [`${role}/DescribeNetwork`]: "functions of this machine are in no network",
      [`${role}/DenyNetworkToCode`]: "functions of this machine are in no network",
    },
    async () => {
      const device = await world.device("unseen-timestream");
      await device.publish(message(device.name));
      await stored(world, device.name, 1);
    },
  );

  it("has every message in its sink after the redrive, exactly once", async () => {
    const before = await refusedBy(world, writer, "no-quarantine-timestream");
    const { code, lines } = await redrive(world, integration);
    assert.equal(code, 0, lines.join("\n"));
    for (const device of ["no-read-credentials", "no-set-aside-timestream"]) {
      await stored(world, device, 1);
      assert.deepEqual(timesOf(world, device), [published.get(device)]);
    }
    const entry = await eventually("the invalid message in the quarantine", async () =>
      one(await quarantinedFrom(world, integration, "no-quarantine-timestream")),
    );
    assert.equal(entry.reason, "not-json");
    // Other integrations have quarantined it, too.
    const reasons = await refused(world, writer, "no-quarantine-timestream", before.length + 1);
    assert.deepEqual([...new Set(reasons)], ["not-json"]);
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
  });
});
