import * as assert from "node:assert/strict";
import { expectedCounts, expectedHours } from "../../../local/audit/lake-queries";
import type { LakeRow } from "../../../operations/sinks/lake";

const day = 86_400_000;
const hour = 3_600_000;
const midnight = Date.UTC(2026, 10, 24);
const now = midnight + 10 * hour;

const row = (timestamp: number, more: LakeRow = {}): LakeRow => ({
  deviceid: "pump-7",
  timestamp: BigInt(timestamp),
  temperature: 20,
  humidity: 40,
  pressure: null,
  status: "ok",
  ...more,
});

describe("the answers that the queries of the lake have to give", () => {
  it("count readings per device and day of the reading, and copies apart", () => {
    const rows = [
      row(midnight),
      row(midnight, { receivedat: 5n }),
      row(midnight, { temperature: 21 }),
      row(midnight - 1),
      row(midnight, { deviceid: "pump-8" }),
    ];
    assert.deepEqual(expectedCounts(rows, now), [
      "pump-7 2026-11-23 1 0",
      "pump-7 2026-11-24 2 1",
      "pump-8 2026-11-24 1 0",
    ]);
  });

  it("cover seven days and today, from midnight in UTC", () => {
    const first = midnight - 7 * day;
    assert.deepEqual(expectedCounts([row(first), row(first - 1)], now), ["pump-7 2026-11-17 1 0"]);
    assert.deepEqual(
      [...expectedHours([row(first), row(first - 1)], now).keys()],
      [`pump-7 ${first}`],
    );
  });

  it("have average and maximum of each field per hour, of each reading once and without absent values", () => {
    const rows = [
      row(midnight, { temperature: 10, pressure: 1000 }),
      row(midnight, { temperature: 10, pressure: 1000 }),
      row(midnight + hour - 1, { temperature: 40, humidity: null }),
      row(midnight + hour, { temperature: -5 }),
    ];
    assert.deepEqual(
      [...expectedHours(rows, now)],
      [
        [
          `pump-7 ${midnight}`,
          {
            readings: 2,
            values: {
              avg_temperature: 25,
              max_temperature: 40,
              avg_humidity: 40,
              max_humidity: 40,
              avg_pressure: 1000,
              max_pressure: 1000,
            },
          },
        ],
        [
          `pump-7 ${midnight + hour}`,
          {
            readings: 1,
            values: {
              avg_temperature: -5,
              max_temperature: -5,
              avg_humidity: 40,
              max_humidity: 40,
            },
          },
        ],
      ],
    );
  });
});
