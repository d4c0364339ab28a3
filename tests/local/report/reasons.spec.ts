import * as assert from "node:assert/strict";
import type { ReasonCount } from "../../../local/audit/reasons";
import { renderReasons } from "../../../local/report/reasons";

const one: ReasonCount = {
  what: "quarantined",
  count: 1234,
  reason: "not-json",
  detail: "",
  part: "iot-to-sqs",
};

describe("the reasons below the table", () => {
  it("name count, command and reason, and the part once the run is over", () => {
    assert.deepEqual(renderReasons([one], false), [
      "1,234 quarantined (npm run inspect -- iot-to-sqs): not-json",
    ]);
    // Integrations share the quarantine.
    assert.deepEqual(renderReasons([one], true), ["1,234 quarantined: not-json"]);
    assert.deepEqual(renderReasons([{ ...one, what: "set aside" }], true), [
      "1,234 set aside (in iot-to-sqs): not-json",
    ]);
  });

  it("add what one of the messages says, shortened", () => {
    const detail = "x".repeat(300);
    assert.deepEqual(renderReasons([{ ...one, detail }], true), [
      `1,234 quarantined: not-json: ${"x".repeat(190)}…`,
    ]);
  });
});
