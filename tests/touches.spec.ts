import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { stems } from "../components/catalogue";

const root = path.join(__dirname, "..");

/** How many lines outside of its own files may name an integration. */
const most = 7;

/** Files of one integration whose path does not have its stem: tools for its operators or its devices, and its cases of the bench. */
const own: Readonly<Partial<Record<(typeof stems)[number], RegExp>>> = {
  "api-to-devices": /^(operations\/openapi\/|bench\/api\.ts$)/,
  "camera-to-rekognition": /^local\/devices\/cameras\.ts$/,
  "edge-to-iot": /^operations\/(device-token\/|verify\/post\.ts$)/,
  "iot-to-analytics": /^operations\/flink\//,
  "iot-to-datadog": /^operations\/datadog\//,
};

/** Integrations beyond the budget, with the number of lines and the reason. */
const exceptions: Readonly<Partial<Record<(typeof stems)[number], [number, string]>>> = {
  "camera-to-rekognition": [
    9,
    "images do not come by MQTT, so the load, the redrive and the counts of invalid messages know them besides",
  ],
};

/** The stem is also the name of an AWS service, which provisioners, prices and rules name. */
const isAlsoService = "grafana";

const configured = stems.filter((stem) => stem !== isAlsoService);

/** Sources and configuration with their lines of code, without what commands generate. */
function readSources(): [file: string, lines: string[]][] {
  const folders = ["components", "functions", "iam", "iot-sql", "lint", "local", "operations"];
  const files = execFileSync(
    "git",
    [
      ...["ls-files", ...folders, "bench", "policies", "pricing", "reading"],
      ...["index.ts", "config.ts", "Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.local.yaml"],
    ],
    { cwd: root, encoding: "utf8" },
  );
  return files
    .trim()
    .split("\n")
    .filter((file) => /\.(ts|yaml)$/.test(file) && fs.existsSync(path.join(root, file)))
    .map((file) => {
      const lines = fs.readFileSync(path.join(root, file), "utf8").split("\n");
      return [file, lines.filter((line) => !/^\s*(\/\/|\*|\/\*|#)/.test(line))];
    });
}

const camelCase = (stem: string): string =>
  stem.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The lines that name an integration outside of the files of any. Settings and examples in sentences are none. */
function touchesOf(
  stem: (typeof stems)[number],
  sources: readonly [string, readonly string[]][],
): string[] {
  const name = camelCase(stem);
  const names = [stem, name, name.charAt(0).toUpperCase() + name.slice(1)].join("|");
  const named = new RegExp(`(?<![\\w-])(?<!such as )(${names})(?![\\w-]|:\\w)`);
  return sources
    .filter(([file]) => !stems.some((one) => new RegExp(`(^|/)${one}[./]`).test(file)))
    .filter(([file]) => !own[stem]?.test(file))
    .flatMap(([file, lines]) =>
      lines.filter((line) => named.test(line)).map((line) => `${file}: ${line.trim()}`),
    );
}

describe("lines outside of its own files that name an integration", () => {
  let sources: [string, string[]][];
  before(() => {
    sources = readSources();
    assert.ok(sources.length > 400, `Only ${sources.length} files were found.`);
  });

  for (const stem of configured)
    it(`are few for ${stem}`, () => {
      const touches = touchesOf(stem, sources);
      const text = touches.join("\n");
      assert.ok(text.includes("components/catalogue.ts: import"), "The catalogue is not read.");
      const [number, reason] = exceptions[stem] ?? [];
      if (number === undefined) assert.ok(touches.length <= most, text);
      else assert.equal(touches.length, number, `${reason}\n${text}`);
    });

  it("are those of code: no settings, no examples, no files of an integration", () => {
    const lines = [
      'const a = "iot-to-sqs";',
      "import { iotToSqs } from '../iot-to-sqs';",
      "class IotToSqs {}",
      "iot-to-sqs:emails:",
      "Name one, such as iot-to-sqs.",
      "iot-to-sqs-other",
    ];
    const files: [string, string[]][] = [
      ["operations/a.ts", lines],
      ["functions/iot-to-sqs/b.ts", lines],
      ["components/iot-to-sns.ts", lines],
    ];
    assert.deepEqual(
      touchesOf("iot-to-sqs", files),
      lines.slice(0, 3).map((line) => `operations/a.ts: ${line}`),
    );
  });
});
