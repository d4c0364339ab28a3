/** Width and height of an image, in pixels. */
export interface Dimensions {
  width: number;
  height: number;
}

/**
 * Reads the dimensions from the first bytes of a PNG or a JPEG; undefined if they do not say.
 * @see https://www.w3.org/TR/png-3/#11IHDR
 * @see https://www.w3.org/Graphics/JPEG/itu-t81.pdf
 */
export function dimensionsIn(bytes: Buffer): Dimensions | undefined {
  if (bytes.length >= 24 && bytes.toString("latin1", 0, 8) === "\x89PNG\r\n\x1a\n")
    return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  return bytes.length >= 2 && bytes.readUInt16BE(0) === 0xffd8 ? ofJpeg(bytes) : undefined;
}

/** Follows the segments up to the frame header, which has the dimensions. */
function ofJpeg(bytes: Buffer): Dimensions | undefined {
  let at = 2;
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    // Start of frame, but for tables of Huffman and arithmetic codes and a reserved marker among them.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    // A marker may be preceded by fill bytes.
    at += marker === 0xff ? 1 : 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}
