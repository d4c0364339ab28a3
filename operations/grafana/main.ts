import * as path from "node:path";
import { printError, printLine, printText } from "../print";
import { fetchStackOutputs } from "../stack-outputs";
import { command } from "./command";
import { readArguments, usage } from "./command-line";

async function main(words: string[]): Promise<void> {
  const request = readArguments(words);
  if (request.help) return printText(usage);
  await command({
    ...request,
    directory: path.join(__dirname, "../.."),
    outputs: fetchStackOutputs(request.stack, request.outputs),
    environment: process.env,
    say: printLine,
  });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  printError(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
});
