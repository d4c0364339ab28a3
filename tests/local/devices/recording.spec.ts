import * as assert from "node:assert/strict";
import { createReadingParser } from "../../../functions/shared/reading-parser";
import type { Replay } from "../../../local/command-line";
import { openRecording } from "../../../local/devices/recording";
import { collect, createRecordings } from "./recordings";

const now = Date.UTC(2026, 10, 24);

describe("a recording", () => {
  const recordings = createRecordings();
  after(() => recordings.remove());
  const open = (content: string, options: Partial<Replay> = {}, name = "cellar.csv") =>
    openRecording(
      { file: recordings.write(name, content), speed: 0, map: {}, set: {}, ...options },
      now,
    );
  const readings = async (...args: Parameters<typeof open>): Promise<unknown[]> =>
    (await collect((await open(...args)).messages())).map(
      ({ payload }) => JSON.parse(Buffer.from(payload).toString()) as unknown,
    );

  const header = "device,time,temp,hum,press,status,note";

  it("is of as many devices as a generated load at most", async () => {
    const of = (count: number): string =>
      `${header}\n${Array.from({ length: count }, (_, index) => `pump-${index},,1,1,1,ok,\n`).join("")}`;
    assert.equal((await open(of(1000))).deviceIds.length, 1000);
    await assert.rejects(open(of(1001)), {
      message:
        "cellar.csv is of more than 1,000 devices, each of which connects by its own certificate; replay a part of it.",
    });
  });

  it("becomes readings that the program takes, each by the device that it names", async () => {
    const recording = await open(
      `${header}\npump-7,2020-01-01T00:00:00Z,21.5,40,1013,ok,\npump-8,2020-01-01T00:00:10Z,-3,41,1012.5,warning,cold\n`,
    );
    assert.deepEqual(recording.deviceIds, ["pump-7", "pump-8"]);
    assert.equal(recording.described, "2 readings of 2 devices, times moved to end now");
    const parse = createReadingParser();
    const judged = (await collect(recording.messages())).map(({ deviceId, payload }) =>
      parse({ deviceId, receivedAt: now, payload: Buffer.from(payload).toString("base64") }),
    );
    assert.deepEqual(judged, [
      {
        ok: true,
        reading: {
          deviceId: "pump-7",
          timestamp: now - 10_000,
          temperature: 21.5,
          humidity: 40,
          pressure: 1013,
          status: "ok",
        },
      },
      {
        ok: true,
        reading: {
          deviceId: "pump-8",
          timestamp: now,
          temperature: -3,
          humidity: 41,
          pressure: 1012.5,
          status: "warning",
          message: "cold",
        },
      },
    ]);
  });

  it("keeps what is no number and leaves out what is empty, for the program to judge", async () => {
    const [first] = await readings(`${header}\na,never,n/a,,1e999,OK,x\n`);
    assert.deepEqual(first, {
      deviceId: "a",
      timestamp: "never",
      temperature: "n/a",
      // JSON has no word for it.
      pressure: null,
      status: "OK",
      message: "x",
    });
  });

  it("leaves the values of JSON lines as they are", async () => {
    const line = {
      id: 7,
      ts: now / 1000,
      temp: "21",
      hum: 40,
      press: null,
      state: "ok",
      extra: [],
    };
    const [first] = await readings(`${JSON.stringify(line)}\n`, {}, "a.jsonl");
    assert.deepEqual(first, {
      deviceId: "7",
      timestamp: now,
      temperature: "21",
      humidity: 40,
      pressure: null,
      status: "ok",
    });
  });

  it("finds columns that only later lines have", async () => {
    const common = { temp: 1, hum: 2, press: 1000 };
    const lines = [common, { ...common, status: "ok" }].map((line) => JSON.stringify(line));
    assert.deepEqual(
      (await readings(lines.join("\n"), {}, "a.jsonl")).map(
        (reading) => (reading as { status?: string }).status,
      ),
      [undefined, "ok"],
    );
  });

  it("takes columns and values from the command", async () => {
    const options = { map: { temperature: "T1" }, set: { status: "ok", pressure: "1013" } };
    const [first] = await readings("T1,T2,rh\n20,30,50\n", options);
    assert.deepEqual(first, {
      deviceId: "cellar",
      timestamp: now,
      temperature: 20,
      humidity: 50,
      pressure: 1013,
      status: "ok",
    });
  });

  it("without a device is of one device, named after the file; without times goes by the second", async () => {
    const recording = await open(
      "temp,hum,press,status\n1,2,1000,ok\n3,4,1000,ok\n",
      {},
      "old cellar.csv",
    );
    assert.deepEqual(recording.deviceIds, ["old-cellar"]);
    const times = (await collect(recording.messages())).map(
      ({ payload }) =>
        (JSON.parse(Buffer.from(payload).toString()) as { timestamp: number }).timestamp,
    );
    assert.deepEqual(times, [now - 1000, now]);
  });

  it("names devices as AWS IoT can", async () => {
    const recording = await open(`${header}\nKühlhaus 1/2,1,1,1,1000,ok,\n`);
    assert.deepEqual(recording.deviceIds, ["K-hlhaus-1-2"]);
  });

  it("is refused when two devices would get one name", async () => {
    await assert.rejects(open(`${header}\na b,1,1,1,1000,ok,\na/b,2,1,1,1000,ok,\n`), {
      message: "Devices 'a b' and 'a/b' would both be named 'a-b'; rename one.",
    });
  });

  it("is refused when it has no rows", async () => {
    await assert.rejects(open(`${header}\n`), {
      message: "cellar.csv has a header and no rows; give it some.",
    });
  });

  it("goes at the speed that is asked for", async () => {
    const rows = `${header}\na,1000,1,1,1000,ok,\na,bad,1,1,1000,ok,\na,1060,1,1,1000,ok,\n`;
    const paces = async (speed: number): Promise<number[]> =>
      (await collect((await open(rows, { speed })).messages())).map(({ at }) => at);
    assert.deepEqual(await paces(1), [0, 0, 60_000]);
    assert.deepEqual(await paces(10), [0, 0, 6000]);
    assert.deepEqual(await paces(0), [0, 0, 0]);
  });

  it("keeps different times different when it presses them together", async () => {
    const rows = ["0", "0.001", "0.002", "100000000"].map((time) => `a,${time},1,1,1000,ok,`);
    const times = (await readings([header, ...rows].join("\n"))).map(
      (reading) => (reading as { timestamp: number }).timestamp,
    );
    assert.equal(new Set(times).size, 4);
  });

  it("converts numbers from the units of its headers to those of the fields, and nothing else", async () => {
    const rows = "Temperature (°F),RH,Pressure (kPa),status\n68,40,101.3,ok\nn/a,40,,ok\n";
    const [first, second] = (await readings(rows)) as Record<string, unknown>[];
    assert.equal(first?.temperature, 20);
    assert.equal(first?.pressure, 1013);
    assert.equal(second?.temperature, "n/a");
    assert.ok(!("pressure" in (second ?? {})));
    const [set] = (await readings("temp_f,rh,status\n68,40,ok\n", {
      set: { pressure: "1013" },
    })) as Record<string, unknown>[];
    assert.deepEqual([set?.temperature, set?.pressure], [20, 1013]);
  });

  describe("with decimal commas and local dates", () => {
    const semicolons = "device;time;temp;hum;press;status";

    it("is read by the notation that its columns show", async () => {
      const [first, second] = (await readings(
        `${semicolons}\na;23.11.2026 10:00;21,5;40;1013;ok\na;23.11.2026 10:01;-0,250;40;1013,25;ok\n`,
      )) as Record<string, unknown>[];
      assert.deepEqual(
        [first?.timestamp, first?.temperature, first?.pressure],
        [Date.UTC(2026, 10, 23, 10), 21.5, 1013],
      );
      assert.deepEqual(
        [second?.timestamp, second?.temperature, second?.pressure],
        [Date.UTC(2026, 10, 23, 10, 1), -0.25, 1013.25],
      );
    });

    it("takes the meaning of a date or a number from another row of its column", async () => {
      const [first] = (await readings(
        `${semicolons}\na;11/03/2026;1,013;40;1013;ok\na;11/23/2026;1,5;40;1013;ok\n`,
      )) as Record<string, unknown>[];
      assert.equal(first?.temperature, 1.013);
      const swapped = (await readings(
        `${semicolons}\na;22/11/2026;1;40;1013;ok\na;10/11/2026;1;40;1013;ok\n`,
      )) as Record<string, number>[];
      assert.equal(Number(swapped[0]?.timestamp) > Number(swapped[1]?.timestamp), true);
    });

    for (const [what, rows, message] of [
      [
        "a comma that separates decimals or groups",
        "a;1;1;40;1,013;ok",
        "line 2: '1,013' in the column 'press' can be 1.013 or 1013: write one of these.",
      ],
      [
        "groups of digits",
        "a;1;1;40;1;ok\na;1;1;40;1.013,25;ok",
        "line 3: '1.013,25' in the column 'press' separates groups of digits: write the number without them.",
      ],
      [
        "groups of digits with a space",
        "a;1;1;40;1;ok\na;1;1;40;1 013,25;ok",
        "line 3: '1 013,25' in the column 'press' separates groups of digits: write the number without them.",
      ],
      [
        "both signs",
        "a;1;1.5;40;1;ok\na;1;1,5;40;1;ok",
        "line 3: '1,5' in the column 'temp' has a decimal comma, and '1.5' in line 2 a decimal point: use one of them.",
      ],
      [
        "a date that begins with the day or with the month",
        "a;03/04/2026;1;40;1;ok",
        "line 2: '03/04/2026' in the column 'time' can begin with the day or with the month, and no row of the column shows which: write dates as 2026-11-24.",
      ],
      [
        "dates in both orders",
        "a;24/11/2026;1;40;1;ok\na;11/24/2026;1;40;1;ok",
        "line 3: '11/24/2026' in the column 'time' begins with the month, and '24/11/2026' in line 2 with the day: write dates as 2026-11-24.",
      ],
      [
        "a year of two digits",
        "a;24.11.26;1;40;1;ok",
        "line 2: '24.11.26' in the column 'time' has a year of two digits: write all four.",
      ],
      [
        "a day that no calendar has",
        "a;31.02.2026;1;40;1;ok",
        "line 2: '31.02.2026' in the column 'time' is not a date: correct it.",
      ],
    ] as const)
      it(`refuses ${what}, with the row`, async () => {
        await assert.rejects(open(`${semicolons}\n${rows}\n`), {
          message: `cellar.csv, ${message}`,
        });
      });
  });

  it("has a summary of its columns, units and times", async () => {
    const { summary, described } = await open(
      "time;Temperature (°F);hum;p;extra\n23.11.2026 10:00;68,5;40;1013;x\nlater;n/a;40;1013;x\n",
      { map: { pressure: "p" }, set: { status: "ok" } },
    );
    assert.deepEqual(summary, [
      "  deviceId      no column; one device, named after the file (--map COLUMN=deviceId)",
      "  timestamp     column 'time', local dates, day first",
      "  temperature   column 'Temperature (°F)', °F converted to °C, decimal comma, not a number in 1 row (line 3), published as it is",
      "  humidity      column 'hum', taken as %, since the header names no unit",
      "  pressure      column 'p', taken as hPa, since the header names no unit",
      "  status        'ok' in every reading",
      "  message       no column; left out",
      "  not used      extra",
      "  times         2026-11-23 10:00:00 to 2026-11-23 10:00:00, UTC where no zone is given, times as recorded, no time in 1 row (line 3), published as it is",
    ]);
    assert.equal(described, "2 readings of 1 device, times as recorded");
  });
});
