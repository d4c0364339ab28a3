import * as assert from "node:assert/strict";
import { grafanaStack } from "../../../operations/grafana/stack";

describe("The stack of dashboards", () => {
  const database = { engine: "v3-core", database: "iot", table: "telemetry" };
  const influxdbOf = (timestream: Record<string, string>) =>
    grafanaStack({
      ...{ project: "iot-integrations", stack: "test", partition: "aws" },
      ...{ region: "eu-central-1", accountId: "123456789012", resources: [] },
      outputs: { of: { "iot-to-timestream": timestream } },
    }).influxdb;

  it("has the InfluxDB 3 that the function writes, and none that a rule writes, whose columns differ", () => {
    assert.deepEqual(influxdbOf(database), { database: "iot", table: "telemetry" });
    assert.equal(influxdbOf({ ...database, engine: "v2" }), undefined);
    assert.equal(influxdbOf({ ...database, writer: "native" }), undefined);
  });
});
