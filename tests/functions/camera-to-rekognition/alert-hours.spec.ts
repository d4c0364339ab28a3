import fc from "fast-check";
import * as assert from "node:assert/strict";
import { boundsIn, createAlertHours } from "../../../functions/camera-to-rekognition/alert-hours";

const hoursOf = (hours: string, timeZone = "UTC"): number[] => {
  const isWithin = createAlertHours({ hours, timeZone });
  return Array.from({ length: 24 }, (_, hour) => hour).filter((hour) =>
    isWithin(Date.UTC(2026, 6, 1, hour, 59)),
  );
};

describe("The hours of alerts", () => {
  it("are from the first to before the last, over midnight too", () => {
    assert.deepEqual(hoursOf("8-10"), [8, 9]);
    assert.deepEqual(hoursOf("22-2"), [0, 1, 22, 23]);
    assert.deepEqual(hoursOf("0-23").length, 23);
    assert.deepEqual(hoursOf("23-0"), [23]);
    assert.equal(hoursOf("always").length, 24);
  });

  it("are those of the time zone, with its daylight saving time", () => {
    assert.deepEqual(hoursOf("0-1", "Europe/Berlin"), [22]);
    const isWithin = createAlertHours({ hours: "0-1", timeZone: "Europe/Berlin" });
    assert.equal(isWithin(Date.UTC(2026, 0, 1, 23)), true);
    assert.equal(isWithin(Date.UTC(2026, 0, 1, 22)), false);
  });

  it("are read from two different hours only", () => {
    for (const hours of ["22-6", "0-23", "9-10"]) assert.ok(boundsIn(hours));
    for (const hours of ["", "6-6", "24-1", "-1-2", "06-9", "6", "22 - 6", "always"])
      assert.equal(boundsIn(hours), undefined, hours);
    fc.assert(
      fc.property(fc.nat(23), fc.nat(23), (from, to) => {
        const length = from === to ? 24 : (to - from + 24) % 24;
        assert.equal(hoursOf(from === to ? "always" : `${from}-${to}`).length, length);
      }),
    );
  });
});
