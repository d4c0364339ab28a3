import * as assert from "node:assert/strict";
import { withWaivers } from "../../../../policies/policies";
import { forbidNotElements } from "../../../../policies/rules/iam/forbid-not-elements";
import { forbidWildcardActions } from "../../../../policies/rules/iam/forbid-wildcard-actions";
import { requireLogRetention } from "../../../../policies/rules/cloudwatch/require-log-retention";
import { requireKnownInputs } from "../../../../policies/rules/pack/require-known-inputs";
import { Unverified } from "../../../../policies/unverified";
import { findings, recorded, said, unknown, type Given } from "../../../support/policy";

const { name } = requireKnownInputs(undefined);

describe(name, () => {
  const policy = (called: string, inputs: Record<string, unknown>): Given => ({
    type: "aws:iam/rolePolicy:RolePolicy",
    name: called,
    inputs: { name: called, role: "r", ...inputs },
  });
  const lines = async (...given: Given[]) => {
    const ledger = { waivers: [], today: "2026-11-24", unverified: new Unverified() };
    const some = [forbidNotElements, forbidWildcardActions, requireLogRetention];
    const found = await findings(withWaivers(some, ledger), recorded(given), ledger);
    return found.map(({ level, policy: by, message }) => `${level} ${by}: ${message}`);
  };

  it("tells once of an input that is not known yet, with every rule that depends on it", async () => {
    assert.deepEqual(
      await lines(policy("b", { policy: unknown }), policy("a", { policy: unknown })),
      [
        `advisory ${name}: Unverified: 'policy' of 'a' is not known before the update, and 2 rules depend on it: ${forbidNotElements.name}, ${forbidWildcardActions.name}.`,
        `advisory ${name}: Unverified: 'policy' of 'b' is not known before the update, and 2 rules depend on it: ${forbidNotElements.name}, ${forbidWildcardActions.name}.`,
      ],
    );
    const group: Given = {
      type: "aws:cloudwatch/logGroup:LogGroup",
      inputs: { retentionInDays: unknown },
    };
    assert.deepEqual(await lines(group), [
      `advisory ${name}: Unverified: 'retentionInDays' of 'it' is not known before the update, and 1 rule depends on it: ${requireLogRetention.name}.`,
    ]);
  });

  it("tells of an input once, whatever in it is not known", async () => {
    const role: Given = {
      type: "aws:iam/role:Role",
      inputs: { inlinePolicies: [{ policy: unknown }, { policy: unknown }] },
    };
    assert.equal((await lines(role)).length, 1);
  });

  it("tells nothing where everything is known, or where each rule tells by itself", async () => {
    assert.deepEqual(await lines(), []);
    assert.deepEqual(
      await said(requireKnownInputs(undefined), policy("a", { policy: unknown })),
      [],
    );
  });
});
