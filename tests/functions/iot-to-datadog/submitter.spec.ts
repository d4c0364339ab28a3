import * as assert from "node:assert/strict";
import type { Answer } from "../../../functions/iot-to-datadog/intake";
import { envelopeOf, readingOf, receivedAt } from "../../support/events";
import { failed, intakeOf, pointsOf, submitter, taken, type Posted } from "./intake";

const second = receivedAt / 1000;
const minute = 60_000;
const body = (changes: Parameters<typeof readingOf>[0] = {}, at = receivedAt) => {
  const reading = readingOf(changes);
  return envelopeOf(reading, { deviceId: reading.deviceId, at });
};
const nothingElse = { Duplicates: 0, Quarantined: 0, Failed: 0 };

describe("The submitter of iot-to-datadog", () => {
  it("submits each number of a reading as a gauge with its unit, and how serious the reading is", async () => {
    const intake = intakeOf();
    const { answer, counts } = await submitter(intake)(body({ status: "warning" }));
    assert.deepEqual(answer, failed());
    const common = { type: 3, tags: ["device:pump-7", "site:none"] };
    const at = (value: number) => [{ timestamp: second, value }];
    assert.deepEqual(intake.posts[0]?.series, [
      { ...common, metric: "iot.temperature", unit: "degree celsius", points: at(21.5) },
      { ...common, metric: "iot.humidity", unit: "percent", points: at(40) },
      // Datadog has no unit of pressure.
      { ...common, metric: "iot.pressure", points: at(1013) },
      { ...common, metric: "iot.severity", points: at(1) },
    ]);
    assert.equal(intake.posts[0]?.apiKey, "first");
    assert.deepEqual(counts, { Received: 1, Stored: 1, ...nothingElse });
  });

  it("submits a thousand readings in one call", async () => {
    const intake = intakeOf();
    const bodies = Array.from({ length: 1000 }, (_, nth) =>
      body({ deviceId: `pump-${nth % 10}`, timestamp: receivedAt - Math.floor(nth / 10) * 1000 }),
    );
    const { answer, counts } = await submitter(intake)(...bodies);
    assert.deepEqual(answer, failed());
    assert.equal(intake.posts.length, 1);
    assert.equal(new Set(pointsOf(intake.posts)).size, 4000);
    assert.deepEqual(counts, { Received: 1000, Stored: 1000, ...nothingElse });
  });

  it("submits the points of one device in one series, whatever their order", async () => {
    const intake = intakeOf();
    const times = [2000, 0, 1000].map((later) => body({ timestamp: receivedAt + later }));
    await submitter(intake)(...times);
    const [temperature] = intake.posts[0]?.series ?? [];
    assert.deepEqual(temperature?.points, [
      { timestamp: second + 2, value: 21.5 },
      { timestamp: second, value: 21.5 },
      { timestamp: second + 1, value: 21.5 },
    ]);
  });

  it("submits the latest reading of a device's second, since Datadog keeps one", async () => {
    const intake = intakeOf();
    const { counts } = await submitter(intake)(
      body({ timestamp: receivedAt + 500, temperature: 30 }),
      body({ timestamp: receivedAt + 100, temperature: 20 }),
    );
    assert.equal(pointsOf(intake.posts)[0], `iot.temperature device:pump-7,site:none ${second} 30`);
    assert.deepEqual(counts, { Received: 2, Stored: 2, ...nothingElse });
  });

  it("counts repetitions, and submits them once", async () => {
    const intake = intakeOf();
    const { answer, counts } = await submitter(intake)(body(), body(), body());
    assert.deepEqual(answer, failed());
    assert.equal(pointsOf(intake.posts).length, 4);
    assert.deepEqual(counts, { Received: 3, Stored: 3, ...nothingElse, Duplicates: 2 });
  });

  it("quarantines an invalid message without a retry", async () => {
    const intake = intakeOf();
    const { answer, counts } = await submitter(intake)(envelopeOf("no reading"), body());
    assert.deepEqual(answer, failed());
    assert.deepEqual(
      intake.quarantined.map(({ reason }) => reason),
      ["not-an-object"],
    );
    assert.deepEqual(counts, { Received: 2, Stored: 1, ...nothingElse, Quarantined: 1 });
  });

  it("makes no call without points", async () => {
    const intake = intakeOf();
    await submitter(intake)(envelopeOf("no reading"));
    await submitter(intake)();
    assert.deepEqual([intake.posts, intake.secretReads], [[], 0]);
  });
});

describe("The age of points", () => {
  it("quarantines a reading that Datadog would drop, with its bytes, before it is sent", async () => {
    const intake = intakeOf();
    intake.clock.at = receivedAt + 59 * minute + 1;
    const { answer, counts } = await submitter(intake)(body());
    assert.deepEqual(answer, failed());
    assert.deepEqual(intake.posts, []);
    assert.deepEqual(intake.quarantined, [
      {
        reason: "too-old-for-datadog",
        detail: `timestamp is ${receivedAt}, more than 59 minutes before ${intake.clock.at}, when it was to be submitted; Datadog drops points of more than an hour ago.`,
        ...(JSON.parse(body()) as object),
      },
    ]);
    assert.deepEqual(counts, { Received: 1, Stored: 0, ...nothingElse, Quarantined: 1 });
  });

  it("submits a reading of exactly 59 minutes ago", async () => {
    const intake = intakeOf();
    intake.clock.at = receivedAt + 59 * minute;
    await submitter(intake)(body());
    assert.deepEqual([intake.posts.length, intake.quarantined], [1, []]);
  });

  it("returns a reading of more than nine minutes ahead until its time has come", async () => {
    const intake = intakeOf();
    const submit = submitter(intake);
    intake.clock.at = receivedAt - 9 * minute - 1;
    assert.deepEqual((await submit(body())).answer, failed(1));
    intake.clock.at += 1;
    assert.deepEqual((await submit(body())).answer, failed());
    assert.equal(intake.posts.length, 1);
  });

  it("returns an old reading that the quarantine does not take", async () => {
    const intake = intakeOf();
    intake.clock.at = receivedAt + 60 * minute;
    intake.quarantine = async () => [0];
    const { answer, counts } = await submitter(intake)(body());
    assert.deepEqual(answer, failed(1));
    assert.deepEqual(counts, { Received: 1, Stored: 0, ...nothingElse, Failed: 1 });
  });
});

describe("Series by site", () => {
  const of = (deviceId: string, temperature: number, timestamp = receivedAt) =>
    body({ deviceId, temperature, timestamp });

  it("have the mean, the least and the greatest value of the site's devices in a second", async () => {
    const intake = intakeOf();
    await submitter(intake, { byDevice: false })(
      of("acme:1", 10),
      of("acme:2", 20),
      of("other:1", 50),
      of("acme:1", 30, receivedAt + 1000),
      of("acme:1", 10),
    );
    assert.deepEqual(
      pointsOf(intake.posts).filter((line) => line.startsWith("iot.temperature")),
      [
        `iot.temperature site:acme ${second} 15`,
        `iot.temperature site:acme ${second + 1} 30`,
        `iot.temperature.min site:acme ${second} 10`,
        `iot.temperature.min site:acme ${second + 1} 30`,
        `iot.temperature.max site:acme ${second} 20`,
        `iot.temperature.max site:acme ${second + 1} 30`,
        `iot.temperature site:other ${second} 50`,
        `iot.temperature.min site:other ${second} 50`,
        `iot.temperature.max site:other ${second} 50`,
      ],
    );
  });

  it("never divide a second between two payloads", async () => {
    const refuse = (posted: Posted): Answer =>
      pointsOf([posted]).some((line) => line.endsWith(" 99"))
        ? { status: 400, text: '{"errors":["bad"]}' }
        : taken;
    const intake = intakeOf(refuse);
    const seconds = [0, 1, 2, 3].flatMap((nth) => {
      const at = receivedAt + nth * 1000;
      return [of("acme:1", 10, at), of("acme:2", nth === 2 ? 99 : 20, at)];
    });
    const { answer } = await submitter(intake, { byDevice: false })(...seconds);
    assert.deepEqual(answer, failed());
    const stored_ = intake.posts.filter((posted) => refuse(posted) === taken);
    const stored = pointsOf(stored_).filter((line) => line.startsWith("iot.temperature site"));
    assert.deepEqual(
      stored.sort(),
      [0, 1, 3].map((nth) => `iot.temperature site:acme ${second + nth} 15`),
    );
    // Both readings of the second that was refused.
    assert.deepEqual(
      intake.aside.map(({ deviceId }) => deviceId),
      ["acme:1", "acme:2"],
    );
  });
});
