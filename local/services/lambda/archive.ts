import { zipSync } from "fflate";
import * as fs from "node:fs";
import * as path from "node:path";
import type { asset } from "@pulumi/pulumi";

type Part = asset.Asset | asset.Archive;

/** Packs the archive that `CallbackFunction` made into the zip file that the provider would upload. */
export async function pack(archive: asset.AssetArchive, directory: string): Promise<Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const [name, part] of Object.entries(await archive.assets))
    Object.assign(files, await filesOf(name, part, directory));
  // A fixed time yields the same bytes for the same content; zip files hold local time, whatever the time zone.
  return zipSync(files, { level: 6, mtime: new Date(2020, 0, 1) });
}

async function filesOf(
  name: string,
  part: Part,
  directory: string,
): Promise<Record<string, Uint8Array>> {
  const { text, path: file } = part as { text?: Promise<string>; path?: Promise<string> };
  if (text !== undefined) return { [name]: Buffer.from(await text) };
  if (file === undefined)
    throw new Error(
      `The archive holds ${name}, which is neither text nor a file: local/services/lambda/archive.ts cannot pack it.`,
    );
  return readTree(path.resolve(directory, await file), name);
}

function readTree(source: string, name: string): Record<string, Uint8Array> {
  if (fs.statSync(source).isFile()) return { [name]: fs.readFileSync(source) };
  return Object.assign(
    {},
    ...fs
      .readdirSync(source)
      .map((entry) => readTree(path.join(source, entry), `${name}/${entry}`)),
  ) as Record<string, Uint8Array>;
}
