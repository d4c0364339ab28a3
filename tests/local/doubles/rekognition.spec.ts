import * as assert from "node:assert/strict";
import { drawPicture } from "../../../local/devices/pictures";
import { palette } from "../../../local/doubles/rekognition";
import { decode } from "../../../local/doubles/rekognition/decode";
import { recognise } from "../../../local/doubles/rekognition/recognise";

const labelsOf = (bytes: Buffer): [string, number][] => {
  const pixels = decode(bytes);
  assert.ok(pixels);
  return recognise(pixels).map(({ Name, Confidence }) => [Name, Confidence]);
};

describe("The double of Rekognition", () => {
  const things = Object.keys(palette);

  for (const format of ["png", "jpg"] as const)
    it(`labels exactly what a ${format} shows, the most certain first`, () => {
      for (const thing of things)
        assert.deepEqual(
          labelsOf(drawPicture({ things: [thing], format })).map(([name]) => name),
          [thing],
        );
      const all = labelsOf(drawPicture({ things, format }));
      assert.deepEqual(
        all.map(([name]) => name),
        things,
      );
      for (const [, confidence] of all) assert.ok(confidence >= 60 && confidence <= 99.9);
      assert.deepEqual(labelsOf(drawPicture({ things: [], format })), []);
    });

  it("labels an image the same way each time", () => {
    const bytes = drawPicture({ things, format: "jpg" });
    assert.deepEqual(labelsOf(bytes), labelsOf(Buffer.from(bytes)));
  });

  it("decodes the whole image: a damaged one is none", () => {
    const png = drawPicture({ things, format: "png" });
    assert.equal(decode(png.subarray(0, png.length / 2)), undefined);
    const damaged = Buffer.from(png);
    damaged.fill(0, 60, 120);
    assert.equal(decode(damaged), undefined);
    for (const bytes of [Buffer.alloc(0), Buffer.from("GIF89a"), Buffer.from([0xff, 0xd8, 1])])
      assert.equal(decode(bytes), undefined);
  });
});
