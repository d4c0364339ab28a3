import * as fs from "node:fs";
import { printError, printLine } from "../print";
import { castOf } from "./cast";
import { files, writePages } from "./pages";
import { record } from "./record";

const command = "npm start -- --once";
/** The table of a run with every column fits. */
const columns = 104;

/** Records a run and writes what shows it; with `--render`, shows the last recorded run again. */
async function main(words: readonly string[]): Promise<void> {
  if (!words.includes("--render")) {
    printLine(`Records ${command}, which takes a minute or two.`);
    fs.writeFileSync(files.cast, castOf(await record(command, columns)));
  }
  await writePages();
  printLine("Wrote docs/images/run.svg and the table in README.md.");
}

main(process.argv.slice(2)).catch((error: Error) => {
  printError(error.message);
  process.exitCode = 1;
});
