import * as path from "node:path";
import { parseArgs } from "node:util";
import { printError, printText } from "../print";
import { costOfEverything, costOfStack } from "./cost";
import { report } from "./report";

const usage = "Usage: npm run cost -- [--stack dev | --everything] [--json]";

const help = `${usage}

Prints what a stack costs a month while idle, and per million messages, from the
resources of its program. It calls nothing on AWS and needs no credentials.

  --stack NAME   the stack, with the settings of Pulumi.<NAME>.yaml
                 (default: dev)
  --everything   every integration, with the settings of Pulumi.local.yaml
  --json         the same as JSON
  --help         shows this text

Prices are those of us-east-1; docs/deploying.md says what they leave out.

Exit codes: 0, or 2 if the program or the arguments are refused.`;

const directory = path.join(__dirname, "../..");

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      stack: { type: "string" },
      everything: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return printText(help);
  if (values.everything && values.stack !== undefined)
    throw new Error("--everything has no stack: leave --stack out.");
  const cost = values.everything
    ? await costOfEverything(directory)
    : await costOfStack(directory, values.stack ?? "dev");
  const text = values.json ? JSON.stringify(cost, undefined, 2) : report(cost);
  printText(text);
}

main().catch((error: unknown) => {
  printError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
});
