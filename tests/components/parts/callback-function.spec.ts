import * as pulumi from "@pulumi/pulumi";
import * as assert from "node:assert/strict";
import { asSentence } from "../../../components/parts/callback-failure";
import { callbackFunction } from "../../../components/parts/callback-function";
import { requiredBy } from "../../../components/parts/callback-packages";
import { deploy } from "../../support/deploy";
import { factories } from "./unserialisable";

const file = "tests/components/parts/unserialisable.ts";
const grammar = "docs/decisions/0002-callback-grammar.md";
const captures = (name: string): string =>
  `The callback of demo cannot be serialised: ${file} captures '${name}', a value of the deployment that has no source text: make it inside createHandler (${grammar}).`;
const requires = (name: string): string =>
  `The callback of demo requires '${name}', which is neither in its archive nor in Lambda: list the package under dependencies in package.json, or, if it is there, install with npm ci or pnpm, whose layouts of node_modules Pulumi can read.`;
const uses = (name: string): string =>
  `The callback of demo cannot be serialised: ${file} uses '${name}', which the serialiser does not find: declare it before the function that uses it, and write no label (${grammar}).`;

const sentences: Record<string, string> = {
  client: captures("client"),
  collection: captures("seen"),
  member: captures("state"),
  native: captures("bound"),
  label: uses("outer"),
  late: uses("late"),
  this: `The callback of demo cannot be serialised: ${file} uses 'this' in an arrow function: pass the object as a parameter (${grammar}).`,
  program: requires("@pulumi/pulumi"),
  package: requires("fflate"),
  secret:
    "The callback of demo captures a secret, which would be in its archive in clear text: pass the secret's ARN in the environment and read it from Secrets Manager.",
  output:
    "The callback of demo captures an output, whose value the first preview does not know: pass it in the environment.",
};

const deployed = (callbackFactory: () => () => Promise<unknown>) =>
  deploy(() => {
    const demo = callbackFunction(
      "demo",
      { callbackFactory, role: "role", runtime: "nodejs24.x", timeout: 3, memorySize: 128 },
      {},
    );
    // Waits for the one that fails, and fails with it.
    callbackFunction(
      "other",
      {
        callbackFactory: () => async () => 1,
        ...{ role: demo.arn, runtime: "nodejs24.x", timeout: 3, memorySize: 128 },
      },
      {},
    );
    return { arn: demo.arn };
  });

describe("A callback that cannot be deployed", () => {
  it("is tested for every kind of message", () =>
    assert.deepEqual(Object.keys(factories), Object.keys(sentences)));

  for (const [what, factory] of Object.entries(factories))
    it(`fails the evaluation with one sentence: ${what}`, () =>
      assert.rejects(
        deployed(() => factory()),
        (error: Error) => {
          assert.equal(error.message, sentences[what]);
          assert.ok(pulumi.RunError.isInstance(error), "Pulumi prints it without a stack");
          return true;
        },
      ));

  it("leaves no listener and no unhandled rejection", async () => {
    const before = process.listeners("unhandledRejection");
    await assert.rejects(deployed(() => factories.client?.() as never));
    assert.deepEqual(process.listeners("unhandledRejection"), before);
    assert.ok((await deployed(() => async () => 1)).only("aws:lambda/function:Function", "demo"));
  });
});

describe("Why a function cannot be deployed, in one sentence", () => {
  it("keeps an existing sentence", () => {
    const first = asSentence("demo", new Error("broken"));
    assert.equal(asSentence("demo", first), first);
  });

  it("is the same error, whose message Pulumi does not change", () => {
    const error = new Error("ENOENT: no such file\n  more");
    assert.equal(asSentence("demo", error), error);
    error.message = `error serializing property "code": ${error.message}`;
    assert.equal(
      error.message,
      `The archive of demo cannot be made (ENOENT: no such file): run npm ci in ${process.cwd()} and try again.`,
    );
  });

  it("accepts thrown values that are not errors", () =>
    assert.match(asSentence("demo", "broken").message, /\(broken\)/));

  it("reports a Node.js too old for a workspace above the project", () =>
    assert.equal(
      asSentence(
        "demo",
        new TypeError(
          "promises_1.glob(...) is not a function or its return value is not async iterable",
        ),
      ).message,
      `The archive of demo cannot be made: the package.json of a folder above ${process.cwd()} has workspaces, which Pulumi reads with Node.js 22 or later; this is Node.js ${process.version}: use a later one or move the project out of that folder.`,
    ));

  it("names what a package does not export", () =>
    assert.equal(
      asSentence("demo", new Error('package.json export path for "esm/only.mjs" not found'))
        .message,
      "The callback of demo captures esm/only.mjs, which its package does not export: use a package that Node.js 24 can require.",
    ));

  it("names a layout of node_modules that Pulumi cannot read", () =>
    assert.equal(
      asSentence(
        "demo",
        new Error('package.json export path for ".store/a@1-b/node_modules/a/index.cjs" not found'),
      ).message,
      "The archive of demo cannot be made: Pulumi does not find the package of node_modules/.store/a@1-b/node_modules/a/index.cjs: install with npm ci or pnpm, whose layouts of node_modules it can read.",
    ));

  it("falls back to the serialiser's reason", () =>
    assert.equal(
      asSentence(
        "demo",
        new Error(
          "Error serializing 'a': a.ts(1,2)\n\n'a': none.ts(1,2): which could not be serialized because\n  it is odd.",
        ),
      ).message,
      `The callback of demo cannot be serialised: none.ts fails because it is odd: write it as plain functions and object literals (${grammar}).`,
    ));
});

describe("What a serialised callback requires", () => {
  it("is every package but Node.js's own and AWS's SDK", () =>
    assert.deepEqual(
      requiredBy(
        'require("fs") require("node:zlib") require("@aws-sdk/client-sqs/dist-cjs/index.js") require("valibot") require("@a/b/c.js") require(".store/x@1/node_modules/x")',
      ),
      ["valibot", "@a/b", ".store"],
    ));
});
