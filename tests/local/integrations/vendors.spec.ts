import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { startAudit, type Audit } from "../../../local/audit/audit";
import type { Mood as DatadogMood } from "../../../local/doubles/datadog";
import type { Mood as SplunkMood } from "../../../local/doubles/splunk";
import { renderTable } from "../../../local/report/table";
import { directory, installMilliseconds } from "../../support/emulator";
import type { Device } from "./device";
import { eventually } from "./eventually";
import { redrive } from "./operator";
import { readingOf } from "./readings";
import { eventsOf, failedBatches } from "./splunk";
import { deployed, type World } from "./world";

const vendors = ["iot-to-splunk", "iot-to-datadog"] as const;

/** What both doubles answer while a part of the load is published, and the status by which Datadog's is known. */
const outages: [mood: DatadogMood & SplunkMood, status: number][] = [
  ["down", 0],
  ["busy", 503],
  ["throttled", 429],
  ["garbage", 202],
];

const readingsPerDevice = 10;

describe("The account of Splunk and Datadog over an outage", function () {
  this.timeout(120_000);
  let world: World;
  let audit: Audit | undefined;
  let devices: Device[];
  let seconds = 0;

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed("iot-to-splunk");
    for (const { type, name, plain } of world.deployment.resources)
      if (type === "aws:iot/topicRule:TopicRule" && name.startsWith("iot-to-datadog"))
        world.platform.iotCore.setRuleEnabled(plain.name as string, true);
    devices = [await world.device("vendors-1"), await world.device("vendors-2")];
    await world.deployment.idle();
    const { platform, deployment, outputs } = world;
    const parts = ["alarms", ...vendors];
    const of = Object.fromEntries(parts.map((part) => [part, outputs.of[part]]));
    audit = await startAudit({
      ...{ platform, deployment, outputs: { ...outputs, of } },
      fleet: { acks: () => [] } as unknown as Parameters<typeof startAudit>[0]["fleet"],
    });
  });
  after(() => audit?.close());
  afterEach(() => answer("healthy"));

  const answer = (mood: DatadogMood & SplunkMood): void => {
    world.platform.splunk.answer(mood);
    world.platform.datadog.answer(mood);
  };

  async function publish(device: Device, payload: object | Buffer, kind: string): Promise<Buffer> {
    const bytes = await device.publish(payload);
    audit?.published({ deviceId: device.name, payload: bytes, kind });
    return bytes;
  }

  /** Publishes readings, each of its own second, one of them twice, and an invalid message. */
  async function publishPart(): Promise<void> {
    const [first] = devices as [Device];
    for (const device of devices)
      for (let nth = 0; nth < readingsPerDevice; nth += 1) {
        const timestamp = (Math.floor(Date.now() / 1000) - 600 + ++seconds) * 1000;
        const bytes = await publish(device, readingOf(device.name, { timestamp }), "valid");
        if (device === first && nth === 0) await publish(device, bytes, "repeated");
      }
    await publish(first, Buffer.from(`no reading ${seconds}`), "invalid");
  }

  it("loses nothing and has nothing twice, with the vendors down, busy, throttling and answering garbage in turn, then a redrive", async () => {
    const { splunk, datadog } = world.platform;
    await publishPart();
    // Acknowledged, too: what is in the index without an acknowledgement is delivered again.
    await world.deployment.idle();
    assert.equal(indexed(), 21);
    for (const [mood, status] of outages) {
      answer(mood);
      const [asked, called] = [splunk.answered().length, datadog.answered().length];
      await publishPart();
      await eventually(
        `answers of both while they are ${mood}`,
        () => splunk.answered().length > asked && datadog.answered().slice(called).includes(status),
      );
    }
    await eventually("what Splunk did not take in the bucket", async () => {
      const objects = [...(await failedBatches(world)).values()];
      return objects.flatMap((text) => text.trim().split("\n")).length === 21 * outages.length;
    });
    answer("healthy");
    await publishPart();
    await eventually("the last readings in the index", () => indexed() === 42);
    const { code, lines } = await redrive(world, "iot-to-splunk");
    assert.equal(code, 0, lines.join("\n"));
    // What Datadog did not take waits in the work queue, or is set aside if the outage lasted for all its deliveries.
    await world.deployment.idle();
    const again = await redrive(world, "iot-to-datadog");
    assert.equal(again.code, 0, again.lines.join("\n"));
    assert.match(String(again.lines.at(-1)), /^\d+ redriven, 0 left$/);
    await world.deployment.idle();

    assert.ok(audit);
    const { rows, sentences, passed } = await audit.conclude();
    const account = [...renderTable(rows, "lost"), ...sentences];
    console.log(account.map((line) => `      ${line}`).join("\n"));
    assert.ok(passed);
    const parts = outages.length + 2;
    const found = {
      published: 22 * parts,
      repeated: parts,
      stored: 20 * parts,
      quarantined: parts,
    };
    for (const { integration: _, matched: __, ...row } of rows)
      assert.deepEqual(row, { ...found, muted: 0, setAside: 0, rest: 0 });
    assert.deepEqual(
      rows.map(({ integration }) => integration),
      vendors,
    );
    // Each publish is one event: the repetitions, too, and nothing that was redriven is there twice.
    assert.equal(indexed(), 21 * parts);
    for (const vendor of vendors) {
      const page = fs.readFileSync(path.join(directory, `docs/integrations/${vendor}.md`), "utf8");
      assert.ok(page.includes(account.join("\n")), `${vendor}.md has another account`);
    }
  });

  const indexed = (): number =>
    devices.reduce((sum, { name }) => sum + eventsOf(world, name).length, 0);
});
