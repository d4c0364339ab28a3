import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { archives } from "./archives";
import { atMost, forComparison, type Line, type Measurement } from "./line";
import { directory } from "./program";
import { medians } from "./rounds";

const run = promisify(execFile);

/**
 * Compares the load time of each function with that of an empty function that creates the same SDK clients, which no function that
 * calls AWS can avoid. The ratio to an empty function without clients is for comparison.
 */
export const handlerLoad: Measurement = async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-load-"));
  try {
    const functions = await archives();
    const bare = write(folder, "bare", { "__index.js": empty });
    const loads: Record<string, Load> = { bare: { file: bare, variables: [] } };
    for (const { name, files } of functions) {
      const text = Buffer.from(files["__index.js"] ?? []).toString();
      const clients = { "__index.js": clientsOf(text) + empty };
      loads[name] = { file: write(folder, name, files), variables: variablesOf(text) };
      loads[`${name} beside`] = { file: write(folder, `${name}-beside`, clients), variables: [] };
    }
    const cpu = await medians(loads, 6, cpuOfLoading);
    const ratios = functions.map(({ name }) => ({
      name,
      beside: (cpu[name] ?? NaN) / (cpu[`${name} beside`] ?? NaN),
      bare: (cpu[name] ?? NaN) / (cpu.bare ?? NaN),
    }));
    const [slowest] = ratios.sort((a, b) => b.beside - a.beside);
    const lines: Line[] = [];
    if (slowest) {
      const what = `handler load: the slowest of ${functions.length}, ${slowest.name}`;
      lines.push(
        atMost(what, slowest.beside, 1.5, "x an empty one with its clients"),
        forComparison(what, slowest.bare, "x an empty one without"),
      );
    }
    return lines;
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
};

const empty = "exports.handler = async () => {};\n";

interface Load {
  file: string;
  variables: string[];
}

function write(folder: string, name: string, files: Record<string, Uint8Array | string>): string {
  for (const [file, content] of Object.entries(files)) {
    const target = path.join(folder, name, file);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    fs.writeFileSync(target, content);
  }
  return path.join(folder, name, "__index.js");
}

/** Source text that creates the same SDK clients as a function. */
function clientsOf(text: string): string {
  return [...text.matchAll(/require\("(@aws-sdk\/client-[^"]+)"\)/g)]
    .map(([, module = ""]) => `makeClient(require(${JSON.stringify(module)}));\n`)
    .concat(makeClient.toString(), "\n")
    .join("");
}

/** The environment variables that a function requires at its start. */
const variablesOf = (text: string): string[] =>
  [...text.matchAll(/\(env, "(\w+)"\)/g)].map(([, name = ""]) => name);

function makeClient(sdk: Record<string, new (config: object) => unknown>): void {
  const name = Object.keys(sdk).find((exported) => /^[A-Z][A-Za-z]+Client$/.test(exported));
  if (name !== undefined && sdk[name]) new sdk[name]({});
}

/** The CPU time of a process that only loads a module, with its start, in milliseconds. */
async function cpuOfLoading({ file, variables }: Load): Promise<number> {
  const script = `require(${JSON.stringify(file)}); const { user, system } = process.cpuUsage(); console.log((user + system) / 1000);`;
  const { stdout } = await run(process.execPath, ["-e", script], {
    env: {
      ...Object.fromEntries(variables.map((name) => [name, "1"])),
      // Stands for the folder in which Lambda's runtime has the SDK.
      NODE_PATH: path.join(directory, "node_modules"),
      AWS_REGION: "eu-central-1",
      NODE_NO_WARNINGS: "1",
    },
  });
  return Number(stdout);
}
