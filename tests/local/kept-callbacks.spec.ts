import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { asset } from "@pulumi/pulumi";
import { evaluateProject } from "../../local/program";
import { answer } from "../support/deploy";

const program = `
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createGreeter } from "./greeting";
import { version } from "./node_modules/greetings";

const name = new pulumi.Config().get("name") ?? "nobody";
const queue = new aws.sqs.Queue("queue");
const inputs = { role: "role", runtime: "nodejs24.x" as const };
class Pair extends pulumi.ComponentResource {
  constructor(parent: string) {
    super("test:index:Pair", parent);
    new aws.lambda.CallbackFunction("same", { ...inputs, callbackFactory: () => createGreeter(parent) }, { parent: this });
  }
}
new Pair("first");
new Pair("second");
new aws.lambda.CallbackFunction("named", { ...inputs, callbackFactory: () => createGreeter(name) });
new aws.lambda.CallbackFunction("output", { ...inputs, callbackFactory: () => async () => queue.arn.get() });
new aws.lambda.CallbackFunction("plain", { ...inputs, callback: async () => version });
`;
const greeting = (word: string): string =>
  `export const createGreeter = (name: string) => async () => "${word} " + name;`;

describe("kept callbacks", function () {
  this.timeout(60_000);

  let folder: string;
  beforeEach(() => {
    // Within the project, so that the program finds Pulumi's packages.
    fs.mkdirSync(path.join(__dirname, "../../.local"), { recursive: true });
    folder = fs.mkdtempSync(path.join(__dirname, "../../.local/kept-"));
    write("Pulumi.yaml", "name: kept\nruntime: nodejs\n");
    write("Pulumi.test.yaml", "config:\n  kept:name: Ada\n");
    write("package.json", "{}");
    write("index.ts", program);
    write("greeting.ts", greeting("Hello"));
    write("node_modules/greetings/index.js", "exports.version = 1;");
  });
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  function write(name: string, text: string): void {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }

  /** The code of each function, by the last part of its URN. */
  async function evaluated(directory = folder): Promise<Record<string, string>> {
    // As in a new process.
    for (const file of Object.keys(require.cache))
      if (file.startsWith(folder)) delete require.cache[file];
    const { resources } = await evaluateProject(directory, "test", {
      invoke: answer,
      create: async ({ name, plain }) => ({ id: name, state: { ...plain, arn: `arn:${name}` } }),
    });
    const texts = resources
      .filter(({ type }) => type === "aws:lambda/function:Function")
      .map(async ({ name, parent, plain }) => {
        const files = await (plain.code as asset.AssetArchive).assets;
        const text = await (files["__index.js"] as asset.StringAsset).text;
        return [`${parent.split("::").at(-1)} ${name}`, text] as const;
      });
    return Object.fromEntries(await Promise.all(texts));
  }

  const kept = path.join(".local", "callbacks");
  /** Marks what is kept, so that its use shows. */
  function mark(): void {
    const files = fs.readdirSync(path.join(folder, kept)).map((name) => path.join(kept, name));
    for (const file of files) {
      const content = fs.readFileSync(path.join(folder, file), "utf8");
      write(file, content.replace('"text":"', '"text":"// kept\\n'));
    }
  }
  const isKept = (text = ""): boolean => text.startsWith("// kept");
  const factories = ["first same", "second same", "kept-test named"];
  const keptOf = (texts: Record<string, string>): string[] =>
    Object.keys(texts).filter((name) => isKept(texts[name]));

  it("are used while nothing changes, each for its own function", async () => {
    const first = await evaluated();
    assert.deepEqual(keptOf(first), []);
    mark();
    const second = await evaluated();
    assert.deepEqual(keptOf(second).sort(), [...factories].sort());
    assert.deepEqual(
      Object.fromEntries(
        Object.entries(second).map(([name, text]) => [name, text.replace("// kept\n", "")]),
      ),
      first,
    );
    for (const [name, word] of [
      ["first same", "first"],
      ["second same", "second"],
      ["kept-test named", "Ada"],
    ] as const)
      assert.match(second[name] ?? "", new RegExp(`"${word}"`));
  });

  it("leave out callbacks whose text follows from more than sources: outputs, and callbacks without a factory", async () => {
    await evaluated();
    assert.equal(fs.readdirSync(path.join(folder, kept)).length, factories.length);
  });

  const changes: Record<string, () => void> = {
    "the program": () => write("index.ts", `${program}\n// changed`),
    "a module that a callback uses": () => write("greeting.ts", greeting("Good morning")),
    "a file of a package": () =>
      write("node_modules/greetings/index.js", "exports.version = 1000;"),
    "the lock file": () => write("package-lock.json", "{}"),
    "the installed packages": () => write("node_modules/.package-lock.json", "{}"),
    "the compiler's options": () => write("tsconfig.json", "{}"),
    "the configuration": () => write("Pulumi.test.yaml", "config:\n  kept:name: Grace\n"),
  };
  for (const [what, change] of Object.entries(changes))
    it(`are made anew after a change of ${what}`, async () => {
      await evaluated();
      mark();
      change();
      assert.deepEqual(keptOf(await evaluated()), []);
    });

  it("are made anew after a change behind the links of a checkout", async () => {
    const link = `${folder}-link`;
    fs.mkdirSync(link);
    try {
      for (const name of fs.readdirSync(folder))
        fs.symlinkSync(path.join(folder, name), path.join(link, name));
      await evaluated();
      fs.symlinkSync(path.join(folder, ".local"), path.join(link, ".local"));
      mark();
      assert.deepEqual(keptOf(await evaluated(link)).sort(), [...factories].sort());
      write("greeting.ts", greeting("Good morning"));
      assert.deepEqual(keptOf(await evaluated(link)), []);
    } finally {
      fs.rmSync(link, { recursive: true });
    }
  });

  it("are made anew for another version of Node.js", async () => {
    await evaluated();
    mark();
    const version = Object.getOwnPropertyDescriptor(process, "version") ?? {};
    Object.defineProperty(process, "version", { ...version, value: "v99.0.0" });
    try {
      assert.deepEqual(keptOf(await evaluated()), []);
    } finally {
      Object.defineProperty(process, "version", version);
    }
  });

  it("are made anew if what was kept cannot be read", async () => {
    const first = await evaluated();
    for (const name of fs.readdirSync(path.join(folder, kept))) write(path.join(kept, name), "{");
    assert.deepEqual(await evaluated(), first);
  });
});
