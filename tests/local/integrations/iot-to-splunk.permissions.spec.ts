import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { describeDenials } from "./denials";
import { keptWithout, lostWithout, type RuleUnderTest } from "./error-actions";
import { eventually, one } from "./eventually";
import { assertLogged, refused, refusedBy } from "./functions";
import { redrive } from "./operator";
import { denialWarned, without } from "./permissions";
import { held, quarantinedFrom, setAside, setAsideFrom } from "./queues";
import { readingOf } from "./readings";
import { eventsOf, failedBatches, indexed, integration } from "./splunk";
import { deployed, type World } from "./world";

const rule = "iot-to-splunk-rule";
const transformer = "iot-to-splunk-transformer";
const role = `${transformer}-role`;
const stream = "iot-to-splunk-stream-role";

describeDenials(["iot-to-splunk"], ({ denied, unseen }) => {
  let world: World;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-splunk");
    await world.deployment.idle();
  });

  const toStream: RuleUnderTest = {
    rule,
    integration,
    message: readingOf,
    arrived: (device) => indexed(world, device),
  };

  /** Publishes without a statement; returns the only failed batch that this leaves. */
  async function failedWithout(
    statement: string,
    name: string,
    payload: Buffer | object,
  ): Promise<[key: string, text: string]> {
    const device = await world.device(name);
    const before = await failedBatches(world);
    await without(world, [statement], async () => {
      await device.publish(payload);
      await world.deployment.idle();
    });
    await setAside(world, integration, name);
    const [batch, ...others] = [...(await failedBatches(world))].filter(
      ([key]) => !before.has(key),
    );
    assert.ok(batch);
    assert.deepEqual(others, []);
    assert.deepEqual(eventsOf(world, name), []);
    return batch;
  }

  denied(
    `${rule}-role/PutToDeliveryStream`,
    "the rule keeps what the stream does not take",
    async () => {
      const device = "no-put-to-splunk";
      const statement = "PutToDeliveryStream";
      const [failedAction, action] = ["FirehoseAction", "firehose:PutRecord"];
      await keptWithout(world, toStream, { statement, failedAction, action, device });
      assert.deepEqual(eventsOf(world, device), []);
    },
  );

  denied(
    `${rule}-role/SendToQueueOnError`,
    "what the stream does not take is lost, and counted",
    () => lostWithout(world, toStream, "PutToDeliveryStream"),
  );

  denied(`${stream}/Transform`, "the stream stores the original message", async () => {
    const name = "no-transform-splunk";
    const [key, text] = await failedWithout(`${stream}/Transform`, name, readingOf(name));
    assert.match(key, /^processing-failed\//);
    assert.match(text, /"errorCode":"Lambda.InvokeAccessDenied"/);
  });

  denied(`${stream}/ReadToken`, "the stream stores the event", async () => {
    const name = "no-read-token";
    const [key, text] = await failedWithout(`${stream}/ReadToken`, name, readingOf(name));
    assert.match(key, /^splunk-failed\//);
    assert.match(text, /AccessDenied.*secretsmanager:GetSecretValue/);
  });

  denied(`${stream}/WriteObjects`, "the stream keeps what it cannot store, and warns", async () => {
    const device = await world.device("no-set-aside");
    const { splunk } = world.platform;
    splunk.answer("broken");
    await without(world, [`${stream}/WriteObjects`], async () => {
      const warned = denialWarned(world, "delivery stream", "s3:PutObject");
      await device.publish(readingOf(device.name));
      const settled = world.deployment.idle();
      await warned;
      return { settled };
    });
    splunk.answer("healthy");
    await world.deployment.idle();
    await setAside(world, integration, device.name);
  });

  denied(`${role}/Quarantine`, "the stream stores an invalid message", async () => {
    const since = Date.now();
    const name = "no-quarantine-splunk";
    const [key, text] = await failedWithout(`${role}/Quarantine`, name, Buffer.from([0xff]));
    assert.match(key, /^processing-failed\//);
    assert.match(text, /"errorCode":"Lambda.ProcessingFailedStatus"/);
    const logEntry = {
      since,
      message: "the quarantine is out of reach",
      error: /^AccessDenied.* sqs:SendMessage/,
    };
    await assertLogged(world, transformer, logEntry);
  });

  denied(`${stream}/WriteLogs`, "the log of the stream is incomplete, with a warning", async () => {
    const device = await world.device("no-stream-log");
    const { splunk } = world.platform;
    splunk.answer("broken");
    await without(world, [`${stream}/WriteLogs`], async () => {
      const warned = denialWarned(world, "delivery stream", "logs:PutLogEvents");
      await device.publish(readingOf(device.name));
      await world.deployment.idle();
      await warned;
    });
    splunk.answer("healthy");
    await setAside(world, integration, device.name);
  });

  unseen(
    {
      [`${role}/WriteLogs`]: "the emulator writes the functions' logs itself",
      [`${stream}/FindBucket`]:
        "the local delivery stream writes objects without looking for the bucket",
    },
    async () => {
      const { name, publish } = await world.device("unseen-splunk");
      await publish(readingOf(name));
      await indexed(world, name);
    },
  );

  it("has every message in its sink after the redrive, exactly once", async () => {
    const before = await refusedBy(world, transformer, "no-quarantine-splunk");
    const { code, lines } = await redrive(world, integration);
    assert.equal(code, 0, lines.join("\n"));
    assert.match(lines.at(-1) ?? "", /^\d+ redriven, 0 left$/);
    const devices = [
      "no-put-to-splunk",
      "no-transform-splunk",
      "no-read-token",
      "no-set-aside",
      "no-stream-log",
    ];
    for (const device of devices) await indexed(world, device);
    const entry = await eventually("the invalid message in the quarantine", async () =>
      one(await quarantinedFrom(world, integration, "no-quarantine-splunk")),
    );
    assert.equal(entry.reason, "not-utf8");
    // Other integrations have quarantined it, too.
    const reasons = await refused(world, transformer, "no-quarantine-splunk", before.length + 1);
    assert.deepEqual([...new Set(reasons)], ["not-utf8"]);
    assert.deepEqual(await held(world, world.outputs.of[integration]?.failuresUrl), []);
    assert.deepEqual(await setAsideFrom(world, integration, ...devices), []);
    assert.equal((await failedBatches(world)).size, 0);
  });
});
