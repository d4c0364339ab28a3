import * as assert from "node:assert/strict";
import { stems } from "../../components/catalogue";
import { endAll, missing } from "./cli";
import { byResource, type Finding, type Outcome } from "./outcome";
import { createOverlay, type Overlay } from "./overlay";
import { sabotages, type Sabotage } from "./sabotages";

/** As little of the program as has the resource: its own integration, without people and without an API. */
const configFor = ({ name }: Sabotage) => ({
  "aws:region": "eu-central-1",
  "iot-integrations:integrations": [
    stems.find((stem) => name.startsWith(stem)) ?? "iot-to-dynamodb",
  ],
  "iot-integrations:alarmEmails": [],
  "sabotage:resource": name,
});

const expectedOf = ({ refused }: Sabotage): Finding[] =>
  refused
    .map(([policy, resource, sentence]) => ({ level: "mandatory", policy, resource, sentence }))
    .sort(byResource);

/** The profile that this project uses. */
const strict = ["--policy-pack", "policies", "--policy-pack-config", "policies/strict.json"];

/** Two previews at once: a preview waits as long for its processes to start as it computes. */
const atOnce = 2;

describe("The Pulumi engine, with one thing broken on an empty stack", function () {
  this.timeout(600_000);

  const stacks: Overlay[] = [];
  const outcomes = new Map<Sabotage, Outcome>();

  before(async function () {
    const reason = await missing();
    if (reason !== undefined) {
      console.warn(`The tests with the Pulumi engine are skipped: ${reason}.`);
      this.skip();
    }
    const left = [...sabotages];
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
  });

  for (const sabotage of sabotages)
    it(`refuses ${sabotage.input} of ${sabotage.name} at the first preview, and nothing else`, () => {
      const outcome = outcomes.get(sabotage);
      assert.deepEqual(outcome?.findings, expectedOf(sabotage));
      assert.equal(outcome?.code, 1);
    });
});
