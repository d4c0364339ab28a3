import * as assert from "node:assert/strict";
import { managedPolicies } from "../../../policies/data/managed-policies";
import { actionsMatching, findAction, isPattern } from "../../../policies/iam/actions";
import { repeatedIn } from "./repeated-in";

describe("The AWS managed policies", () => {
  it("have names as IAM has them, with the path of service roles", () => {
    assert.notDeepEqual(managedPolicies, {});
    assert.deepEqual(
      Object.keys(managedPolicies).filter(
        (name) => !/^service-role\/[A-Z][A-Za-z0-9]{1,127}$/.test(name),
      ),
      [],
    );
  });

  for (const [name, actions] of Object.entries(managedPolicies)) {
    it(`allow actions that AWS has, in the spelling of AWS: ${name}`, () => {
      assert.notEqual(actions.length, 0);
      assert.deepEqual(
        actions.filter((action) =>
          isPattern(action)
            ? actionsMatching(action).length === 0
            : findAction(action)?.name !== action,
        ),
        [],
      );
    });

    it(`list each action once, in alphabetical order: ${name}`, () => {
      assert.deepEqual(repeatedIn(actions), []);
      assert.deepEqual(actions, [...actions].sort());
    });
  }
});
