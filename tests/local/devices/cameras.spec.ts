import * as assert from "node:assert/strict";
import {
  cameraIds,
  generateShots,
  imagesFor,
  uploadAll,
  type Shot,
  type Upload,
} from "../../../local/devices/cameras";
import { decode } from "../../../local/doubles/rekognition/decode";

function first(count: number, seed = 1): Shot[] {
  const shots = generateShots(seed);
  return Array.from({ length: count }, () => shots.next().value);
}

describe("The cameras of the generated load", () => {
  it("take the same images for the same seed, and others for another", () => {
    assert.deepEqual(first(12), first(12));
    assert.notDeepEqual(first(12), first(12, 2));
  });

  it("take turns, and never use a key twice", () => {
    const shots = first(40);
    assert.deepEqual(
      shots.map(({ camera }) => camera),
      shots.map((_, nth) => nth % cameraIds.length),
    );
    assert.equal(new Set(shots.map(({ file }) => file)).size, 40);
  });

  it("take images of 80 pixels and more, but for those that are none or too small", () => {
    for (const { bytes, kind } of first(24)) {
      const pixels = decode(bytes);
      if (kind === "image, no picture") assert.equal(pixels, undefined);
      else {
        assert.ok(pixels);
        const isSmall = Math.min(pixels.width, pixels.height) < 80;
        assert.equal(isSmall, kind === "image, too small");
      }
    }
    assert.deepEqual(
      first(6).map(({ kind }) => kind),
      ["image", "image", "image, no picture", "image", "image", "image, too small"],
    );
  });

  it("take one image for twenty messages, at their pace", () => {
    assert.deepEqual(imagesFor(200, 0), { most: 10, pause: 0 });
    assert.deepEqual(imagesFor(1, 0), { most: 1, pause: 0 });
    assert.deepEqual(imagesFor(1000, 100), { most: 50, pause: 200 });
    assert.deepEqual(imagesFor(Infinity, 5), { most: Infinity, pause: 4000 });
    assert.deepEqual(imagesFor(Infinity, 0), { most: Infinity, pause: 200 });
  });

  it("upload as many as are asked for, and stop when the run stops", async () => {
    const stopping = new AbortController();
    const uploads: Upload[] = [];
    const cameras = cameraIds.map((deviceId) => ({
      deviceId,
      upload: async (file: string) => ({ bucket: "b", key: `images/${deviceId}/${file}` }),
    }));
    const args = { cameras, pause: 0, stopping: stopping.signal };
    await uploadAll({
      ...args,
      shots: generateShots(1),
      most: 4,
      onUploaded: (upload) => void uploads.push(upload),
    });
    assert.deepEqual(
      uploads.map(({ deviceId, key, kind }) => [deviceId, key, kind]),
      first(4).map(({ camera, file, kind }) => [
        cameraIds[camera],
        `images/${String(cameraIds[camera])}/${file}`,
        kind,
      ]),
    );
    await uploadAll({
      ...args,
      shots: generateShots(1),
      most: Infinity,
      onUploaded: () => stopping.abort(),
    });
  });
});
