import * as pulumi from "@pulumi/pulumi";
import * as fs from "node:fs";
import { isBuiltin } from "node:module";
import * as path from "node:path";

/** What an archive holds, by path. */
export type Files = Record<string, pulumi.asset.Asset | pulumi.asset.Archive>;

/**
 * Of the validator, what Node.js loads: with its types and its other builds it would be five times the archive. Found where Node.js
 * finds it, which is not this project's node_modules when a workspace hoists it or pnpm links it.
 */
export function validator(): Files {
  const main = require.resolve("valibot");
  let root = path.dirname(main);
  while (!fs.existsSync(path.join(root, "package.json"))) root = path.dirname(root);
  const files = ["package.json", posix(path.relative(root, main))];
  return Object.fromEntries(
    files.map((file) => [`node_modules/valibot/${file}`, assetOf(path.join(root, file))]),
  );
}

/** By a path from where the program runs, so that no path of this machine is in the state. */
const assetOf = (file: string): pulumi.asset.Asset =>
  new pulumi.asset.FileAsset(posix(path.relative(process.cwd(), file)));

const posix = (file: string): string => file.split(path.sep).join("/");

/** The packages that an archive holds. */
export const packagesIn = (files: Files): ReadonlySet<string> =>
  new Set(Object.keys(files).flatMap((file) => nameOf(file.split("node_modules/")[1] ?? "")));

/**
 * The packages that a serialised callback requires and that have to be in its archive: all but Node.js's own and AWS's SDK.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included
 */
export const requiredBy = (text: string): string[] =>
  [...text.matchAll(/\brequire\("([^"]+)"\)/g)]
    .map(([, module = ""]) => module)
    .filter((module) => !isBuiltin(module) && !module.startsWith("@aws-sdk/"))
    .flatMap(nameOf);

const nameOf = (module: string): string[] => /^(@[^/]+\/)?[^/]+/.exec(module)?.slice(0, 1) ?? [];
