import * as assert from "node:assert/strict";
import { required } from "../../../functions/shared/settings";

describe("required", () => {
  it("returns a variable that is set", () =>
    assert.equal(required({ TABLE: "state" }, "TABLE"), "state"));

  for (const [what, env] of [
    ["missing", {}],
    ["empty", { TABLE: "" }],
  ] as const)
    it(`refuses one that is ${what}, in one sentence`, () =>
      assert.throws(() => required(env, "TABLE"), {
        message: "Environment variable TABLE is not set: deploy the function with its component.",
      }));
});
