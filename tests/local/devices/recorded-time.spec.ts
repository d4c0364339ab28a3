import * as assert from "node:assert/strict";
import { readTime, shiftTimes } from "../../../local/devices/recorded-time";

const time = Date.UTC(2024, 1, 29, 13, 5, 7, 250);
const whole = Date.UTC(2024, 1, 29, 13, 5, 7);
const day = 86_400_000;

describe("a recorded time", () => {
  const readable: [given: unknown, ms: number][] = [
    [time, time],
    [String(time), time],
    [time / 1000, time],
    [whole / 1000, whole],
    [time * 1000, time],
    [String(BigInt(time) * 1_000_000n), time],
    ["2024-02-29T13:05:07.250Z", time],
    ["2024-02-29 13:05:07.250", time],
    ["2024-02-29 13:05:07,250", time],
    ["2024-02-29T14:05:07.250+01:00", time],
    ["2024-02-29T13:05", Date.UTC(2024, 1, 29, 13, 5)],
    ["2024-02-29", Date.UTC(2024, 1, 29)],
    [0, 0],
    ["12.5", 12_500],
    ["2024-02-29 14:05:07+01:00", whole],
    ["2024/02/29 13:05", Date.UTC(2024, 1, 29, 13, 5)],
    ["29 February 2024 13:05", Date.UTC(2024, 1, 29, 13, 5)],
    ["1 May 2024", Date.UTC(2024, 4, 1)],
    ["Thu, 29 Feb 2024 13:05:07 GMT", whole],
  ];
  for (const [given, ms] of readable)
    it(`is read from ${JSON.stringify(given)}`, () => assert.equal(readTime(given), ms));

  it("is a local date in the order that the column has, in UTC unless it names a zone", () => {
    const [day, month] = ["day first", "month first"] as const;
    assert.equal(readTime("29.02.2024 13:05:07", day), whole);
    assert.equal(readTime("29.2.2024 14:05:07,250 +01:00", day), time);
    assert.equal(readTime("2/29/2024 1:05:07 PM", month), whole);
    assert.equal(readTime("2/3/2024", day), Date.UTC(2024, 2, 2));
    assert.equal(readTime("2/3/2024, 12:00 am", month), Date.UTC(2024, 1, 3));
    assert.equal(readTime("2/3/2024"), undefined);
    assert.equal(readTime("30.02.2024", day), undefined);
    assert.equal(readTime("1/2/2024 13:00 PM", day), undefined);
  });

  for (const given of ["", "yesterday", "pump 7", "2024-13-40", null, undefined, true, NaN, {}, []])
    it(`is not read from ${String(JSON.stringify(given))}`, () =>
      assert.equal(readTime(given), undefined));
});

describe("the times of a recording", () => {
  const now = time;

  it("stay as they are where AWS IoT would take them all", () => {
    const { move, described } = shiftTimes(now - 6 * day, now + 120_000, now);
    assert.equal(move(now - 3 * day), now - 3 * day);
    assert.equal(described, "times as recorded");
  });

  it("move together so that the newest is now, and keep their distances", () => {
    const { move, described } = shiftTimes(1000, 5000, now);
    assert.deepEqual([move(1000), move(4000), move(5000)], [now - 4000, now - 1000, now]);
    assert.equal(described, "times moved to end now");
  });

  it("move back from the future", () => {
    assert.equal(shiftTimes(now + 3 * day, now + 4 * day, now).move(now + 4 * day), now);
  });

  it("are pressed together where they span more than a reading may be old", () => {
    const { move, described } = shiftTimes(0, 690 * day, now);
    assert.deepEqual([move(0), move(690 * day)], [now - 6.9 * day, now]);
    assert.equal(move(690 * day - 100_000), now - 1000);
    assert.equal(described, "times moved and pressed together to end now");
  });
});
