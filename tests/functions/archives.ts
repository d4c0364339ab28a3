import type { asset } from "@pulumi/pulumi";
import * as fs from "node:fs";
import * as path from "node:path";
import { evaluate } from "../../local/program";
import { pack } from "../../local/services/lambda/archive";
import { readStackConfiguration } from "../../local/stack-config";
import { alternatives } from "../support/alternatives";
import { answer } from "../support/deploy";

const directory = process.cwd();

/** The differences of another evaluation from one here and now. */
export interface Difference {
  /** How much later it runs. */
  milliseconds: number;
  /** Settings in place of the stack's own. */
  config: Record<string, string>;
  /** Whether the sources of the callbacks have more comments. */
  commented: boolean;
}

/** Adds comments to the sources of callbacks as they are read. */
function addComments(): void {
  const sources = fs as unknown as { readFileSync: (...args: unknown[]) => unknown };
  const { readFileSync } = sources;
  sources.readFileSync = (...args) => {
    const content = readFileSync(...args);
    const isSource = /\/(functions|reading)\/[^.]*\.ts$/.test(String(args[0]));
    if (!isSource || typeof content !== "string") return content;
    return `/** An edited comment. */\n${content.replace(/^( *)return /gm, "$1// An edited comment.\n$1/* Another. */ return ")}`;
  };
}

/** Lets the program be loaded again, since it reads its configuration when it is loaded. */
function forget(): void {
  for (const file of Object.keys(require.cache))
    if (/^(index\.ts|config\.ts|components\/)/.test(path.relative(directory, file)))
      delete require.cache[file];
}

/** Prints the archives of the local stack and what other configurations add, each in Base64 by the name of its function, as another evaluation makes them. */
async function main({ milliseconds, config, commented }: Difference): Promise<void> {
  if (commented) addComments();
  const { now } = Date;
  globalThis.Date = class extends Date {
    constructor(...args: []) {
      if (args.length > 0) super(...args);
      else super(now() + milliseconds);
    }
    static override now = () => now() + milliseconds;
  } as DateConstructor;
  const { project, values } = readStackConfiguration(directory, "local");
  const archives: Record<string, string> = {};
  for (const changes of [{}, ...alternatives]) {
    forget();
    const { resources } = await evaluate(
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- no earlier than the evaluation
      () => require("../../index") as unknown,
      { invoke: answer },
      { project, stack: "local", config: { ...values, ...config, ...changes } },
    );
    for (const { type, name, plain } of resources)
      if (type === "aws:lambda/function:Function" && !(name in archives)) {
        const zip = await pack(plain.code as asset.AssetArchive, directory);
        archives[name] = Buffer.from(zip).toString("base64");
      }
  }
  process.stdout.write(JSON.stringify(archives));
}

if (require.main === module) void main(JSON.parse(process.argv[2] ?? "") as Difference);
