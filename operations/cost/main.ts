import * as path from "node:path";
import { parseArgs } from "node:util";
import { printError, printLine } from "../print";
import { costOfStack } from "./cost";
import { report } from "./report";

const usage = "Usage: npm run cost -- [--stack dev] [--json]";

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      stack: { type: "string", default: "dev" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return printLine(usage);
  const cost = await costOfStack(path.join(__dirname, "../.."), values.stack);
  const text = values.json ? JSON.stringify(cost, undefined, 2) : report(cost);
  text.split("\n").forEach(printLine);
}

main().catch((error: unknown) => {
  printError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  process.exitCode = 2;
});
