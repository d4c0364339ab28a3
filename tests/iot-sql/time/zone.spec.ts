import * as assert from "node:assert/strict";
import { instantOf, zoneNamed } from "../../../iot-sql/time/zone";

const HOUR = 3_600_000;

describe("time zones", () => {
  const rows: readonly [id: string, hours: number | undefined][] = [
    ["UTC", 0],
    ["GMT", 0],
    ["Z", 0],
    ["+01:00", 1],
    ["-0930", -9.5],
    ["UTC+01:00", 1],
    ["GMT-3", -3],
    ["+18:00", 18],
    ["+18:01", undefined],
    ["+01:00:30", 1 + 30 / 3600],
    ["America/New_York", -5],
    ["Asia/Kolkata", 5.5],
    ["Mars/Base", undefined],
    ["", undefined],
    ["__proto__", undefined],
    ["a".repeat(1000), undefined],
  ];
  for (const [id, hours] of rows) {
    it(`'${id.slice(0, 20)}' is ${hours === undefined ? "none" : `${hours} hours ahead in winter`}`, () => {
      assert.equal(
        zoneNamed(id)?.offsetAt(Date.UTC(2024, 0, 1)),
        hours === undefined ? hours : hours * HOUR,
      );
    });
  }

  it("know the past of their region", () => {
    const paris = zoneNamed("Europe/Paris")!;
    assert.equal(paris.offsetAt(Date.UTC(2024, 6, 1)), 2 * HOUR);
    assert.equal(paris.offsetAt(Date.UTC(1950, 6, 1)), HOUR);
    assert.equal(paris.offsetAt(new Date(0).setUTCFullYear(-1, 0, 1)), 561_000);
  });

  it("take a local time that occurs twice as the earlier, and move one that is left out, as Java does", () => {
    const zone = zoneNamed("America/New_York")!;
    const local = (month: number, day: number, hour: number): number =>
      Date.UTC(2024, month - 1, day, hour, 30);
    assert.equal(instantOf(local(11, 3, 1), zone), Date.UTC(2024, 10, 3, 5, 30));
    assert.equal(instantOf(local(3, 10, 2), zone), Date.UTC(2024, 2, 10, 7, 30));
    assert.equal(instantOf(local(3, 10, 4), zone), Date.UTC(2024, 2, 10, 8, 30));
  });

  it("are found however many have been asked for", () => {
    for (let n = 0; n < 1100; n += 1) zoneNamed(`Nowhere/N${n}`);
    assert.equal(zoneNamed("Asia/Tokyo")?.offsetAt(0), 9 * HOUR);
  });
});
