import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { changeBy } from "../../../functions/iot-to-eventbridge/incident";
import { createHandler } from "../../../functions/iot-to-eventbridge/incident-handler";
import { incidentTable } from "../../../functions/iot-to-eventbridge/incident-table";
import { valuesOf } from "../../../functions/shared/item";
import { logged } from "../../functions/logged";
import { readingOf, receivedAt } from "../../support/events";
import { modelTable } from "../../support/incident-model";
import { useTable } from "./real-table";

const TableName = "incident-table-spec";

describe("Incidents in a real table", function () {
  this.timeout(60_000);
  const use = useTable(TableName, "deviceId");

  const incidentOf = async (deviceId: string) => {
    const Key = { deviceId: { S: deviceId } };
    const { Item } = await use.client.send(
      new GetItemCommand({ TableName, Key, ConsistentRead: true }),
    );
    const { openSince, ...incident } = Item ? valuesOf(Item) : {};
    if (incident.status === "open") assert.equal(openSince, incident.openedAt);
    else assert.equal(openSince, undefined);
    return Item && incident;
  };

  it("are what the model says, after any readings", async () => {
    let devices = 0;
    const readings = fc.array(
      fc.record({
        timestamp: fc.integer({ min: 1, max: 9 }),
        status: fc.constantFrom("ok" as const, "warning" as const, "critical" as const),
        temperature: fc.integer({ min: 1, max: 9 }),
        message: fc.option(fc.constant("hot"), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(readings, async (given) => {
        const deviceId = `model-${(devices += 1)}`;
        const model = modelTable();
        const apply = incidentTable(use.client, TableName);
        for (const one of given) {
          const change = changeBy({ ...readingOf({ deviceId, ...one }), receivedAt });
          if (!change) continue;
          const [real, expected] = [await apply(change), await model.apply(change)];
          assert.equal(real?.before?.status, expected?.before?.status);
          assert.equal(real === undefined, expected === undefined);
        }
        const expected = model.incidents.get(deviceId);
        assert.deepEqual(
          await incidentOf(deviceId),
          expected && JSON.parse(JSON.stringify(expected)),
        );
      }),
      { numRuns: 40 },
    );
  });

  it("take 50 simultaneous events of a flapping device: none fails, the newest decides", async () => {
    const apply = incidentTable(use.client, TableName);
    const handler = createHandler({ incidentsTableName: TableName }, { apply });
    const events = Array.from({ length: 50 }, (_, nth) =>
      readingOf({
        deviceId: "flapping",
        timestamp: receivedAt + nth,
        status: nth % 2 === 0 ? "ok" : "critical",
      }),
    );
    await logged(() =>
      Promise.all(events.map((one) => handler({ detail: { ...one, receivedAt } } as never))),
    );
    const { status, changedAt } = (await incidentOf("flapping")) ?? {};
    assert.deepEqual({ status, changedAt }, { status: "open", changedAt: receivedAt + 49 });
  });
});
