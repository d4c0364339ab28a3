import fc from "fast-check";
import * as jpeg from "jpeg-js";
import * as assert from "node:assert/strict";
import { PNG } from "pngjs";
import { dimensionsIn } from "../../../functions/camera-to-rekognition/dimensions";

const png = (width: number, height: number): Buffer => PNG.sync.write(new PNG({ width, height }));
const jpg = (width: number, height: number): Buffer =>
  jpeg.encode({ width, height, data: Buffer.alloc(width * height * 4) }, 50).data;

const side = fc.integer({ min: 1, max: 64 });

describe("The dimensions of an image", () => {
  it("are those with which an encoder wrote it", () => {
    fc.assert(
      fc.property(side, side, fc.constantFrom(png, jpg), (width, height, encode) => {
        assert.deepEqual(dimensionsIn(encode(width, height)), { width, height });
      }),
      { numRuns: 50 },
    );
  });

  it("come after metadata of a JPEG", () => {
    const bytes = jpg(40, 30);
    const comment = Buffer.alloc(65_535, 0xff);
    Buffer.from([0xff, 0xfe, 0xff, 0xfd]).copy(comment);
    const padded = Buffer.concat([
      bytes.subarray(0, 2),
      comment,
      Buffer.from([0xff]),
      bytes.subarray(2),
    ]);
    assert.deepEqual(dimensionsIn(padded), { width: 40, height: 30 });
  });

  it("are unknown for anything else, and never an error", () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from("GIF89a"), jpg(9, 9).subarray(0, 100)])
      assert.equal(dimensionsIn(bytes), undefined);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isJpeg) => {
        dimensionsIn(Buffer.from(isJpeg ? [0xff, 0xd8, 0xff, ...bytes] : bytes));
      }),
    );
  });
});
