import { ESLint, Linter } from "eslint";
import * as assert from "node:assert/strict";
import * as path from "node:path";

const directory = path.join(__dirname, "../..");
const rules = ["no-console", "no-restricted-properties", "no-restricted-syntax"];

/** Each way to a terminal, one a line. */
const ways = [
  'console.log("x");',
  'console.error("x");',
  'process.stdout.write("x");',
  'process["stderr"].write("x");',
  "const { stdout } = process;",
  'import { stderr } from "node:process";',
  'import { log } from "console";',
];

describe("printing without the functions that make text printable", function () {
  this.timeout(120_000);
  const eslint = new ESLint({ cwd: directory });

  /** The lines of code that the project's configuration for a file takes for printing. */
  async function printingLines(file: string, code: string): Promise<number[]> {
    const config = (await eslint.calculateConfigForFile(path.join(directory, file))) as {
      rules: Linter.RulesRecord;
    };
    const own = Object.entries(config.rules).filter(([name]) => rules.includes(name));
    const found = new Linter().verify(code, [{ rules: Object.fromEntries(own) }]);
    return [...new Set(found.map(({ line }) => line))].sort((a, b) => a - b);
  }

  for (const file of [
    "config.ts",
    "components/iot-to-sqs.ts",
    "functions/iot-to-sqs.ts",
    "local/stillness.ts",
    "local/report/table.ts",
    "local/services/sqs/queue-depth.ts",
    "operations/redrive/main.ts",
    "policies/policies.ts",
  ])
    it(`is refused in ${file}`, async () => {
      assert.deepEqual(
        await printingLines(file, ways.join("\n")),
        ways.map((_, index) => index + 1),
      );
    });

  it("is what operations/print.ts and the log of functions do", async () => {
    for (const file of ["operations/print.ts", "functions/shared/log.ts"])
      assert.deepEqual(await printingLines(file, ways.join("\n")), []);
  });
});
