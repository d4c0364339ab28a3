import * as assert from "node:assert/strict";
import { conditionsHold } from "../../iam/conditions";
import { instantOf } from "../../iam/date";

describe("The instant of a date", () => {
  const rows: readonly [text: string, instant: number | undefined][] = [
    ["2030", Date.UTC(2030, 0, 1)],
    ["2030-02", Date.UTC(2030, 1, 1)],
    ["2030-02-03", Date.UTC(2030, 1, 3)],
    ["2030-02-03T04:05Z", Date.UTC(2030, 1, 3, 4, 5)],
    ["2030-02-03T04:05:06Z", Date.UTC(2030, 1, 3, 4, 5, 6)],
    ["2030-02-03T04:05:06.7Z", Date.UTC(2030, 1, 3, 4, 5, 6, 700)],
    ["2030-02-03T04:05:06.789999999Z", Date.UTC(2030, 1, 3, 4, 5, 6, 789)],
    ["2030-02-03T04:05:06-07:30", Date.UTC(2030, 1, 3, 11, 35, 6)],
    ["1896076800", 1_896_076_800_000],
    ["1896076800.5", 1_896_076_800_500],
    ["1896076800.25", 1_896_076_800_250],
    ["x1896076800", undefined],
    ["1896076800x", undefined],
    ["1896076800.", undefined],
    ["2030-02-30", undefined],
    ["2030-02-03T25:00Z", undefined],
    ["2030-02-03T04:05", undefined],
    ["x2030", undefined],
    ["today", undefined],
    ["", undefined],
  ];
  const zone = process.env.TZ;
  after(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });
  for (const TZ of ["UTC", "America/New_York", "Asia/Tokyo"])
    it(`is the same on a machine in ${TZ}`, () => {
      process.env.TZ = TZ;
      for (const [text, instant] of rows) assert.equal(instantOf(text), instant, text);
    });

  it("does not exist for what is no date, not even to equal it", () => {
    for (const operator of ["DateEquals", "DateLessThanEquals", "DateGreaterThanEquals"])
      for (const [wanted, given] of [
        ["today", "today"],
        ["today", "2030"],
        ["2030", "today"],
      ] as const)
        assert.equal(
          conditionsHold(
            { [operator]: { k: [wanted] } },
            { context: { k: given }, variables: undefined },
          ),
          false,
        );
  });
});
