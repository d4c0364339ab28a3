import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface PinnedPackages {
  /** The folder with the package.json and package-lock.json that pin the packages. */
  manifests: string;
  /** The project's folder; everything goes below its `.local`. */
  directory: string;
  /** The folder below `.local`. */
  name: string;
  /** Called before an installation. */
  onInstall?: () => void;
  /** @default the platform's npm */
  npm?: string;
}

/**
 * Installs packages apart from the project's own, once per lock file, and returns their folder. Runs none of their scripts. An
 * installation that is interrupted is made anew, since it takes its place only when it is complete.
 */
export async function installPinned({
  manifests,
  directory,
  name,
  onInstall,
  npm = process.platform === "win32" ? "npm.cmd" : "npm",
}: PinnedPackages): Promise<string> {
  const files = ["package.json", "package-lock.json"].map((file) => path.join(manifests, file));
  const wanted = createHash("sha256");
  for (const file of files) wanted.update(fs.readFileSync(file));
  const home = path.join(directory, ".local", name, wanted.digest("hex").slice(0, 16));
  if (fs.existsSync(home)) return home;
  onInstall?.();
  const unfinished = `${home}.${process.pid}`;
  fs.mkdirSync(unfinished, { recursive: true });
  try {
    for (const file of files) fs.copyFileSync(file, path.join(unfinished, path.basename(file)));
    const words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    await run(npm, words, { cwd: unfinished, shell: process.platform === "win32" });
    // Another process may have been faster.
    if (!fs.existsSync(home)) fs.renameSync(unfinished, home);
  } finally {
    fs.rmSync(unfinished, { recursive: true, force: true });
  }
  return home;
}
