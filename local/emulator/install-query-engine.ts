import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { printError, printLine } from "../../operations/print";
import { prepare } from "./python";

const directory = path.join(__dirname, "../..");

/**
 * Installs the engine that executes the queries of the emulator's Athena, beside the emulator, by hash: `npm run athena`. It takes about
 * 60 MB, so that it is not part of what every run needs.
 */
async function install(): Promise<void> {
  const { python } = await prepare({ directory, progress: (what) => printLine(`${what} …`) });
  const requirements = path.join(__dirname, "query-engine.txt");
  printLine("installing the query engine …");
  await promisify(execFile)(python, [
    ...["-m", "pip", "install", "--quiet", "--require-hashes", "--no-input"],
    ...["-r", requirements],
  ]);
  printLine("The next local run executes the queries of the data lake.");
}

install().catch(({ stderr, message }: Error & { stderr?: string }) => {
  const [reason] = (stderr ?? message).trim().split("\n").slice(-1);
  printError(
    `The query engine could not be installed (${reason}): check the connection to your Python package index and start again.`,
  );
  process.exitCode = 1;
});
