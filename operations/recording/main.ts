import * as fs from "node:fs";
import { parseArgs } from "node:util";
import { printError, printLine, printText } from "../print";
import { castOf } from "./cast";
import { files, writePages } from "./pages";
import { record } from "./record";

const command = "npm start -- --once";
/** The table of a run with every column fits. */
const columns = 104;

const usage = `Usage: npm run docs:recording -- [--render]

Records a run of every integration for the README: docs/images/run.cast, the
picture of it, and the table in README.md.

  --render   writes picture and table from the last recording, without a run
  --help     shows this text`;

/** Records a run and writes what shows it; with `--render`, shows the last recorded run again. */
async function main(words: string[]): Promise<void> {
  const { values } = parseArgs({
    args: words,
    options: {
      render: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return printText(usage);
  if (!values.render) {
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
