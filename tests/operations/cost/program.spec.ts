import * as assert from "node:assert/strict";
import * as path from "node:path";
import { stems } from "../../../components/catalogue";
import { costOfStack } from "../../../operations/cost/cost";
import { pages } from "../../../operations/cost/pages";
import { costOf, idleQuantities } from "../../../pricing";
import { wholeProgram } from "../../policies/whole-program";

const project = path.join(__dirname, "../../..");

describe("the cost of the program", function () {
  this.timeout(120_000);

  it("has a price of every type of resource", async () => {
    const types = new Set<string>();
    for (const { type, custom, plain } of await wholeProgram()) {
      if (!custom) continue;
      types.add(type);
      assert.notEqual(idleQuantities(type, plain), undefined, type);
    }
    assert.ok(types.size > 25, `${types.size} types`);
  });

  it("adds up, and has a bill of each integration of the stack", async () => {
    const { of, bills, total, loadsPerMonth } = await costOfStack(project, "local");
    // 4 RPU for a minute of each 15.
    assert.equal(loadsPerMonth.toFixed(2), ((0.375 * 4 * 730) / 15).toFixed(2));
    assert.equal(of, "stack local");
    for (const stem of stems)
      assert.ok(
        bills.some((bill) => bill.of === stem),
        stem,
      );
    for (const part of ["idle", "perMillion", "perMillionImages"] as const) {
      for (const bill of bills) assert.equal(bill[part].dollars, costOf(bill[part].quantities));
      const sum = bills.reduce((sofar, bill) => sofar + bill[part].dollars, 0);
      assert.ok(Math.abs(total[part] - sum) < 1e-9);
      assert.ok(sum > 1);
    }
    const messages = bills.find((bill) => bill.of === "messages of devices");
    assert.deepEqual(messages?.perMillion.quantities, { "iot-message": 1_000_000 });
    const cameras = bills.find((bill) => bill.of === "camera-to-rekognition");
    assert.deepEqual(cameras?.perMillion.quantities, {});
    const { "function-duration": duration, ...images } = cameras?.perMillionImages.quantities ?? {};
    assert.deepEqual(images, {
      ...{ "bucket-put": 1_000_000, "bus-event": 1_000_000 },
      // Each is sent; batches of ten are received and deleted.
      ...{ "queue-request": 1_200_000, "function-request": 100_000 },
      ...{ "table-read": 2_000_000, "analysed-image": 1_000_000, "table-write": 1_000_000 },
    });
    assert.ok(duration);
    const others = bills.filter(({ of }) => of !== "camera-to-rekognition");
    for (const { of, perMillionImages } of others)
      assert.deepEqual(perMillionImages.quantities, {}, of);
    const tasks = bills.find((bill) => bill.of === "stream-to-fargate");
    assert.equal(tasks?.perMillion.quantities["table-write"], 5_000_000);
  });

  it("is what the pages say; if not, npm run docs writes them", async () => {
    const all = await pages();
    assert.equal(all.length, stems.length + 2);
    for (const { file, text, renewed } of all) assert.equal(text, renewed, file);
  });
});
