import * as assert from "node:assert/strict";
import type { Ledger, Waiver } from "../../../../policies/ledger";
import { withWaivers } from "../../../../policies/policies";
import type { Rule } from "../../../../policies/rule";
import { requireLogRetention } from "../../../../policies/rules/cloudwatch/require-log-retention";
import { forbidWildcardActions } from "../../../../policies/rules/iam/forbid-wildcard-actions";
import { forbidDoubtfulSql } from "../../../../policies/rules/iot/forbid-doubtful-sql";
import { requireExactWaivers } from "../../../../policies/rules/pack/require-exact-waivers";
import { requireRedrive } from "../../../../policies/rules/sqs/require-redrive";
import { findings, recorded, type Given } from "../../../support/policy";
import { changed, rolePolicy, send } from "../../given";

const broken = changed(rolePolicy(send({ Action: "sqs:*" })), {});
const queue: Given = { type: "aws:sqs/queue:Queue", name: "work", inputs: { name: "work" } };
const waiver: Waiver = {
  policy: "iam-statement-forbid-wildcard-actions",
  resource: "aws:iam:RolePolicy: it",
  finding: "Statement Send in policy allows sqs:*: specify each action by its full name.",
  reason: "The queue is the tenant's own and it names its actions at run time.",
  evidence: "https://example.com/tickets/17",
  expires: "2026-12-31",
};
const forQueue: Waiver = {
  ...waiver,
  policy: "sqs-queue-require-redrive",
  resource: "aws:sqs:Queue: work",
  finding:
    "Has no redrive policy and is not a target for failed messages: add a redrive policy or the tag purpose: quarantine.",
};
const violation =
  "mandatory iam-statement-forbid-wildcard-actions: Statement Send in policy allows sqs:*: specify each action by its full name.";
const waived =
  "advisory iam-statement-forbid-wildcard-actions: Waived until 2026-12-31: Statement Send in policy allows sqs:*: specify each action by its full name. Reason: The queue is the tenant's own and it names its actions at run time. (https://example.com/tickets/17)";
const fault = (what: string) =>
  `mandatory pack-waiver-require-exact-finding: The waiver of iam-statement-forbid-wildcard-actions for aws:iam:RolePolicy: it ${what}: correct or delete the waiver.`;

async function look(
  waivers: Waiver[],
  given: Given[] = [broken],
  today = "2026-11-24",
  rules: Rule[] = [forbidWildcardActions, requireRedrive],
) {
  const ledger: Ledger = { waivers, today };
  const found = await findings(withWaivers(rules, ledger), recorded(given), ledger);
  return found.map(
    ({ level, policy, message }) => `${level} ${policy}: ${message.split("\n").pop()}`,
  );
}

describe("pack-waiver-require-exact-finding", () => {
  it("accepts a waiver of one finding, and shows it at every run", async () => {
    assert.deepEqual(await look([waiver]), [waived]);
  });

  it("accepts a waiver of what a rule about the stack finds", async () => {
    const [first = "", ...others] = await look([forQueue], [queue]);
    assert.match(first, /^advisory sqs-queue-require-redrive: Waived until 2026-12-31: Has no/);
    assert.deepEqual(others, []);
  });

  it("lets the finding stand where the waiver names another policy, resource or finding", async () => {
    for (const changes of [
      { policy: "iam-statement-forbid-wildcard-resources" },
      { resource: "aws:iam:RolePolicy: *" },
      { finding: "Statement Send in policy allows *: specify each action by its full name." },
    ]) {
      const [first, second = "", ...others] = await look([{ ...waiver, ...changes }]);
      assert.equal(first, violation);
      assert.match(second, / matches no finding: correct or delete the waiver\.$/);
      assert.deepEqual(others, []);
    }
  });

  it("rejects a waiver that is not needed any more", async () => {
    assert.deepEqual(await look([waiver], [rolePolicy(send())]), [fault("matches no finding")]);
  });

  it("holds on its last day and not on the next", async () => {
    assert.deepEqual(await look([waiver], [broken], "2026-12-31"), [waived]);
    assert.deepEqual(await look([waiver], [broken], "2027-01-01"), [
      violation,
      fault("expired on 2026-12-31"),
    ]);
  });

  for (const [what, changes] of [
    ["gives no reason of 20 characters or more", { reason: "because            " }],
    ["names no https page as evidence", { evidence: "http://example.com" }],
    ["has no expiry date in the form 2027-01-31", { expires: "2027-02-31" }],
    ["has no expiry date in the form 2027-01-31", { expires: "never" }],
  ] as const)
    it(`does not hold if it ${what}: ${JSON.stringify(changes)}`, async () => {
      assert.deepEqual(await look([{ ...waiver, ...changes }]), [violation, fault(what)]);
    });

  it("rejects one that is repeated, and one that waives two findings", async () => {
    assert.deepEqual(await look([waiver, waiver]), [waived, fault("is a duplicate")]);
    const twice = await look([waiver], [broken, { ...broken, name: "it" }]);
    assert.deepEqual(twice, [waived, waived, fault("waives 2 findings")]);
  });

  it("takes those for two that differ in the policy, the resource or the finding alone", async () => {
    for (const changes of [
      { policy: "iam-statement-forbid-wildcard-resources" },
      { resource: "aws:iam:RolePolicy: other" },
      { finding: "Statement Send in policy allows *: specify each action by its full name." },
    ]) {
      const [first, second = "", ...others] = await look([waiver, { ...waiver, ...changes }]);
      assert.equal(first, waived);
      assert.match(second, / matches no finding: correct or delete the waiver\.$/);
      assert.deepEqual(others, []);
    }
  });

  it("rejects one that expires too far ahead", async () => {
    const on = (expires: string) => look([{ ...waiver, expires }]);
    assert.equal((await on("2027-11-25")).length, 1);
    const [, ...faults] = await on("2027-11-26");
    assert.deepEqual(faults, [fault("expires after 2027-11-25, 366 days ahead")]);
    assert.deepEqual((await on("9999-02-31")).slice(1), [
      fault("has no expiry date in the form 2027-01-31"),
    ]);
  });

  it("says nothing where there is no resource to say it of", async () => {
    assert.deepEqual(await look([waiver], []), []);
  });

  it("says nothing in a pack without waivers, and looks for nothing either", async () => {
    const looks: string[] = [];
    const rule: Rule = {
      ...forbidWildcardActions,
      check(resource, report, set) {
        looks.push(resource.name);
        forbidWildcardActions.check(resource, report, set);
      },
    };
    assert.deepEqual(await look([], [broken], "2026-11-24", [rule]), [violation]);
    assert.deepEqual(looks, ["it"]);
    assert.deepEqual(await look([waiver], [broken], "2026-11-24", [rule]), [waived]);
    assert.deepEqual(looks, ["it", "it", "it"]);
  });

  it("does not repeat what other rules advise or leave undecided", async () => {
    const topicRule: Given = {
      type: "aws:iot/topicRule:TopicRule",
      name: "rule",
      inputs: { name: "r", sql: "SELECT * FROM 'a' WHERE alarm = 'true'" },
    };
    const rules = [forbidWildcardActions, forbidDoubtfulSql];
    const [first = "", ...others] = await look([waiver], [topicRule, broken], "2026-11-24", rules);
    assert.match(first, /^advisory iot-rule-forbid-doubtful-sql: Advice: Line 1, /);
    assert.deepEqual(others, [waived]);
  });

  it("holds a waiver against what its rule was last run with", async () => {
    const group: Given = {
      type: "aws:cloudwatch/logGroup:LogGroup",
      inputs: { retentionInDays: 31 },
    };
    const audit: Waiver = {
      ...waiver,
      policy: requireLogRetention.name,
      resource: "aws:cloudwatch:LogGroup: it",
      finding: "Retains logs for 31 days: set retentionInDays to a value from 1 to 30.",
    };
    const faults = async (settings: Ledger["settings"]) => {
      const ledger: Ledger = { waivers: [audit], today: "2026-11-24", settings };
      const rule = requireExactWaivers([requireLogRetention], ledger);
      return (await findings([rule], recorded([group]), ledger)).length;
    };
    const set = { shortestDays: 1, longestDays: 30 };
    assert.equal(await faults(new Map([[requireLogRetention.name, set]])), 0);
    assert.equal(await faults(new Map()), 1);
    assert.equal(await faults(undefined), 1);
  });
});
