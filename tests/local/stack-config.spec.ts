import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { readRegion, readStackConfiguration } from "../../local/stack-config";

describe("readStackConfiguration", () => {
  let directory: string;
  beforeEach(() => (directory = fs.mkdtempSync(path.join(os.tmpdir(), "stack-config-"))));
  afterEach(() => fs.rmSync(directory, { recursive: true }));

  const read = (project: string | undefined, stack: string | undefined) => {
    if (project !== undefined) fs.writeFileSync(path.join(directory, "Pulumi.yaml"), project);
    if (stack !== undefined) fs.writeFileSync(path.join(directory, "Pulumi.dev.yaml"), stack);
    return readStackConfiguration(directory, "dev");
  };
  const declaring = (...lines: string[]) =>
    ["name: fleet", "config:", ...lines.map((line) => `  ${line}`)].join("\n");

  it("passes text unchanged, and everything else as JSON", () => {
    const { project, values } = read(
      "name: fleet",
      'config: { "aws:region": eu-central-1, "fleet:days": 7, "fleet:on": true, "fleet:list": [a, 1] }',
    );
    assert.equal(project, "fleet");
    assert.deepEqual(values, {
      "aws:region": "eu-central-1",
      "fleet:days": "7",
      "fleet:on": "true",
      "fleet:list": '["a",1]',
    });
  });

  it("fills in the project's values and defaults, which the stack overrides", () => {
    const { values } = read(
      declaring(
        "a: { type: string, default: from project }",
        "b: { type: integer, default: 1 }",
        "c: short form",
        "d: { value: fixed }",
        "aws:region: { value: eu-central-1 }",
      ),
      'config: { "fleet:b": 2, c: mine }',
    );
    assert.deepEqual(values, {
      "fleet:a": "from project",
      "fleet:b": "2",
      "fleet:c": "mine",
      "fleet:d": "fixed",
      "aws:region": "eu-central-1",
    });
  });

  it("takes values of any type in other namespaces, from both files", () => {
    const { values } = read(
      declaring('"iot-to-sns:emails": { value: [a] }', '"iot-to-sqs:list": [a]'),
      'config: { "iot-to-sns:limits": { temperature: 80.5 }, "iot-to-sqs:days": 7 }',
    );
    assert.deepEqual(values, {
      "iot-to-sns:emails": '["a"]',
      "iot-to-sqs:list": '["a"]',
      "iot-to-sns:limits": '{"temperature":80.5}',
      "iot-to-sqs:days": "7",
    });
  });

  for (const [attribute, declaration] of [
    ["type", "{ type: array }"],
    ["default", "{ default: [] }"],
  ] as const)
    it(`refuses a ${attribute} for a key of another namespace, as the CLI does`, () =>
      assert.throws(() => read(declaring(`"iot-to-sns:emails": ${declaration}`), "config: {}"), {
        message: `Configuration key 'iot-to-sns:emails' in Pulumi.yaml is not of the project and must not define a ${attribute}: give it a value.`,
      }));

  it("treats an empty stack file as a stack without settings", () => {
    assert.deepEqual(read("name: fleet", "").values, {});
    assert.deepEqual(read("name: fleet", "encryptionsalt: v1").values, {});
  });

  it("takes a key without a value as an empty text, as the CLI does", () => {
    assert.deepEqual(
      read(
        declaring("word: { type: string, default: a }"),
        "config:\n  fleet:word:\n  aws:region:\n",
      ).values,
      { "fleet:word": "", "aws:region": "" },
    );
    assert.throws(
      () =>
        read(declaring("list: { type: array, default: [a] }"), "config:\n  fleet:list:\n").values,
      {
        message:
          "Stack 'dev' with configuration key 'fleet:list' must be of type 'array': correct it in Pulumi.dev.yaml.",
      },
    );
  });

  for (const [stack, sentence] of [
    [
      "confg:\n  fleet:a: 1\n",
      "Pulumi.dev.yaml has 'confg', which Pulumi does not read: write settings below config:.",
    ],
    [
      "fleet:a: 1\n",
      "Pulumi.dev.yaml has 'fleet:a', which Pulumi does not read: write settings below config:.",
    ],
    [
      "config: [a]\n",
      "The config of Pulumi.dev.yaml is not a map: write each setting as key: value.",
    ],
    ["- config\n", "Pulumi.dev.yaml is not a map: write config: in its first line."],
  ] as const)
    it(`refuses a stack file of ${JSON.stringify(stack)}`, () =>
      assert.throws(() => read("name: fleet", stack), { message: sentence }));

  it("keeps false, zero and empty values", () => {
    const { values } = read(
      declaring("on: { type: boolean, default: true }", "list: { type: array, default: [a] }"),
      'config: { "fleet:on": false, "fleet:list": [], "fleet:days": 0, "fleet:word": "" }',
    );
    assert.deepEqual(values, {
      "fleet:on": "false",
      "fleet:list": "[]",
      "fleet:days": "0",
      "fleet:word": "",
    });
  });

  it("reports a missing required value", () =>
    assert.throws(() => read(declaring("mail: { type: string }"), "config: {}"), {
      message:
        "Stack 'dev' is missing configuration value 'fleet:mail': set it in Pulumi.dev.yaml.",
    }));

  for (const [type, wrong] of [
    ["string", "7"],
    ["integer", "7.5"],
    ["integer", '"7"'],
    ["boolean", '"true"'],
    ["array", "a"],
    ["array", "{ a: 1 }"],
  ])
    it(`refuses ${wrong} for the type ${type}`, () =>
      assert.throws(
        () => read(declaring(`key: { type: ${type} }`), `config: { "fleet:key": ${wrong} }`),
        {
          message: `Stack 'dev' with configuration key 'fleet:key' must be of type '${type}': correct it in Pulumi.dev.yaml.`,
        },
      ));

  for (const [file, project, stack] of [
    ["Pulumi.yaml", undefined, "config: {}"],
    ["Pulumi.dev.yaml", "name: fleet", undefined],
  ] as const)
    it(`misses ${file}`, () =>
      assert.throws(
        () => read(project, stack),
        ({ message }: Error) =>
          // The path from here, since `--project` names another folder.
          new RegExp(
            `^\\.\\./.+/${file} cannot be read: run this in the project's folder, with a stack that has a file\\.$`,
          ).test(message) || assert.fail(message),
      ));

  it("rejects a file that is not YAML, with its name", () =>
    assert.throws(
      () => read("name: fleet", "config: ["),
      /^Error: Pulumi\.dev\.yaml is not YAML: /,
    ));
});

describe("readRegion", () => {
  let directory: string;
  beforeEach(() => (directory = fs.mkdtempSync(path.join(os.tmpdir(), "stack-region-"))));
  afterEach(() => fs.rmSync(directory, { recursive: true }));

  const read = (region?: string): string => {
    const files = {
      "Pulumi.yaml": "name: fleet\nruntime: nodejs\n",
      "Pulumi.dev.yaml": region === undefined ? "" : `config: { "aws:region": "${region}" }`,
      "index.ts": "",
    };
    for (const [name, text] of Object.entries(files))
      fs.writeFileSync(path.join(directory, name), text);
    return readRegion(directory, "dev");
  };

  it("returns the region of the stack, in any partition", () => {
    for (const region of ["eu-central-1", "cn-north-1", "us-gov-west-1"])
      assert.equal(read(region), region);
  });

  const set = "set aws:region in Pulumi.dev.yaml, for example to eu-central-1.";
  for (const [region, wrong] of [
    [undefined, "no region"],
    ["", "no region"],
    ["eu-centrall-1", "the region 'eu-centrall-1', which AWS does not have"],
    ["EU-CENTRAL-1", "the region 'EU-CENTRAL-1', which AWS does not have"],
    ["toString", "the region 'toString', which AWS does not have"],
  ] as const)
    it(`refuses ${wrong}${region === "" ? ", written as an empty text" : ""}`, () => {
      assert.throws(() => read(region), { message: `Stack 'dev' has ${wrong}: ${set}` });
    });
});
