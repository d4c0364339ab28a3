import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { ESLint, Linter } from "eslint";
import { parser } from "typescript-eslint";
import { layers as plugin } from "../../lint";
import { layers, unrestricted } from "../../lint/layers";

const root = path.join(__dirname, "../..");
const rule = "architecture/import-direction";
const linter = new Linter();

/** What the rule says about a file with this text. */
const messagesOf = (file: string, text: string): string[] =>
  linter
    .verify(
      text,
      {
        files: ["**/*.ts"],
        languageOptions: { parser },
        plugins: { architecture: plugin } as never,
        rules: { [rule]: "error" },
      },
      { filename: path.join(root, file) },
    )
    .map(({ message }) => message);

const importing = (module: string): string => `import { a } from "${module}";`;

/** A file of each layer, an import that it may have, and one that it must not. */
const imports: Record<string, { file: string; may: string[]; mustNot: string[] }> = {
  index: {
    file: "index.ts",
    may: ["./components", "./components/index", "./config", "@pulumi/pulumi"],
    mustNot: ["./components/iot-to-sqs", "./components/parts/queue", "./functions/iot-to-sqs"],
  },
  config: {
    file: "config.ts",
    may: ["./components/catalogue", "./components/parts/names"],
    mustNot: ["./index", ".", "./functions/iot-to-sqs", "./local/run"],
  },
  components: {
    file: "components/iot-to-sqs.ts",
    may: ["./parts/queue", "../functions/iot-to-sqs", "../reading", "../reading/fields"],
    mustNot: ["../config", "..", "../index", "../policies", "../iam", "../local/run", "../bench"],
  },
  "components/parts": {
    file: "components/parts/sources/from-queue.ts",
    may: ["../queue", "./source", "../../../functions/shared/transient", "../../../reading"],
    mustNot: ["../../iot-to-sqs", "../..", "../../../functions/iot-to-sqs"],
  },
  functions: {
    file: "functions/iot-to-sqs.ts",
    may: ["./shared/batch", "./iot-to-eventbridge/event-shaper", "../reading"],
    mustNot: ["../components/parts/names", "../operations/redrive/plan", "../tests/support/events"],
  },
  "functions/shared": {
    file: "functions/shared/batch.ts",
    may: ["./reading", "../../reading/schema"],
    mustNot: ["../iot-to-sqs", "../../components"],
  },
  reading: {
    file: "reading/schema/index.ts",
    may: ["../fields", "./text", "valibot"],
    mustNot: ["../../functions/shared/reading", "../../config"],
  },
  examples: {
    file: "examples/vehicle/fields.ts",
    may: ["../../reading/definition", "./definition"],
    mustNot: ["../../functions/shared/reading", "../../components"],
  },
  "examples/own-rule": {
    file: "examples/own-rule/index.ts",
    may: ["@pulumi/aws", "./handler"],
    mustNot: ["../../components", "../../reading/fields"],
  },
  "examples/one-integration": {
    file: "examples/one-integration/index.ts",
    may: ["../../components", "../../components/iot-to-sqs"],
    mustNot: ["../../functions/iot-to-sqs", "../../config"],
  },
  policies: {
    file: "policies/rules/iam/require-delivery.ts",
    may: ["../../rule", "../iot/require-error-action", "../../../iam", "../../../iot-sql/check"],
    mustNot: ["../../../components", "../../../functions/shared/reading", "../../../reading"],
  },
  "iot-sql": {
    file: "iot-sql/time/zone.ts",
    may: ["../functions", "../functions/text-functions"],
    mustNot: ["../../iam", "../../functions/shared/reading", "../../reading"],
  },
  iam: { file: "iam/index.ts", may: ["./actions"], mustNot: ["../iot-sql", "../policies/rule"] },
  local: {
    file: "local/services/sqs/queue.ts",
    may: ["../../run", "../../../iot-sql", "../../../iam", "../../../operations/redrive/redrive"],
    mustNot: ["../../../components", "../../../index", "../../../policies", "../../../bench/main"],
  },
  operations: {
    file: "operations/redrive/main.ts",
    may: ["./plan", "../openapi/document", "../../functions/shared/reading", "../../package.json"],
    mustNot: ["../../local/run", "../../components/catalogue", "../../iam"],
  },
  "operations/cost": {
    file: "operations/cost/cost.ts",
    may: ["../../components/catalogue", "../../local/program", "../../pricing", "../print"],
    mustNot: ["../redrive/plan", "../../functions/iot-to-sqs", "../../index"],
  },
  "operations/flink": {
    file: "operations/flink/main.ts",
    may: ["./pack", "../../components/parts/flink/package", "../print"],
    mustNot: [
      "../redrive/plan",
      "../../components/iot-to-analytics",
      "../../components/parts/names",
    ],
  },
  "operations/grafana": {
    file: "operations/grafana/stack.ts",
    may: [
      "../../components/parts/health/watched",
      "../../local/program",
      "../../reading/lake",
      "../stack-outputs",
    ],
    mustNot: ["../redrive/plan", "../../components/catalogue", "../../index"],
  },
  pricing: {
    file: "pricing/idle.ts",
    may: ["./price", "./prices.json"],
    mustNot: ["../policies/rule", "../operations/cost/cost", "../local/program"],
  },
  bench: {
    file: "bench/program.ts",
    may: ["../index", "../components/catalogue", "../local/program", "../tests/support/events"],
    mustNot: ["../tests/support/deploy", "../tests/local/iot-core/world", "../tests", "../lint"],
  },
  lint: { file: "lint/index.ts", may: ["./layers"], mustNot: ["../functions/shared/reading"] },
};

describe("The direction of imports", () => {
  it("is tried for every layer", () => {
    assert.deepEqual(Object.keys(imports).sort(), Object.keys(layers).sort());
  });

  for (const [layer, { file, may, mustNot }] of Object.entries(imports)) {
    for (const module of may)
      it(`lets ${file} import '${module}'`, () => {
        assert.deepEqual(messagesOf(file, importing(module)), []);
      });
    for (const module of mustNot)
      it(`refuses '${module}' in ${file}`, () => {
        const [message = "", ...others] = messagesOf(file, importing(module));
        assert.deepEqual(others, []);
        assert.ok(message.startsWith(`${layer} must not import `), message);
      });
  }

  it("names the layer, the target, what is allowed, and why", () => {
    assert.deepEqual(messagesOf("components/iot-to-sqs.ts", importing("../local/run")), [
      "components must not import local/run: of this project it may import functions, reading only. An integration is made of parts and callbacks.",
    ]);
  });

  it("sees every form of an import", () => {
    for (const text of [
      'import "../local/run";',
      'import type { A } from "../local/run";',
      'import { type A } from "../local/run";',
      'import a = require("../local/run");',
      'export { a } from "../local/run";',
      'export type { A } from "../local/run";',
      'export * from "../local/run";',
      'export const a = () => import("../local/run");',
      'export const a = require("../local/run");',
      'export type A = import("../local/run").A;',
      'export type A = typeof import("../local/run");',
    ])
      assert.equal(messagesOf("components/iot-to-sqs.ts", text).length, 1, text);
  });

  it("refuses files outside of the project, and files of a folder that is in no layer", () => {
    assert.deepEqual(messagesOf("iam/index.ts", importing("../../elsewhere/iam")), [
      "../elsewhere/iam is outside of this project: move the file into it or use a package.",
    ]);
    assert.deepEqual(messagesOf("elsewhere/one.ts", ""), [
      "elsewhere/one belongs to no layer: add its folder to lint/layers.ts.",
    ]);
  });

  it("is the table of docs/architecture.md", () => {
    const page = fs.readFileSync(path.join(root, "docs/architecture.md"), "utf8");
    const namesIn = (cell = ""): string[] =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
    const [, table = ""] =
      /^\| folder or file +\| may import besides itself +\|\n\|.*\n((?:\|.*\n)+)/m.exec(page) ?? [];
    const rows = table
      .trim()
      .split("\n")
      .map((row) => row.split("|"))
      .flatMap(([, folders, allowed]) => namesIn(folders).map((name) => [name, namesIn(allowed)]));
    const { bench, ...others } = layers;
    assert.ok(bench);
    const expected = Object.entries(others).map(([name, { imports }]) => [name, [...imports]]);
    const said = rows.filter(([name]) => name !== "bench");
    assert.deepEqual(Object.fromEntries(said), Object.fromEntries(expected));
  });

  it("restricts no test", () => {
    assert.deepEqual(messagesOf("tests/local/run.spec.ts", importing("../../local/run")), []);
  });

  it("is an error in every folder of the project", async () => {
    const eslint = new ESLint({ cwd: root });
    const folders = fs
      .readdirSync(root, { withFileTypes: true })
      .filter(
        (entry) =>
          entry.isDirectory() && !/^\.|^(node_modules|coverage|docs|flink)$/.test(entry.name),
      )
      .map(({ name }) => `${name}/any.ts`);
    assert.ok(folders.length >= 9, folders.join());
    for (const file of [...folders, "index.ts"]) {
      const { rules } = (await eslint.calculateConfigForFile(
        path.join(root, file),
      )) as Linter.Config;
      assert.deepEqual(rules?.[rule], [2], file);
      const [folder = ""] = file.split("/");
      const known = folder.replace(/\.ts$/, "");
      assert.ok(known in layers || unrestricted.includes(known), `${folder} is in no layer`);
    }
  });
});
