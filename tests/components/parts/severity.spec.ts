import * as assert from "node:assert/strict";
import { severityCondition, severityPattern } from "../../../components/parts/severity";
import { definition as vehicle } from "../../../examples/vehicle/fields";
import type { Definition } from "../../../reading/definition";

const none: Definition = { fields: { fault: { type: "boolean" } }, unknownFields: "ignored" };
const need = (...levels: ("critical" | "warning" | "good")[]) => ({
  integration: "iot-to-sns",
  levels,
});

describe("The severity of readings", () => {
  it("is a condition of a rule's SQL", () => {
    assert.equal(severityCondition(need("critical")), "status = 'critical'");
    assert.equal(
      severityCondition(need("critical", "warning")),
      "status = 'critical' OR status = 'warning'",
    );
    assert.equal(severityCondition(need("critical", "warning"), vehicle), "fault = true");
  });

  it("is a pattern of events", () => {
    assert.deepEqual(severityPattern(need("critical", "good")), { status: ["critical", "ok"] });
    assert.deepEqual(severityPattern(need("critical", "good"), vehicle), { fault: [true, false] });
  });

  it("is required by integrations that depend on it", () => {
    const message =
      "iot-to-sns acts on how serious a reading is, and reading/fields.ts declares no severity: declare one there, or take iot-to-sns out of the setting integrations.";
    assert.throws(() => severityCondition(need("critical"), none), { message });
    assert.throws(() => severityPattern(need("critical"), none), { message });
  });
});
