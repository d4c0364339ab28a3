import * as assert from "node:assert/strict";
import { requireValidDashboard as rule } from "../../../../policies/rules/cloudwatch/require-valid-dashboard";
import { said, unknown } from "../../../support/policy";

const dashboard = (dashboardBody: unknown) => ({
  type: "aws:cloudwatch/dashboard:Dashboard",
  inputs: { dashboardName: "d", dashboardBody },
});

describe(rule.name, () => {
  it("accepts widgets with types", async () => {
    const body = JSON.stringify({ widgets: [{ type: "metric", properties: {} }] });
    assert.deepEqual(await said(rule, dashboard(body)), []);
  });

  it("rejects what is no JSON, and what has no widgets", async () => {
    for (const body of ["{", "{}", '{"widgets":[]}'])
      assert.deepEqual(await said(rule, dashboard(body)), [
        "it: Has a body that is not a JSON object with widgets: set dashboardBody to a list of widgets.",
      ]);
  });

  it("says that it cannot tell while the body is not known", async () => {
    assert.deepEqual(await said(rule, dashboard(unknown)), [
      "advisory it: Unverified: 'dashboardBody' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });

  it("rejects a widget without type, by its number", async () => {
    const body = JSON.stringify({ widgets: [{ type: "text" }, { properties: {} }] });
    assert.deepEqual(await said(rule, dashboard(body)), [
      "it: Widget 2 has no type: set its type.",
    ]);
  });
});
