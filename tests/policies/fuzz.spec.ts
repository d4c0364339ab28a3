import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { RecordedResource } from "../../local/program";
import { allRules } from "../../policies/catalogue";
import { findings, recorded, type Given } from "../support/policy";
import { anyResource, anyValue, types, words } from "./anything";
import { damaged } from "./damage";
import { runsOf } from "../support/long-test";
import { wholeProgram } from "./whole-program";

/** How many resources each of the two properties makes, at the least; docs/policies-proof.md has a run with 100,000. */
const wanted = Number(process.env.FUZZ_RESOURCES ?? runsOf(2_000));
const perRun = { minLength: 1, maxLength: 40, size: "max" } as const;
// The average is 20; the first runs of a property are smaller on purpose.
const numRuns = Math.ceil(wanted / 16);

const rules = allRules();
const failures = async (given: Given[]): Promise<string[]> =>
  (await findings(rules, recorded(given)))
    .filter(({ message }) => /The rule itself failed|can't run/.test(message))
    .map(({ policy, message }) => `${policy}: ${message}`);

async function neverFail(resources: fc.Arbitrary<Given[]>): Promise<void> {
  let made = 0;
  await fc.assert(
    fc.asyncProperty(resources, async (given) => {
      made += given.length;
      assert.deepEqual(await failures(given), []);
    }),
    { numRuns },
  );
  console.log(`      ${made} resources, ${rules.length} rules`);
  assert.ok(made >= wanted, `only ${made}`);
}

describe("The rules, with arbitrary inputs", function () {
  this.timeout(7_200_000);
  let program: RecordedResource[];
  before(async () => {
    program = await wholeProgram();
  });

  it("cover enough types and inputs for a meaningful test", () => {
    assert.ok(types.length > 40, String(types.length));
    assert.ok(words.length > 200, String(words.length));
  });

  it("never throw, and never report that they cannot run", () =>
    neverFail(fc.array(anyResource, perRun)));

  it("never throw for modified resources of the program", () =>
    neverFail(
      fc.array(
        fc
          .tuple(
            fc.constantFrom(...program),
            fc.array(fc.nat(40), { minLength: 1, maxLength: 8, size: "max" }),
            anyValue,
          )
          .map(([{ type, name, plain }, way, value]) => ({
            type,
            name,
            inputs: damaged(plain, way, value) as Given["inputs"],
          })),
        perRun,
      ),
    ));
});
