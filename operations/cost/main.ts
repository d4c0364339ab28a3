import * as path from "node:path";
import { parseArgs } from "node:util";
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
  if (values.help) return console.log(usage);
  const cost = await costOfStack(path.join(__dirname, "../.."), values.stack);
  console.log(values.json ? JSON.stringify(cost, undefined, 2) : report(cost));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error), usage, "");
  process.exitCode = 2;
});
