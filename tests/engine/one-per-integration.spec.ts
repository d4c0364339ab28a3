import * as assert from "node:assert/strict";
import { stems } from "../../components/catalogue";
import { endAll, missing } from "./cli";
import { byResource, type Finding, type Outcome } from "./outcome";
import { createOverlay, type Overlay } from "./overlay";
import { sabotages, type Sabotage } from "./sabotages";

/** The telemetry rule is shared, and part of every stack. */
const stemOf = ({ name }: Sabotage): string =>
  stems.find((stem) => name.startsWith(stem)) ?? "iot-to-dynamodb";

/** Sabotages for one preview: at most one of each integration, so that findings of one do not hide those of another. */
const previews: Sabotage[][] = [];
for (const sabotage of sabotages) {
  const free = previews.find((all) => all.every((one) => stemOf(one) !== stemOf(sabotage)));
  if (free) free.push(sabotage);
  else previews.push([sabotage]);
}

/** As little of the program as has the resources: their own integrations, without people and without an API. */
const configFor = (broken: Sabotage[]) => ({
  "aws:region": "eu-central-1",
  "iot-integrations:integrations": stems.filter((stem) =>
    broken.some((one) => stemOf(one) === stem),
  ),
  "iot-integrations:alarmEmails": [],
  "sabotage:resources": broken.map(({ name }) => name),
});

const expectedOf = (broken: Sabotage[]): Finding[] =>
  broken
    .flatMap(({ refused }) => refused)
    .map(([policy, resource, sentence]) => ({ level: "mandatory", policy, resource, sentence }))
    .sort(byResource);

/** The profile that this project uses. */
const strict = ["--policy-pack", "policies", "--policy-pack-config", "policies/strict.json"];

/** Two previews at once: a preview waits as long for its processes to start as it computes. */
const atOnce = 2;

describe("The Pulumi engine, with one thing broken in each integration, on an empty stack", function () {
  this.timeout(600_000);

  const stacks: Overlay[] = [];
  const outcomes = new Map<Sabotage[], Outcome>();

  before(async function () {
    const reason = await missing();
    if (reason !== undefined) {
      console.warn(`The tests with the Pulumi engine are skipped: ${reason}.`);
      this.skip();
    }
    const left = [...previews];
    const work = async (): Promise<void> => {
      const stack = createOverlay({}, "tests/engine/sabotaged.ts");
      stacks.push(stack);
      await stack.run("stack", "init", "--no-select");
      for (let next = left.shift(); next; next = left.shift()) {
        stack.configure(configFor(next));
        outcomes.set(next, await stack.run("preview", "--json", ...strict));
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  });

  after(() => {
    endAll();
    stacks.forEach((stack) => stack.remove());
  });

  it("is tested with at least ten changes", () => {
    assert.ok(sabotages.length >= 10);
    assert.equal(previews.flat().length, sabotages.length);
  });

  for (const broken of previews) {
    const what = broken.map(({ input, name }) => `${input} of ${name}`).join(", ");
    it(`refuses ${what} at the first preview, and nothing else`, () => {
      const outcome = outcomes.get(broken);
      assert.deepEqual(outcome?.findings, expectedOf(broken));
      assert.equal(outcome?.code, 1);
    });
  }
});
