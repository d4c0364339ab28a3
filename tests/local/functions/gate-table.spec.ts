import { ScanCommand } from "@aws-sdk/client-dynamodb";
import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import type { Candidate, Limits } from "../../../functions/shared/gate/decision";
import { createGate } from "../../../functions/shared/gate/gate";
import { gateTable } from "../../../functions/shared/gate/gate-table";
import { receivedAt } from "../../support/events";
import { memoryGate } from "../../support/memory-gate";
import { useTable } from "./real-table";

const TableName = "gate-table-spec";
const limits: Limits = { deviceBudget: 2, totalBudget: 5, quietMinutes: 15, repeatMinutes: 60 };

describe("A gate with a real table", function () {
  this.timeout(60_000);
  const use = useTable(TableName, "id");

  const candidate = (changes: Partial<Candidate>): Candidate => ({
    ...{ id: "r", deviceId: "pump-7", timestamp: receivedAt, condition: "critical", receivedAt },
    ...changes,
  });

  it("decides as it does in memory, after any readings, redeliveries and failures", async () => {
    let runs = 0;
    const events = fc.array(
      fc.record({
        device: fc.integer({ min: 1, max: 2 }),
        condition: fc.constantFrom("critical", "warning"),
        minutes: fc.integer({ min: 0, max: 90 }),
        reading: fc.integer({ min: 1, max: 6 }),
        fails: fc.boolean(),
      }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(events, async (given) => {
        runs += 1;
        // Every run has hours and devices of its own.
        const start = receivedAt + runs * 3 * 3_600_000;
        const real = createGate(limits, gateTable(use.client, TableName));
        const model = createGate(limits, memoryGate());
        for (const { device, condition, minutes, reading, fails } of given) {
          const one = candidate({
            id: `r${runs}-${device}-${reading}`,
            deviceId: `pump-${runs}-${device}`,
            condition,
            receivedAt: start + minutes * 60_000,
          });
          const [found, expected] = [await real.judge([one]), await model.judge([one])];
          assert.deepEqual(found, expected);
          if (expected.get(one.id)?.kind === "act" && !fails)
            await Promise.all([real.settle(one), model.settle(one)]);
        }
      }),
      { numRuns: 25 },
    );
  });

  it("lets one of 50 simultaneous readings of a device pass, fails none, and records every other", async () => {
    const given = Array.from({ length: 50 }, (_, nth) =>
      candidate({ id: `burst-${nth}`, deviceId: "burst", receivedAt: receivedAt + nth }),
    );
    const judgements = await Promise.all(
      given.map((one) => createGate(limits, gateTable(use.client, TableName)).judge([one])),
    );
    const kinds = judgements.flatMap((one) => [...one.values()].map(({ kind }) => kind));
    assert.deepEqual(
      ["act", "muted", "repeated", "failed"].map((kind) => kinds.filter((k) => k === kind).length),
      [1, 49, 0, 0],
    );
    const { Items = [] } = await use.client.send(new ScanCommand({ TableName }));
    const recorded = Items.filter(
      ({ deviceId, decision }) => deviceId?.S === "burst" && decision?.S === "muted",
    );
    assert.equal(recorded.length, 49);
    const state = Items.find(({ id }) => id?.S === "burst");
    assert.deepEqual([state?.muted?.N, state?.admissions?.N], ["49", "1"]);
  });
});
