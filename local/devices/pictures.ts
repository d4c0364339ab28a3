import * as jpeg from "jpeg-js";
import { PNG } from "pngjs";
import { palette } from "../doubles/rekognition";

export type Format = "png" | "jpg";

export interface PictureArgs {
  /** What the picture shows: names of the palette, from the left to the right, each covering less than the one before. */
  things: readonly string[];
  format: Format;
  /** In pixels. @default 160 x 120 */
  width?: number;
  height?: number;
}

const background = [70, 75, 80] as const;
const quality = 90;

/** Draws a picture of coloured rectangles that the double of Rekognition recognises, and encodes it. The same arguments give the same bytes. */
export function drawPicture({ things, format, width = 160, height = 120 }: PictureArgs): Buffer {
  const picture = new PNG({ width, height });
  const column = Math.floor(width / Math.max(1, things.length));
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const nth = Math.floor(x / column);
      const isThing = nth < things.length && x % column < column / 2 && y < height / (nth + 1.5);
      const colour = (isThing ? palette[things[nth] ?? ""] : undefined) ?? background;
      picture.data.set([...colour, 255], (y * width + x) * 4);
    }
  if (format === "png") return PNG.sync.write(picture);
  return jpeg.encode({ width, height, data: picture.data }, quality).data;
}
