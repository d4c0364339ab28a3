import * as pulumi from "@pulumi/pulumi";
import * as fs from "node:fs";
import { deflateRawSync } from "node:zlib";
import type { Files } from "./callback-packages";

/**
 * The archive with settings as its environment, for a function that has none. They are assigned before the callback's factory runs, so
 * that `readSettings` finds them where it finds those of any other function, and the factory captures nothing.
 */
export async function withSettings(files: Files, settings: Record<string, string>): Promise<Files> {
  const text = await (files["__index.js"] as pulumi.asset.StringAsset).text;
  const sorted = Object.fromEntries(Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1)));
  const environment = `Object.assign(process.env, ${JSON.stringify(sorted)});\n`;
  return { ...files, "__index.js": new pulumi.asset.StringAsset(environment + text) };
}

/** Of a zip file: what it says of each of its files, twice, beside their names. */
const bytesPerFile = 150;

/** About the bytes of the zip file that the provider makes of an archive. */
export async function packedSize(files: Files): Promise<number> {
  const contents = await Promise.all(Object.values(files).map(contentsOf));
  return contents
    .flat()
    .reduce((sum, content) => sum + deflateRawSync(content).length + bytesPerFile, 0);
}

async function contentsOf(part: Files[string]): Promise<Buffer[]> {
  const { text, path } = part as { text?: Promise<string>; path?: Promise<string> };
  if (text !== undefined) return [Buffer.from(await text)];
  return readTree((await path) ?? "");
}

const readTree = (path: string): Buffer[] =>
  fs.statSync(path).isFile()
    ? [fs.readFileSync(path)]
    : fs.readdirSync(path).flatMap((name) => readTree(`${path}/${name}`));
