import * as assert from "node:assert/strict";
import { createPressure } from "../../../local/report/pressure";
import type { Row } from "../../../local/report/table";

describe("The pressure of a load", () => {
  const rows = (...rest: number[]): Row[] =>
    rest.map((one) => ({
      ...{ integration: "iot-to-sqs", published: one, matched: one, repeated: 0, stored: 0 },
      ...{ muted: 0, quarantined: 0, setAside: 0, rest: one },
    }));

  it("is high while more messages than the limit are on their way to one integration", () => {
    const pressure = createPressure({ most: 10, patienceMilliseconds: 1000, now: () => 0 });
    assert.equal(pressure.isHigh(), false);
    pressure.counted(rows(10, 10));
    assert.equal(pressure.isHigh(), false);
    pressure.counted(rows(3, 11));
    assert.equal(pressure.isHigh(), true);
    pressure.counted(rows(3, 10));
    assert.equal(pressure.isHigh(), false);
    pressure.counted([]);
    assert.equal(pressure.isHigh(), false);
  });

  it("is no longer high when nothing has arrived for a while, and again when something arrives", () => {
    let time = 0;
    const pressure = createPressure({ most: 10, patienceMilliseconds: 1000, now: () => time });
    pressure.counted(rows(30));
    time = 999;
    pressure.counted(rows(30));
    assert.equal(pressure.isHigh(), true);
    time = 1000;
    assert.equal(pressure.isHigh(), false);
    pressure.counted(rows(29));
    assert.equal(pressure.isHigh(), true);
  });
});
