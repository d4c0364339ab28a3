import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import * as ts from "typescript";
import * as yaml from "yaml";
import { createCheckout } from "../local/checkout";
import { importGraph } from "../support/import-graph";

const project = path.join(__dirname, "../..");
const own = path.join(project, "reading/fields.ts");
const exchange = path.join(__dirname, "vehicle.js");
const fieldsText = fs.readFileSync(path.join(project, "examples/vehicle/fields.ts"), "utf8");

/** Those whose stored data differs in form: an item, a text, a message, an event, points of two kinds and a row, and what a workflow stores. */
const stems = [
  "iot-to-dynamodb",
  "iot-to-sns",
  "iot-to-sqs",
  "iot-to-eventbridge",
  "iot-to-timestream",
  "iot-to-redshift",
  "iot-to-step-functions",
  "iot-to-datadog",
];

/** The local stack with these integrations. */
function vehicleConfig(): object {
  const file = fs.readFileSync(path.join(project, "Pulumi.local.yaml"), "utf8");
  const { config } = yaml.parse(file) as { config: object };
  return { ...config, "iot-integrations:integrations": stems };
}

/** Compiles the project with some files replaced or added; returns the errors, each with its file. */
function compile(replaced: Record<string, string>): string[] {
  // As `npm run check:program` has it: everything that is deployed or run, without tests and benches.
  const { options, fileNames } = ts.getParsedCommandLineOfConfigFile(
    path.join(project, "tsconfig.program.json"),
    undefined,
    {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: ({ messageText }) =>
        assert.fail(ts.flattenDiagnosticMessageText(messageText, " ")),
    },
  ) as ts.ParsedCommandLine;
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (file) => replaced[path.resolve(file)] ?? readFile(file);
  host.fileExists = (file) => path.resolve(file) in replaced || fileExists(file);
  // The fields do not affect the types of the other files.
  const affected = [...importersOf(own, fileNames), ...Object.keys(replaced)];
  const program = ts.createProgram({ rootNames: [...new Set(affected)], options, host });
  const diagnostics = [
    ...program.getConfigFileParsingDiagnostics(),
    ...program.getOptionsDiagnostics(),
    ...program.getSyntacticDiagnostics(),
    ...program.getGlobalDiagnostics(),
    ...affected.flatMap((file) => program.getSemanticDiagnostics(program.getSourceFile(file))),
  ];
  return diagnostics.map(
    ({ file, messageText }) =>
      `${path.relative(project, file?.fileName ?? "")}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`,
  );
}

/** The files that import a file, or import one that does. */
function importersOf(imported: string, files: string[]): string[] {
  const relative = (file: string): string => path.relative(project, file);
  const graph = importGraph(project, files.map(relative));
  const found = new Set([relative(imported)]);
  // A set also visits what is added to it meanwhile.
  for (const target of found)
    for (const [file, targets] of graph) if (targets.includes(target)) found.add(file);
  return [...found].map((file) => path.join(project, file));
}

describe("The project with the fields of a vehicle", function () {
  this.timeout(300_000);

  it("compiles, but for a callback that reads a field that is not there", () => {
    const callback = (field: string) =>
      `import type { Reading } from "../reading/reading";\nexport const createHandler = () => async (reading: Reading) => reading.${field};\n`;
    const planted = (name: string) => path.join(project, "functions", name);
    const errors = compile({
      [own]: fieldsText,
      [planted("sound.ts")]: callback("speed"),
      [planted("unsound.ts")]: callback("temperature"),
    });
    assert.equal(errors.length, 1, errors.join("\n"));
    assert.match(
      errors[0] ?? "",
      /^functions\/unsound.ts: Property 'temperature' does not exist on type /,
    );
  });

  it("passes the policy pack at its first preview", async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["-r", exchange, "-r", "./local/register.js", "local/policy-check.ts", "local"],
      { cwd: project },
    );
    assert.match(stdout, /^Stack local: \d+ resources, 0 violations, 0 unverified, 0 waived\.$/m);
  });

  it("runs, and accounts for every message", async () => {
    const checkout = createCheckout();
    try {
      const words =
        "--once --messages 200 --devices 5 --invalid 0.2 --critical 0.2 --stack vehicle";
      checkout.write("Pulumi.vehicle.yaml", yaml.stringify({ config: vehicleConfig() }));
      const run = checkout.start(words.split(" "), { NODE_OPTIONS: `--require ${exchange}` });
      assert.equal(await run.ended, 0, run.stdout() + run.stderr());
      assert.match(
        run.stdout(),
        /^Every message is accounted for: 200 messages published, .* none lost\.$/m,
      );
      const rows = run
        .stdout()
        .split("\n")
        .map((line) => line.split(/ +/));
      for (const stem of stems) {
        const row = rows.find(
          ([first, , , , , , , , last]) => first === stem && last !== undefined,
        );
        assert.ok(row, `The table has ${stem}.`);
        const [published, , , stored, , quarantined, , lost] = row.slice(1).map(Number);
        assert.ok(
          Number(published) > 0 && Number(stored) > 0 && Number(quarantined) > 0,
          row.join(" "),
        );
        assert.equal(lost, 0);
      }
    } finally {
      await checkout.remove();
    }
  });
});
