import * as path from "node:path";
import { parseArgs } from "node:util";
import { printError, printLine } from "../print";
import { costOfEverything, costOfStack } from "./cost";
import { report } from "./report";

const usage = "Usage: npm run cost -- [--stack dev | --everything] [--json]";
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
  if (values.help) return printLine(usage);
  if (values.everything && values.stack !== undefined)
    throw new Error("--everything has no stack: leave --stack out.");
  const cost = values.everything
    ? await costOfEverything(directory)
    : await costOfStack(directory, values.stack ?? "dev");
  const text = values.json ? JSON.stringify(cost, undefined, 2) : report(cost);
  text.split("\n").forEach(printLine);
}

main().catch((error: unknown) => {
  printError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
});
