import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { formatOf } from "../../../iot-sql/time/format";
import { parserOf } from "../../../iot-sql/time/parse";
import { UTC } from "../../../iot-sql/time/zone";

const read = (text: string, pattern: string): number | undefined => parserOf(pattern)?.(text);
const at = (iso: string): number => Date.parse(iso);

describe("patterns of Java's DateTimeFormatter", () => {
  const rows: readonly [text: string, pattern: string, iso: string | undefined][] = [
    ["2024-02-29", "yyyy-MM-dd", "2024-02-29T00:00Z"],
    ["2024-02-29T13:05:09.042Z", "uuuu-MM-dd'T'HH:mm:ss.SSSX", "2024-02-29T13:05:09.042Z"],
    ["2024-02-29T13:05:09+05:30", "yyyy-MM-dd'T'HH:mm:ssXXX", "2024-02-29T07:35:09Z"],
    ["20240229130509042", "yyyyMMddHHmmssSSS", "2024-02-29T13:05:09.042Z"],
    ["24/2/9 1:05", "yy/M/d H:mm", "2024-02-09T01:05Z"],
    ["+12024-01-01", "yyyy-MM-dd", "+012024-01-01T00:00Z"],
    ["12024-01-01", "yyyy-MM-dd", undefined],
    ["2024-1-01", "yyyy-MM-dd", undefined],
    ["-0043-03-15", "uuuu-MM-dd", "-000043-03-15T00:00Z"],
    ["44 BC-03-15", "y G-MM-dd", "-000043-03-15T00:00Z"],
    ["44 Anno Domini-03-15", "y GGGG-MM-dd", "+000044-03-15T00:00Z"],
    ["Thu, 29 Feb 2024 13:05:09 GMT", "EEE, dd MMM yyyy HH:mm:ss z", "2024-02-29T13:05:09Z"],
    ["Friday 29 February 2024", "EEEE dd MMMM yyyy", undefined],
    ["Thursday 29 February 2024", "EEEE dd LLLL yyyy", "2024-02-29T00:00Z"],
    ["2024-060", "yyyy-DDD", "2024-02-29T00:00Z"],
    ["2023-366", "yyyy-DDD", undefined],
    ["2024 366", "yyyy D", "2024-12-31T00:00Z"],
    ["2023-02-31", "yyyy-MM-dd", "2023-02-28T00:00Z"],
    ["2023-04-31", "yyyy-MM-dd", "2023-04-30T00:00Z"],
    ["2023-13-01", "yyyy-MM-dd", undefined],
    ["2023-00-01", "yyyy-MM-dd", undefined],
    ["2023-01-32", "yyyy-MM-dd", undefined],
    ["2023-01-01 24:00", "yyyy-MM-dd HH:mm", "2023-01-02T00:00Z"],
    ["2023-01-01 24:01", "yyyy-MM-dd HH:mm", undefined],
    ["2023-01-01 25:00", "yyyy-MM-dd HH:mm", undefined],
    ["2023-01-01 10:60", "yyyy-MM-dd HH:mm", undefined],
    ["2023-01-01 12:30 AM", "yyyy-MM-dd hh:mm a", "2023-01-01T00:30Z"],
    ["2023-01-01 0:30 PM", "yyyy-MM-dd K:mm a", "2023-01-01T12:30Z"],
    ["2023-01-01 13:30 PM", "yyyy-MM-dd hh:mm a", undefined],
    ["2023-01-01 01:30", "yyyy-MM-dd hh:mm", undefined],
    ["2023-01-01 PM", "yyyy-MM-dd a", undefined],
    ["2023-01-01 24:30", "yyyy-MM-dd k:mm", "2023-01-01T00:30Z"],
    ["2023-01-01 :30", "yyyy-MM-dd :mm", undefined],
    ["2023-01-01 :30", "yyyy-MM-dd :ss", undefined],
    ["2023-01-01 86399999", "yyyy-MM-dd A", "2023-01-01T23:59:59.999Z"],
    ["2023-01-01 86400000", "yyyy-MM-dd A", undefined],
    ["2023-01-01 1000000", "yyyy-MM-dd N", "2023-01-01T00:00:00.001Z"],
    ["2023-01-01 10:00:00 5000000", "yyyy-MM-dd HH:mm:ss n", "2023-01-01T10:00:00.005Z"],
    ["2023-01-01 10:00:00.5", "yyyy-MM-dd HH:mm:ss.S", "2023-01-01T10:00:00.5Z"],
    ["2023-01-01 10:00:00.123456789", "yyyy-MM-dd HH:mm:ss.SSSSSSSSS", "2023-01-01T10:00:00.123Z"],
    ["2023-01-01 10:00:00.12", "yyyy-MM-dd HH:mm:ss.SSS", undefined],
    ["2023-01-01 10 PST", "yyyy-MM-dd HH z", "2023-01-01T18:00Z"],
    ["2023-07-01 10 CEST", "yyyy-MM-dd HH z", "2023-07-01T08:00Z"],
    ["2023-01-01 10 Europe/Paris", "yyyy-MM-dd HH VV", "2023-01-01T09:00Z"],
    ["2023-01-01 10 Etc/GMT+5", "yyyy-MM-dd HH VV", "2023-01-01T15:00Z"],
    ["2023-01-01 10 Nowhere", "yyyy-MM-dd HH VV", undefined],
    ["2023-01-01 10 +01", "yyyy-MM-dd HH X", "2023-01-01T09:00Z"],
    ["2023-01-01 10 +0130", "yyyy-MM-dd HH x", "2023-01-01T08:30Z"],
    ["2023-01-01 10 Z", "yyyy-MM-dd HH x", undefined],
    ["2023-01-01 10 +0100", "yyyy-MM-dd HH Z", "2023-01-01T09:00Z"],
    ["2023-01-01 10 GMT+01:00", "yyyy-MM-dd HH ZZZZ", "2023-01-01T09:00Z"],
    ["2023-01-01 10 +01:00", "yyyy-MM-dd HH ZZZZZ", "2023-01-01T09:00Z"],
    ["2023-01-01 10 GMT+1", "yyyy-MM-dd HH O", "2023-01-01T09:00Z"],
    ["2023-01-01 10 GMT", "yyyy-MM-dd HH OOOO", "2023-01-01T10:00Z"],
    ["2023-01-01", "yyyy-MM-dd[ HH:mm]", "2023-01-01T00:00Z"],
    ["2023-01-01 10:30", "yyyy-MM-dd[ HH:mm]", "2023-01-01T10:30Z"],
    ["2023-01-01 10:", "yyyy-MM-dd[ HH:mm]", undefined],
    ["2023-01-01 o'clock", "yyyy-MM-dd 'o''clock'", "2023-01-01T00:00Z"],
    ["2023-01-01[", "yyyy-MM-dd'['", "2023-01-01T00:00Z"],
    ["2023-01-01 2024", "yyyy-MM-dd yyyy", undefined],
    ["2023-01-01 2023", "yyyy-MM-dd yyyy", "2023-01-01T00:00Z"],
    ["10:30", "HH:mm", undefined],
    ["2023-01", "yyyy-MM", undefined],
    ["2023-01-01 extra", "yyyy-MM-dd", undefined],
    ["december", "MMMM", undefined],
    ["271000-01-01", "u-MM-dd", undefined],
    ["", "", undefined],
  ];
  for (const [text, pattern, iso] of rows) {
    it(`'${text}' by ${pattern || "nothing"} is ${iso ?? "no time"}`, () => {
      assert.equal(read(text, pattern), iso === undefined ? undefined : at(iso));
    });
  }

  it("are none with letters or signs that are not read here", () => {
    const patterns =
      "Y w W e c Q q F p B yyyy{ } # [[y]] [y y] MMMMM LLLLL EEEEE ddd DDDD aa V VVV zzzzz OO XXXXXX ZZZZZZ SSSSSSSSSS 'x";
    for (const pattern of [...patterns.split(" "), "y".repeat(1001)]) {
      assert.equal(parserOf(pattern), undefined, pattern);
    }
  });

  it("read back what Joda's pattern of the same letters wrote", () => {
    const pattern = "yyyy-MM-dd HH:mm:ss.SSS";
    const format = formatOf(pattern)!;
    const parse = parserOf(pattern)!;
    const instants = fc.integer({ min: Date.UTC(1, 0, 1), max: Date.UTC(9999, 11, 31) });
    fc.assert(
      fc.property(instants, (instant) => {
        assert.equal(parse(format(instant, UTC) as string), instant);
      }),
    );
  });

  it("take no longer for digits that could be shared out in many ways", () => {
    const pattern = "dHmsnANdHmsnANdHmsnAN";
    assert.equal(read("1".repeat(100_000), pattern), undefined);
  });
});
