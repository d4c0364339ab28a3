import { printError, printLine, printText } from "../print";
import { fetchStackOutputs } from "../stack-outputs";
import { openAccount } from "./clients";
import { help, readArguments } from "./command-line";
import { verify } from "./verify";

/** Returns the exit code: 0 if everything is right, 1 if something is wrong. */
async function run(words: string[]): Promise<number> {
  const request = readArguments(words);
  if (request.help) {
    printText(help);
    return 0;
  }
  const outputs = fetchStackOutputs(request.stack, request.outputs);
  const account = await openAccount();
  return (await verify({ ...request, outputs, account, say: printLine })) ? 0 : 1;
}

/** Exit code 2: nothing could be verified. */
run(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    // An error of several addresses that were tried has no message of its own.
    printError(error instanceof Error && error.message !== "" ? error.message : String(error));
    process.exit(2);
  },
);
