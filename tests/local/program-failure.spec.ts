import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { evaluateProject } from "../../local/program";

describe("A program that fails", () => {
  let root: string;
  before(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), "failing-"));
  });
  after(() => fs.rmSync(root, { recursive: true }));

  /** The compiler keeps the source maps of a file by its name, so each program has a folder of its own. */
  function writeProgram(index: string): string {
    const folder = fs.mkdtempSync(path.join(root, "mine-"));
    const files = {
      "Pulumi.yaml": "name: mine\nruntime: nodejs\n",
      "Pulumi.local.yaml": "config:\n  aws:region: eu-central-1\n",
      "index.ts": index,
      "exported.ts": "export const known = 1;\n",
      "part.ts": "export const first = 1;\n\nthrow new TypeError('late');\n",
      "unparsable.js": "\n\nconst a = ;\n",
      "node_modules/thrower/index.js": "module.exports = () => { throw new Error('deep'); };",
    };
    for (const [name, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      fs.writeFileSync(path.join(folder, name), text);
    }
    return folder;
  }

  /** Evaluates it as a program of another project, whose place is found however few lines of stack traces the caller keeps; returns the failure. */
  async function failure(lines: string[]): Promise<string> {
    const folder = writeProgram(lines.join("\n"));
    const before = Error.stackTraceLimit;
    Error.stackTraceLimit = 1;
    try {
      await evaluateProject(folder, "local", { invoke: async () => ({}) }, {}, true);
    } catch (error) {
      return (error as Error).message.replace(path.relative(process.cwd(), folder), "…");
    } finally {
      Error.stackTraceLimit = before;
    }
    return "no failure";
  }

  const aws = 'import * as aws from "@pulumi/aws";';
  const pulumi = 'import * as pulumi from "@pulumi/pulumi";';
  const noLine = "which has no line number since it is not an Error: throw new Error(…).";
  const failures: [what: string, lines: string[], sentence: string][] = [
    ["throws at the top", ["const a = 1;", "throw new Error('boom');"], "…/index.ts:2: boom"],
    [
      "throws in a function",
      ["function f(): void {", "  throw new Error('boom');", "}", "f();"],
      "…/index.ts:2: boom",
    ],
    [
      "rejects a promise that it does not wait for",
      ["export const a = 1;", "void Promise.reject(new Error('boom'));"],
      "…/index.ts:2: boom",
    ],
    [
      "throws in its asynchronous function",
      ["export = async () => {", "  await Promise.resolve();", "  throw new Error('boom');", "};"],
      "…/index.ts:3: boom",
    ],
    [
      "throws in apply",
      [
        pulumi,
        "export const x = pulumi.output(1).apply(() => {",
        "  throw new Error('boom');",
        "});",
      ],
      "…/index.ts:3: boom",
    ],
    ["throws in a file that it imports", ['import "./part";'], "…/part.ts:3: late"],
    [
      "calls a package that throws",
      ["", "require('thrower')();", "export {};"],
      "…/index.ts:2: deep",
    ],
    [
      "has a mistake of syntax",
      ["", "export const a = ;"],
      "…/index.ts:2: Expression expected (TS1109).",
    ],
    [
      "requires a file that Node.js cannot parse",
      ["require('./unparsable');", "export {};"],
      "…/unparsable.js:3: Unexpected token ';'",
    ],
    [
      "reads a property of undefined",
      ["const a: any = undefined;", "export const b = a.c;"],
      "…/index.ts:2: Cannot read properties of undefined (reading 'c')",
    ],
    [
      "imports a file that does not exist",
      ['import { a } from "./absent";', "export const b = a;"],
      "…/index.ts:1: The module './absent' does not exist.",
    ],
    [
      "imports a package that is not installed",
      ['import a from "not-installed";', "export const b = a;"],
      "…/index.ts:1: The package 'not-installed' is not installed: add it to package.json and install it.",
    ],
    [
      "calls what a file does not export",
      ['import { absent } from "./exported";', "absent();"],
      "…/index.ts:2: absent is not a function",
    ],
    [
      "makes a resource that a package does not have",
      [aws, "new (aws.sqs as any).Quue('q');"],
      "…/index.ts:2: aws.sqs.Quue is not a constructor",
    ],
    [
      "leaves out an input that a resource needs",
      [aws, "new aws.iot.TopicRule('rule', {} as never);"],
      "…/index.ts:2: Missing required property 'enabled'",
    ],
    [
      "needs a configuration that the stack lacks",
      [pulumi, "new pulumi.Config().require('size');"],
      "…/index.ts:2: The configuration has no mine:size: set it in Pulumi.local.yaml.",
    ],
    ["throws text", ["throw 'boom';"], `The program throws 'boom', ${noLine}`],
    ["throws nothing", ["throw undefined;"], `The program throws undefined, ${noLine}`],
    [
      "rejects with an object",
      ["export const a = 1;", "void Promise.reject({ code: 5 });"],
      `The program throws { code: 5 }, ${noLine}`,
    ],
  ];
  for (const [what, lines, sentence] of failures)
    it(`${what}: says file, line and what is wrong, in one sentence`, async () =>
      assert.equal(await failure(lines), sentence));

  it("of this project keeps the sentence of its own refusals", async () => {
    const changes = { "iot-integrations:topicPrefix": "a b" };
    await assert.rejects(
      evaluateProject(process.cwd(), "local", { invoke: async () => ({}) }, changes),
      { message: /^Configuration iot-integrations:topicPrefix is "a b"; / },
    );
  });
});
