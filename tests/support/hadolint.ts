import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { prepare } from "../../local/emulator/python";
import { directory } from "./emulator";

const run = promisify(execFile);
const requirements = path.join(__dirname, "hadolint-requirements.txt");

/** Installs the linter of Dockerfiles in `.local`, by hash, once; returns its executable. There is none for Windows. */
export async function hadolint(): Promise<string> {
  const folder = path.join(directory, ".local", "hadolint");
  const executable = path.join(folder, "bin", "hadolint");
  if (!fs.existsSync(executable))
    await run((await prepare({ directory })).python, [
      ...["-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "--no-input"],
      ...["--target", folder, "-r", requirements],
    ]);
  return executable;
}
