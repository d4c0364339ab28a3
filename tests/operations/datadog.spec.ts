import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { measuresOf } from "../../functions/iot-to-datadog/measures";
import { createSeriesMaker, momentsOf } from "../../functions/iot-to-datadog/series";
import { documents, monitors, type Scope } from "../../operations/datadog/documents";
import type { Definition } from "../../reading/definition";
import { readingOf, receivedAt } from "../support/events";

const folder = path.join(__dirname, "../../docs/datadog");

/** The names of the metrics that the submitter makes of a reading. */
function metricsBy(scope: Scope): string[] {
  const settings = { metricPrefix: "iot", byDevice: scope === "device" };
  const envelope = { deviceId: "pump-7", receivedAt, payload: "" };
  const moments = momentsOf([{ id: "1", reading: readingOf(), envelope }], settings);
  return createSeriesMaker(settings, measuresOf())(moments).map(({ metric }) => metric);
}

describe("The dashboards and monitors for Datadog", () => {
  for (const [name, document] of Object.entries(documents())) {
    it(`are in docs/datadog as they are generated: ${name} (npm run docs:datadog)`, () =>
      assert.deepEqual(JSON.parse(fs.readFileSync(path.join(folder, name), "utf8")), document));

    it(`ask only for metrics that the submitter makes: ${name}`, () => {
      const queries = [...JSON.stringify(document).matchAll(/(?:avg|min|max):([\w.]+)\{/g)];
      assert.ok(queries.length > 0);
      const made = metricsBy(name.includes("by-site") ? "site" : "device");
      for (const [, metric = ""] of queries) assert.ok(made.includes(metric), metric);
    });
  }

  it("have a monitor for each limit, above and below, and for critical readings", () => {
    const number = { type: "number", least: -50, most: 200 } as const;
    const of: Definition = {
      fields: {
        heat: { ...number, limit: { above: 80 } },
        charge: { ...number, limit: { below: 10 } },
        speed: number,
        state: { type: "one of", values: ["ok", "bad"] },
      },
      severity: { field: "state", critical: ["bad"], warning: [], good: ["ok"] },
      unknownFields: "ignored",
    };
    const queries = (scope: Scope) =>
      monitors(scope, of).map((one) => (one as { query: string }).query);
    assert.deepEqual(queries("site"), [
      "max(last_5m):max:iot.heat.max{*} by {site} > 80",
      "min(last_5m):min:iot.charge.min{*} by {site} < 10",
      "max(last_5m):max:iot.severity.max{*} by {site} >= 2",
    ]);
    assert.deepEqual(queries("device"), [
      "max(last_5m):max:iot.heat{*} by {site,device} > 80",
      "min(last_5m):min:iot.charge{*} by {site,device} < 10",
      "max(last_5m):max:iot.severity{*} by {site,device} >= 2",
    ]);
  });
});
