import * as assert from "node:assert/strict";
import { renderLine, renderTable, type Row } from "../../../local/report/table";

const row = (changes: Partial<Row>): Row => ({
  integration: "iot-to-x",
  published: 0,
  matched: 0,
  repeated: 0,
  stored: 0,
  muted: 0,
  quarantined: 0,
  setAside: 0,
  rest: 0,
  ...changes,
});

const rows = [
  row({
    integration: "iot-to-dynamodb",
    published: 1234567,
    matched: 1200000,
    repeated: 30,
    stored: 1234490,
    muted: 10,
    quarantined: 37,
  }),
  row({ rest: 1, setAside: 2 }),
];

describe("the table", () => {
  it("aligns its columns, whatever the numbers", () => {
    assert.deepEqual(renderTable(rows, "lost"), [
      "integration      published    matched  repeated     stored  muted  quarantined  set aside  lost",
      "iot-to-dynamodb  1,234,567  1,200,000        30  1,234,490     10           37          0     0",
      "iot-to-x                 0          0         0          0      0            0          2     1",
    ]);
  });

  it("calls the rest lost only in the end", () => {
    assert.match(renderTable(rows, "on its way")[0] ?? "", / on its way$/);
  });

  it("is a header where nothing is deployed", () => {
    assert.deepEqual(renderTable([], "lost"), [
      "integration  published  matched  repeated  stored  muted  quarantined  set aside  lost",
    ]);
  });

  it("leaves out columns on a narrow terminal, and never what is set aside or lost", () => {
    const stems = ["iot-to-step-functions"].map((integration) => row({ integration }));
    assert.deepEqual(renderTable(stems, "lost", 80), [
      "integration            published  stored  muted  quarantined  set aside  lost",
      "iot-to-step-functions          0       0      0            0          0     0",
    ]);
    assert.deepEqual(renderTable(stems, "on its way", 80), [
      "integration            stored  muted  quarantined  set aside  on its way",
      "iot-to-step-functions       0      0            0          0           0",
    ]);
    for (const width of [1, 40])
      assert.equal(
        renderTable(stems, "lost", width)[0],
        "integration            stored  muted  set aside  lost",
      );
    for (const rest of ["lost", "on its way"] as const)
      assert.ok(renderTable(rows, rest, 80).every((line) => line.length <= 80));
  });

  it("fits a line of a log", () => {
    assert.equal(
      renderLine([
        row({ published: 10, stored: 4, muted: 1, quarantined: 3, setAside: 2, rest: 1 }),
      ]),
      "iot-to-x: 10 published, 4 stored, 1 muted, 3 quarantined, 2 set aside, 1 on its way",
    );
  });
});
