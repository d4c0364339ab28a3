import { table } from "../evaluation";

describe("iot-sql time functions", () => {
  table([
    ["parse_time('yyyy-MM-dd', ts)", "2023-11-14", { ts: 1_700_000_000_000 }],
    ["parse_time('HH', '1700000000000.9', zone)", "23", { zone: "Europe/Paris" }],
    ["parse_time(pattern, 0)", "1970", { pattern: "yyyy" }],
    ["parse_time(pattern, 0)", undefined, { pattern: "b" }],
    ["parse_time('yyyy', 0, zone)", undefined, { zone: "Mars/Base" }],
    ["parse_time('yyyy', 0, missing)", undefined],
    ["parse_time('yyyy', 1e300)", undefined],
    ["parse_time('yyyy', true)", undefined],
    ["parse_time(missing, 0)", undefined],
    ["time_to_epoch('1970-01-02', 'yyyy-MM-dd')", 86_400_000],
    ["time_to_epoch(t, pattern)", 31_536_000_000, { t: 19710101, pattern: "yyyyMMdd" }],
    ["time_to_epoch('x', 'yyyy-MM-dd')", undefined],
    ["time_to_epoch(missing, 'yyyy')", undefined],
    ["time_to_epoch('1970-01-02', missing)", undefined],
    ["time_to_epoch('1970', pattern)", undefined, { pattern: "Y" }],
    [
      "time_to_epoch(parse_time('yyyy-MM-dd HH:mm:ss.SSS', timestamp()), 'yyyy-MM-dd HH:mm:ss.SSS') = timestamp()",
      true,
    ],
  ]);
});
