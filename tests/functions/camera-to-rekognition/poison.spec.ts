import * as assert from "node:assert/strict";
import type { Evidence } from "../../../functions/camera-to-rekognition/refusal";
import type { Image } from "../../../functions/camera-to-rekognition/image";
import { analyse, failed, imageOf, refusal, uploadedAt, worldOf } from "./world";

const bad = imageOf({ key: "images/cam-1/bad.jpg" });
const batch = [imageOf(), bad, imageOf({ key: "images/cam-1/3.jpg" })];

/** Rekognition refuses the bad image of the batch; S3 says what `evidence` says. */
function refusing(error: Error, evidence: Partial<Evidence> = {}) {
  const world = worldOf();
  const { detect } = world;
  Object.assign(world.evidence, evidence);
  world.detect = (image: Image) => (image.key === bad.key ? Promise.reject(error) : detect(image));
  return world;
}

const entry = (reason: string, detail: string) => ({
  ...{ reason, detail, deviceId: "cam-1", receivedAt: uploadedAt },
  payload: Buffer.from(
    JSON.stringify({ bucket: "pictures", key: bad.key, versionId: "v1" }),
  ).toString("base64"),
});

describe("A batch with one image that cannot be analysed", () => {
  const proven: Record<string, [Error, Partial<Evidence>, string, string]> = {
    "is no image": [
      refusal("InvalidImageFormatException"),
      {},
      "image-format",
      "Rekognition reads PNG and JPEG; this is neither, or broken.",
    ],
    "is too large for Rekognition": [
      refusal("ImageTooLargeException", "too many pixels"),
      {},
      "image-too-large",
      "Rekognition refuses its size: too many pixels",
    ],
    "is absent": [
      refusal("InvalidS3ObjectException"),
      { isAbsent: async () => true },
      "image-missing",
      "S3 has no such version: it was deleted before it was analysed.",
    ],
    "is too small": [
      refusal("InvalidParameterException"),
      { dimensions: async () => ({ width: 300, height: 79 }) },
      "image-too-small",
      "The image has 300 x 79 pixels; Rekognition needs 80 on each side.",
    ],
    "is too wide": [
      refusal("InvalidParameterException"),
      { dimensions: async () => ({ width: 10_001, height: 80 }) },
      "image-too-large",
      "The image has 10001 x 80 pixels; Rekognition accepts 10000 on each side.",
    ],
  };
  for (const [what, [error, evidence, reason, detail]] of Object.entries(proven))
    it(`quarantines exactly the one that ${what}, at its first delivery`, async () => {
      const world = refusing(error, evidence);
      const { answer, counts } = await analyse(world, batch);
      assert.deepEqual(answer, failed());
      assert.deepEqual(world.entries, [entry(reason, detail)]);
      assert.equal(world.stored.size, 2);
      assert.deepEqual([counts?.Stored, counts?.Quarantined, counts?.Failed], [2, 1, 0]);
    });

  const unproven: Record<string, [Error, Partial<Evidence>]> = {
    "exists, so that the role may not read it": [
      refusal("InvalidS3ObjectException"),
      { isAbsent: async () => false },
    ],
    "S3 does not show to the role": [
      refusal("InvalidS3ObjectException"),
      { isAbsent: () => Promise.reject(refusal("Forbidden", "403", 403)) },
    ],
    "has good dimensions, so that a parameter is at fault": [
      refusal("InvalidParameterException"),
      { dimensions: async () => ({ width: 80, height: 10_000 }) },
    ],
    "has no dimensions that can be read": [
      refusal("InvalidParameterException"),
      { dimensions: async () => undefined },
    ],
    "cannot be measured": [
      refusal("InvalidParameterException"),
      { dimensions: () => Promise.reject(refusal("AccessDenied", "403", 403)) },
    ],
  };
  for (const [what, [error, evidence]] of Object.entries(unproven))
    it(`returns exactly the one that ${what}, and quarantines none`, async () => {
      const world = refusing(error, evidence);
      const { answer } = await analyse(world, batch);
      assert.deepEqual(answer, failed(2));
      assert.deepEqual(world.entries, []);
      assert.equal(world.stored.size, 2);
    });

  it("quarantines none if the role may read nothing", async () => {
    const world = worldOf();
    world.detect = () => Promise.reject(refusal("InvalidS3ObjectException"));
    world.evidence.isAbsent = () => Promise.reject(refusal("Forbidden", "403", 403));
    assert.deepEqual((await analyse(world, batch)).answer, failed(1, 2, 3));
    assert.deepEqual(world.entries, []);
  });

  for (const [size, reason] of [
    [0, "image-format"],
    [15 * 1024 * 1024 + 1, "image-too-large"],
  ] as const)
    it(`quarantines one of ${size} bytes without a call`, async () => {
      const world = worldOf();
      await analyse(world, [imageOf({ size })]);
      assert.deepEqual(
        world.entries.map((one) => one.reason),
        [reason],
      );
      assert.deepEqual(world.detected, []);
    });

  it("analyses one of exactly 15 MB", async () => {
    const world = worldOf();
    await analyse(world, [imageOf({ size: 15 * 1024 * 1024 })]);
    assert.equal(world.detected.length, 1);
  });

  it("quarantines a message that names no image of a camera, with its text", async () => {
    const world = worldOf();
    const { answer } = await analyse(world, ["no JSON", imageOf()]);
    assert.deepEqual(answer, failed());
    assert.deepEqual(world.entries, [
      {
        reason: "not-an-image-event",
        detail: "The message is not an event about a new object in S3.",
        payload: Buffer.from("no JSON").toString("base64"),
      },
    ]);
    assert.equal(world.stored.size, 1);
  });

  it("returns what the quarantine does not take", async () => {
    const world = refusing(refusal("InvalidImageFormatException"));
    world.quarantine = async () => [0];
    assert.deepEqual((await analyse(world, batch)).answer, failed(2));
  });
});
