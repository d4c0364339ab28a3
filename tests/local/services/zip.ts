import { crc32 } from "node:zlib";

/** A ZIP archive of one uncompressed file, all that a small function needs. */
export function zip(name: string, text: string): Uint8Array {
  const file = Buffer.from(text);
  const path = Buffer.from(name);
  // Version 2.0, no flags, stored, no time; then checksum, both sizes and the length of the name.
  const facts = Buffer.alloc(26);
  facts.writeUInt16LE(20, 0);
  facts.writeUInt32LE(crc32(file), 10);
  facts.writeUInt32LE(file.length, 14);
  facts.writeUInt32LE(file.length, 18);
  facts.writeUInt16LE(path.length, 22);
  const local = Buffer.concat([Buffer.from("PK\x03\x04"), facts, path, file]);
  const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), facts, Buffer.alloc(14), path]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from("PK\x05\x06"), end]);
}
