import * as jpeg from "jpeg-js";
import { PNG } from "pngjs";

/** The pixels of an image, four bytes each: red, green, blue and opacity. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8Array;
}

const isPng = (bytes: Buffer): boolean => bytes.toString("latin1", 1, 4) === "PNG";
const isJpeg = (bytes: Buffer): boolean => bytes.length > 2 && bytes.readUInt16BE(0) === 0xffd8;

/** The most that is decoded: an image of the largest size that the service takes would need 400 MB. */
const mostMegabytes = 512;

/** Decodes a PNG or a JPEG completely; undefined for anything else, and for one that is broken. */
export function decode(bytes: Buffer): Pixels | undefined {
  try {
    if (isPng(bytes)) return PNG.sync.read(bytes);
    if (!isJpeg(bytes)) return undefined;
    return jpeg.decode(bytes, {
      useTArray: true,
      maxMemoryUsageInMB: mostMegabytes,
      maxResolutionInMP: 101,
    });
  } catch {
    return undefined;
  }
}
