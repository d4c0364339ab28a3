import { zipSync } from "fflate";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { runOptions } from "../../components/parts/flink/package";

/** The code of the application, beside its connectors. */
const sources = ["main.py", "averages.sql"];

/** The earliest time that a zip file can hold: the same content makes the same file. */
const unchanging = { mtime: new Date(1980, 0, 1) };

/** Packs the application of a folder with the connectors of a jar into a zip file, as Managed Service for Apache Flink takes it. */
export function pack(folder: string, connectors: string): Uint8Array {
  const files = [
    ...sources.map((name) => [name, path.join(folder, name)] as const),
    [runOptions.jarfile, connectors] as const,
  ];
  return zipSync(
    Object.fromEntries(files.map(([name, file]) => [name, [readFileSync(file), unchanging]])),
  );
}
