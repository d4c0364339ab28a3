import * as assert from "node:assert/strict";
import type { RecordedResource } from "../../local/program";
import { rules } from "../../policies/rules";
import { directly, findings } from "../support/policy";
import { additions } from "./additions";
import { breakers } from "./breakers";
import { concerned, readsOf } from "./reads";
import { sabotages, type Sabotage } from "./sabotage";
import { plain, renew, shownTable, tableOf, type Outcome } from "./sabotage-table";
import { wholeProgram } from "./whole-program";
import { expectedAdvice } from "../support/advice";
import { isQuick, longTest } from "../support/long-test";

let table = "";

const names = (lines: string[]): string[] => [
  ...new Set(lines.map((line) => line.split(" ")[0] ?? "")),
];

describe("The whole program", function () {
  this.timeout(300_000);
  let program: RecordedResource[];
  before(async () => {
    program = await wholeProgram();
  });

  it("passes every rule without unverified inputs", async () => {
    const found = await findings(rules, program);
    const [advice, others] = [true, false].map((isAdvice) =>
      found.filter(({ policy }) => expectedAdvice.includes(policy) === isAdvice),
    );
    assert.deepEqual(
      advice?.map(({ level, policy }) => `${level} ${policy}`).sort(),
      expectedAdvice.map((policy) => `advisory ${policy}`),
    );
    assert.deepEqual(
      others?.map(({ level, policy, urn, message }) => `${level} ${policy} ${urn} ${message}`),
      [],
    );
  });

  const everyFault = (): Sabotage[] => [...sabotages(program, breakers), ...additions(program)];

  /** Fails unless exactly the intended rules reject the program with each of these faults. */
  function assertRejected(faults: Sabotage[]): Outcome[] {
    const before = new Set(directly(rules, program));
    const reads = readsOf(rules, program);
    const outcomes = faults.map((one): Outcome => {
      const { what, resources, broken, rules: meant, also } = one;
      // The other rules find what they found before, as the next test proves.
      const asked = concerned(rules, reads, one.original, broken[0]);
      const found = directly(asked, resources, (resource) => broken.includes(resource));
      const fired = names(found.filter((line) => !before.has(line)));
      return {
        what,
        missed: meant.filter((rule) => !fired.includes(rule)),
        falseAlarms: fired.filter((rule) => !meant.includes(rule) && !also.includes(rule)),
      };
    });
    const wrong = outcomes
      .filter(({ missed, falseAlarms }) => missed.length + falseAlarms.length > 0)
      .map(
        ({ what, missed, falseAlarms }) =>
          `${what}: missed [${missed.join(", ")}], besides [${falseAlarms.join(", ")}]`,
      );
    assert.equal(wrong.join("\n"), "");
    return outcomes;
  }

  longTest("is rejected by exactly the intended rules for every fault", () => {
    const all = everyFault();
    table = tableOf(assertRejected(all));
    const proven = new Set(all.flatMap((one) => one.rules));
    console.log(`      ${all.length} sabotages, ${proven.size} of ${rules.length} rules`);
    assert.ok(all.length >= 150, `only ${all.length}`);
  });

  if (isQuick)
    it("is rejected by exactly the intended rules for the first fault of each kind", () => {
      assertRejected(oneOfEachKind(everyFault()));
    });

  longTest("gets the same findings from the rules that a fault concerns as from all rules", () => {
    const [before, reads] = [directly(rules, program), readsOf(rules, program)];
    const sample = oneOfEachKind(everyFault());
    const skipped = sample.map(({ what, resources, broken, original }): number => {
      const isBroken = (resource: RecordedResource) => broken.includes(resource);
      const asked = new Set(concerned(rules, reads, original, broken[0]));
      const others = rules.filter((rule) => "checkStack" in rule && !asked.has(rule));
      const kept = names(before).flatMap((name) =>
        others.some((rule) => rule.name === name)
          ? before.filter((line) => line.startsWith(`${name} `))
          : [],
      );
      const found = [...directly([...asked], resources, isBroken), ...kept].sort();
      assert.deepEqual(found, directly(rules, resources, isBroken).sort(), what);
      return others.length;
    });
    assert.ok(sample.length >= 50, `only ${sample.length}`);
    assert.ok(Math.max(...skipped) > 0);
  });
});

/** The first fault of each kind. */
const oneOfEachKind = (all: Sabotage[]): Sabotage[] => [
  ...new Map(all.toReversed().map((one) => [one.what.replace(/^[^:]*: /, ""), one])).values(),
];

describe("The verification page", () => {
  longTest("contains the current table of sabotages; RENEW=1 with this spec updates it", () => {
    if (process.env.RENEW) renew(table);
    assert.equal(shownTable(), plain(table));
  });
});
