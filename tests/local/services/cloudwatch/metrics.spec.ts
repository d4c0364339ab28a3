import * as assert from "node:assert/strict";
import { createClients, type Clients } from "../../../../local/aws/clients";
import { countNow, createMetrics } from "../../../../local/services/cloudwatch/metrics";
import { createTrace } from "../../../../local/trace";
import { sharedAccount } from "../../../support/account";
import { statisticOf } from "./metric-sums";
import { next } from "../world";

describe("metrics of a mapping", () => {
  let clients: Clients;
  const trace = createTrace();
  before(async () => (clients = createClients(await sharedAccount())));
  after(() => clients.destroy());
  const metricsOf = (dimensions: Record<string, string>) => ({
    clients,
    trace,
    namespace: "AWS/Tried",
    dimensions,
  });

  it("are summed up under exactly their dimensions", async () => {
    const FunctionName = next("function");
    const metrics = createMetrics(metricsOf({ FunctionName }));
    metrics.count({ Errors: 1 });
    metrics.count({ Errors: 2, Dropped: 1 });
    await metrics.idle();
    const of = (name: string, dimensions: Record<string, string>) =>
      statisticOf(clients, "AWS/Tried", name, dimensions);
    assert.deepEqual(metrics.totals, { Errors: 3, Dropped: 1 });
    assert.equal(await of("Errors", { FunctionName }), 3);
    assert.equal(await of("Dropped", { FunctionName }), 1);
    assert.equal(await of("Errors", { FunctionName: "another" }), undefined);
  });

  it("keep the maximum and the sum", async () => {
    const FunctionName = next("function");
    const metrics = createMetrics(metricsOf({ FunctionName }));
    for (const age of [20, 700, 3]) metrics.measure("Age", age);
    await metrics.idle();
    const of = (statistic: "Sum" | "Maximum") =>
      statisticOf(clients, "AWS/Tried", "Age", { FunctionName }, statistic);
    assert.deepEqual([await of("Maximum"), await of("Sum")], [700, 723]);
  });

  it("of rare events are in CloudWatch at once", async () => {
    const FunctionName = next("function");
    await countNow(metricsOf({ FunctionName }), { Dropped: 1 });
    assert.equal(await statisticOf(clients, "AWS/Tried", "Dropped", { FunctionName }), 1);
  });
});
