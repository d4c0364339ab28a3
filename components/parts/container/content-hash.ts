import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import * as path from "node:path";

/** Identifies the content of files and folders below a folder: their paths and bytes, the same on every machine. 64 hexadecimal digits. */
export function contentHash(folder: string, sources: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of sources.flatMap((source) => filesIn(folder, source)).sort())
    hash.update(`${file}\0${createHash("sha256").update(read(folder, file)).digest("hex")}\0`);
  return hash.digest("hex");
}

/** Git may check out files with other line endings. */
const read = (folder: string, file: string): string =>
  readFileSync(path.join(folder, file), "utf8").replace(/\r\n/g, "\n");

const filesIn = (folder: string, place: string): string[] =>
  statSync(path.join(folder, place)).isDirectory()
    ? readdirSync(path.join(folder, place)).flatMap((name) => filesIn(folder, `${place}/${name}`))
    : [place];
