import { version } from "@pulumi/aws/package.json";
import * as assert from "node:assert/strict";
import { stems } from "../../components/config";
import { endAll, missing } from "./cli";
import type { Outcome } from "./outcome";
import { createOverlay, type Overlay } from "./overlay";
import * as standIn from "./stand-in/package.json";

/** Everything switched on, so that the policies see all that the program can make. */
const config = {
  "aws:region": "eu-central-1",
  "iot-integrations:integrations": [...stems],
  "iot-integrations:alarmEmails": ["operations@example.com"],
  "iot-integrations:alertEmails": ["night-shift@example.com"],
  "iot-integrations:alertPhoneNumbers": ["+4915112345678"],
  "iot-integrations:iotLogging": true,
};
/** The URL of a webhook is often all that it takes to call it. */
const secretUrl = "https://tickets.example.com/alerts/for-tests-only";

const preview = ["preview", "--json"];
const update = ["up", "--yes", "--skip-preview", "--json"];
const policies = ["--policy-pack", "policies"];

async function createStack(program?: string): Promise<Overlay> {
  const overlay = createOverlay(config, program);
  await overlay.run("stack", "init", "--no-select");
  await overlay.run("config", "set", "--secret", "--path", "alertEndpoints[0]", secretUrl);
  return overlay;
}

describe("The stand-in for the aws provider", () => {
  it("has the version of @pulumi/aws in use, or the engine would look for another", () => {
    assert.equal(standIn.version, version);
  });
});

describe("The Pulumi engine", function () {
  this.timeout(240_000);

  before(async function () {
    const reason = await missing();
    if (reason === undefined) return;
    console.warn(`The tests with the Pulumi engine are skipped: ${reason}.`);
    this.skip();
  });

  after(endAll);

  describe("with this project's program, on an empty stack", () => {
    let stack: Overlay;
    let first: Outcome;
    let updated: Outcome;
    let second: Outcome;

    before(async () => {
      stack = await createStack();
      first = await stack.run(...preview, ...policies);
      updated = await stack.run(...update, ...policies);
      second = await stack.run(...preview, "--expect-no-changes");
    });

    after(() => stack?.remove());

    it("passes every policy at the first preview, which leaves none unproven", () => {
      const { result, policyPacks, messages, code } = first;
      const expected = { result: "succeeded", policyPacks: 1, messages: [], code: 0 };
      assert.deepEqual({ result, policyPacks, messages, code }, expected);
    });

    it("passes every policy at the update too, when all values are known", () => {
      const { result, policyPacks, messages, code } = updated;
      const expected = { result: "succeeded", policyPacks: 1, messages: [], code: 0 };
      assert.deepEqual({ result, policyPacks, messages, code }, expected);
    });

    it("creates at the update exactly what the first preview announced", () => {
      assert.ok(first.operations.create);
      assert.deepEqual(updated.operations, first.operations);
    });

    it("finds nothing to change at the second preview", () => {
      assert.equal(second.result, "succeeded");
      assert.deepEqual(second.operations, { same: first.operations.create });
      assert.equal(second.code, 0);
    });

    it("finds a resource behind every name that the program computed an ARN or a URL from", () => {
      const resources = stack.resources();
      const made = new Set(resources.flatMap(({ outputs }) => [outputs?.arn, outputs?.url]));
      const inputs = resources.filter(({ type }) => type.startsWith("aws:"));
      const named = JSON.stringify(inputs.map((resource) => resource.inputs)).match(
        /(arn:aws:|https:\/\/sqs)[^"\\]+/g,
      );
      const isOne = (text: string): boolean => !/\*|\$\{|:root$/.test(text);
      assert.ok(named);
      assert.deepEqual(
        named.filter((text) => isOne(text) && !made.has(text)),
        [],
      );
    });

    it("keeps a secret setting out of the state and of what it prints", () => {
      assert.deepEqual(stack.stateFilesWith(secretUrl), []);
      const printed = [first, updated, second].map(({ stdout, stderr }) => stdout + stderr);
      assert.deepEqual(
        printed.map((text) => text.includes(secretUrl)),
        [false, false, false],
      );
    });
  });

  describe("with a role for everything and a rule that forgets, on an empty stack", () => {
    let stack: Overlay;
    let first: Outcome;

    before(async () => {
      stack = await createStack("tests/engine/sabotaged.ts");
      first = await stack.run(...preview, ...policies);
    });

    after(() => stack?.remove());

    it("refuses both at the first preview, by the names of the policies", () => {
      assert.deepEqual(first.findings, []);
      assert.notEqual(first.code, 0);
    });
  });
});
