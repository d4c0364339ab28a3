import * as assert from "node:assert/strict";
import { readSettings } from "../../../functions/camera-to-rekognition/analyser";
import { eventOf, imageIdOf } from "../../../functions/camera-to-rekognition/image";
import { analyse, failed, imageOf, refusal, settings, uploadedAt, worldOf } from "./world";

describe("The analyser of camera-to-rekognition", () => {
  it("keeps the labels of an image and alerts about the chosen one at night", async () => {
    const labels = [
      { name: "Person", confidence: 98.76 },
      { name: "Car", confidence: 91 },
    ];
    const world = worldOf({ labels });
    const { answer, counts } = await analyse(world, [imageOf()]);
    assert.deepEqual(answer, failed());
    assert.deepEqual([...world.stored.values()], [{ labels, modelVersion: "3.0" }]);
    const [alert, ...others] = world.published;
    assert.deepEqual(others, []);
    assert.equal(alert?.subject, "Camera cam-1 sees Person");
    const { email, sms, https } = JSON.parse(alert.message) as Record<string, string>;
    assert.deepEqual(email?.split("\n"), [
      "Camera cam-1 sees Person (98.8 %).",
      "",
      'Image: "images/cam-1/1(.)jpg" in bucket pictures.',
      "Time: 2026-11-24 23:30:00 UTC.",
    ]);
    assert.equal(sms, "Camera cam-1 sees Person: 2026-11-24 23:30:00 UTC");
    assert.deepEqual(JSON.parse(https ?? ""), {
      deviceId: "cam-1",
      timestamp: uploadedAt,
      labels: [labels[0]],
      image: { bucket: "pictures", key: "images/cam-1/1(.)jpg", versionId: "v1" },
    });
    assert.deepEqual(counts, {
      ...{ Received: 1, Stored: 1, Duplicates: 0, Muted: 0, Quarantined: 0, Failed: 0 },
    });
  });

  it("does not alert by day, or about other labels", async () => {
    const day = worldOf();
    await analyse(day, [imageOf({ uploadedAt: Date.UTC(2026, 10, 24, 12) })]);
    const other = worldOf({ labels: [{ name: "Tree", confidence: 99 }] });
    await analyse(other, [imageOf()]);
    assert.deepEqual([day.published, other.published], [[], []]);
    assert.deepEqual([day.stored.size, other.stored.size], [1, 1]);
  });

  it("keeps an image on which it finds nothing", async () => {
    const world = worldOf({ labels: [] });
    const { counts } = await analyse(world, [imageOf()]);
    assert.deepEqual([...world.stored.values()], [{ labels: [], modelVersion: "3.0" }]);
    assert.equal(counts?.Stored, 1);
  });

  it("has an image analysed once that is announced twice, at once or later, and alerts once", async () => {
    const world = worldOf();
    const first = await analyse(world, [imageOf(), imageOf()]);
    const later = await analyse(world, [imageOf()]);
    assert.equal(world.detected.length, 1);
    assert.equal(world.published.length, 1);
    assert.deepEqual([first.counts?.Stored, first.counts?.Duplicates], [1, 1]);
    assert.deepEqual([later.counts?.Stored, later.counts?.Duplicates], [0, 1]);
    assert.deepEqual([first.answer, later.answer], [failed(), failed()]);
  });

  it("analyses each version of an image that is overwritten, in whatever order they are announced", async () => {
    const world = worldOf();
    const versions = ["v2", "v1"].map((versionId) => imageOf({ versionId }));
    await analyse(world, versions);
    assert.deepEqual(
      world.detected.map(({ versionId }) => versionId),
      ["v2", "v1"],
    );
    assert.equal(world.stored.size, 2);
  });

  it("mutes a condition that lasts and says so in the next alert", async () => {
    const world = worldOf();
    const { counts } = await analyse(
      world,
      [0, 1, 2].map((minutes) =>
        imageOf({ versionId: `v${minutes}`, uploadedAt: uploadedAt + minutes * 60_000 }),
      ),
    );
    assert.deepEqual([counts?.Stored, counts?.Muted], [3, 2]);
    await analyse(world, [imageOf({ versionId: "later", uploadedAt: uploadedAt + 3 * 3_600_000 })]);
    assert.equal(world.published.length, 2);
    assert.match(
      world.published[1]?.message ?? "",
      /2 more images were muted since the last alert of this device\./,
    );
  });

  it("returns an image whose alert was not published, and does not have it analysed again", async () => {
    const world = worldOf();
    const { publish } = world;
    world.publish = () => Promise.reject(refusal("Throttled"));
    const first = await analyse(world, [imageOf(), imageOf({ key: "images/cam-1/2.jpg" })]);
    // The second one does not change the condition of the camera.
    assert.deepEqual(first.answer, failed(1));
    world.publish = publish;
    const second = await analyse(world, [imageOf()]);
    assert.deepEqual(second.answer, failed());
    assert.deepEqual([world.detected.length, world.published.length], [2, 1]);
  });

  for (const name of [
    "ThrottlingException",
    "ProvisionedThroughputExceededException",
    "InternalServerError",
    "LimitExceededException",
    "AccessDeniedException",
    "ResourceNotFoundException",
  ])
    it(`returns exactly the image for which Rekognition answers ${name}`, async () => {
      const world = worldOf();
      const { detect } = world;
      world.detect = (image) =>
        image.versionId === "v2" ? Promise.reject(refusal(name)) : detect(image);
      const images = ["v1", "v2", "v3"].map((versionId) => imageOf({ versionId }));
      const { answer, counts } = await analyse(world, images);
      assert.deepEqual(answer, failed(2));
      assert.deepEqual(world.entries, []);
      assert.deepEqual([counts?.Stored, counts?.Failed], [2, 1]);
    });

  it("returns an image whose labels the table does not take", async () => {
    const world = worldOf();
    world.table.store = () => Promise.reject(refusal("ProvisionedThroughputExceededException"));
    const { answer } = await analyse(world, [imageOf()]);
    assert.deepEqual([answer, world.published, world.entries], [failed(1), [], []]);
  });

  it("fails as a whole while the table cannot be read, before any call is billed", async () => {
    const world = worldOf();
    world.table.known = () => Promise.reject(refusal("AccessDeniedException"));
    await assert.rejects(analyse(world, [imageOf()]), /AccessDeniedException/);
    assert.deepEqual(world.detected, []);
  });

  it("calls Rekognition for two images at a time", async () => {
    const world = worldOf();
    const { detect } = world;
    let [running, most] = [0, 0];
    world.detect = async (image) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      return detect(image);
    };
    await analyse(
      world,
      Array.from({ length: 10 }, (_, nth) => imageOf({ versionId: `v${nth}` })),
    );
    assert.deepEqual([most, world.stored.size], [2, 10]);
  });

  it("reads its settings from the environment, and refuses a missing one", () => {
    const env = {
      IMAGES_BUCKET_NAME: "pictures",
      IMAGES_PREFIX: "images/",
      MIN_CONFIDENCE: "80",
      MAX_LABELS: "20",
      LABELS_TABLE_NAME: "unused",
      KEEP_DAYS: "30",
      ALERT_LABELS: '["Person","Dog"]',
      ALERT_HOURS: "22-6",
      TIME_ZONE: "UTC",
      ALERTS_TOPIC_ARN: "unused",
      QUARANTINE_QUEUE_URL: "unused",
      GATE_TABLE_NAME: "unused",
      GATE_LIMITS: JSON.stringify(settings.gateLimits),
    };
    assert.deepEqual(readSettings(env), settings);
    for (const name of Object.keys(env))
      assert.throws(() => readSettings({ ...env, [name]: undefined }), new RegExp(name));
  });

  it("reads the event that a redrive writes as that of S3", () => {
    const image = imageOf();
    assert.equal(imageIdOf(image), imageIdOf({ ...image, uploadedAt: 0, size: 1 }));
    assert.match(eventOf(image), /"version-id":"v1"/);
  });
});
