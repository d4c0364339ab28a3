import * as assert from "node:assert/strict";
import { formatOf } from "../../../iot-sql/time/format";
import { zoneNamed } from "../../../iot-sql/time/zone";

const AT = Date.UTC(2024, 1, 29, 13, 5, 9, 42);

const written = (pattern: string, instant = AT, zone = "UTC"): string | undefined =>
  formatOf(pattern)?.(instant, zoneNamed(zone)!);

describe("patterns of Joda-Time's DateTimeFormat", () => {
  const rows: readonly [pattern: string, text: string, zone?: string, instant?: number][] = [
    ["yyyy-MM-dd'T'HH:mm:ss.SSSZZ", "2024-02-29T13:05:09.042+00:00"],
    ["y yy yyy yyyyy", "2024 24 2024 02024"],
    ["Y YY G C", "2024 24 AD 20"],
    ["M MM MMM MMMM", "2 02 Feb February"],
    ["d dd D DDD", "29 29 60 060"],
    ["E EEE EEEE e", "Thu Thu Thursday 4"],
    ["x xx w ww", "2024 24 9 09"],
    ["H HH k K h hh a", "13 13 13 1 1 01 PM"],
    ["H k K h a", "0 24 0 12 AM", "UTC", Date.UTC(2024, 0, 1)],
    ["m mm s ss", "5 05 9 09"],
    ["S SS SSS SSSS", "0 04 042 0420"],
    ["Z ZZ ZZZ z zzzz", "+0000 +00:00 UTC UTC Coordinated Universal Time"],
    ["Z ZZ z", "+0530 +05:30 +05:30", "+05:30"],
    ["HH:mm Z ZZZ", "05:05 -0800 America/Los_Angeles", "America/Los_Angeles"],
    ["z", "PST", "America/Los_Angeles"],
    ["z zzzz", "CET Central European Standard Time", "Europe/Paris"],
    ["z", "IST", "Asia/Kolkata"],
    ["'o''clock' '' h", "o'clock ' 1"],
    ["\u00e9 #!", "\u00e9 #!"],
    ["", ""],
    ["yyyy G", "0000 BC", "UTC", new Date(0).setUTCFullYear(0, 0, 1)],
    ["y YYYY G", "-43 0044 BC", "UTC", new Date(0).setUTCFullYear(-43, 2, 15)],
    ["yy", "43", "UTC", new Date(0).setUTCFullYear(-43, 2, 15)],
    ["x-'W'ww-e", "2020-W53-7", "UTC", Date.UTC(2021, 0, 3)],
    ["x-'W'ww-e", "2021-W52-6", "UTC", Date.UTC(2022, 0, 1)],
  ];
  for (const [pattern, text, zone, instant] of rows) {
    it(`${pattern || "nothing"} in ${zone ?? "UTC"} is ${text || "nothing"}`, () => {
      assert.equal(written(pattern, instant, zone), text);
    });
  }

  it("are none with another letter, a quote that is never closed, or a thousand characters", () => {
    for (const pattern of ["b", "yyyy-MM-DDTHH", "u", "'open", "y".repeat(1001), "constructor"]) {
      assert.equal(formatOf(pattern), undefined, pattern);
    }
  });

  it("write nothing for an instant that is no date", () => {
    for (const instant of [8.64e15 + 1, -1e300, Infinity, NaN]) {
      assert.equal(written("yyyy", instant), undefined);
    }
    assert.equal(written("yyyy", 8.64e15, "+05:30"), undefined);
    assert.equal(written("yyyy", 8.64e15), "275760");
  });
});
