import * as assert from "node:assert/strict";
import { messageOf, ruleOf } from "../evaluation";
import { EXAMPLES, NONE } from "./statement-examples";

describe("iot-sql statements of AWS's pages", () => {
  for (const { page, sql, payload, output, message, choice } of EXAMPLES) {
    it(`${page}: ${sql}${choice === undefined ? "" : ` (${choice})`}`, () => {
      const outcome = ruleOf(sql).evaluate(messageOf(payload, message));
      assert.deepEqual(outcome.matched ? outcome.output : NONE, output);
    });
  }
});
