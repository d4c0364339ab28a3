import * as assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { startDatadog, type Datadog } from "../../../local/doubles/datadog";

const now = (): number => Math.floor(Date.now() / 1000);
const series = (changes: object = {}, point: object = {}) => ({
  metric: "iot.temperature",
  type: 3,
  points: [{ timestamp: now(), value: 21.5, ...point }],
  tags: ["device:Pump-7", "site:none"],
  unit: "degree celsius",
  ...changes,
});

describe("The double of Datadog's intake", () => {
  let datadog: Datadog;
  beforeEach(async () => {
    datadog = await startDatadog();
  });
  afterEach(() => datadog.stop());

  const post = async (
    payload: unknown,
    headers: Record<string, string> = {},
    path = "/api/v2/series",
  ) => {
    const body = payload instanceof Uint8Array ? payload : gzipSync(JSON.stringify(payload));
    const answer = await fetch(datadog.url + path, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "content-encoding": "gzip",
        "dd-api-key": datadog.apiKey(),
        ...headers,
      },
      body: new Uint8Array(body),
    });
    return [answer.status, JSON.parse(await answer.text())] as const;
  };
  const taken = [202, { errors: [] }];

  it("stores gauges, tags in lower case", async () => {
    const given = series();
    assert.deepEqual(await post({ series: [given] }), taken);
    const [{ timestamp } = { timestamp: 0 }] = given.points;
    assert.deepEqual(datadog.gauges(), [
      {
        metric: "iot.temperature",
        tags: ["device:pump-7", "site:none"],
        timestamp,
        value: 21.5,
        unit: "degree celsius",
      },
    ]);
  });

  it("keeps the last value of a series and second", async () => {
    const timestamp = now();
    await post({ series: [series({}, { timestamp })] });
    await post({ series: [series({}, { timestamp, value: 30 })] });
    assert.deepEqual(
      datadog.gauges().map(({ value }) => value),
      [30],
    );
  });

  for (const [what, seconds, isKept] of [
    ["of an hour ago less a little", -3590, true],
    ["of more than an hour ago", -3601, false],
    ["of ten minutes ahead less a little", 590, true],
    ["of more than ten minutes ahead", 660, false],
  ] as const)
    it(`${isKept ? "stores" : "accepts and drops"} a point ${what}`, async () => {
      assert.deepEqual(await post({ series: [series({}, { timestamp: now() + seconds })] }), taken);
      assert.deepEqual([datadog.gauges().length, datadog.dropped()], isKept ? [1, 0] : [0, 1]);
    });

  for (const [what, payload] of Object.entries<unknown>({
    "no object": [],
    "no series": {},
    "series of the wrong type": { series: {} },
    "no series in it": { series: [] },
    "a series without a metric": { series: [series({ metric: undefined })] },
    "a series without points": { series: [series({ points: undefined })] },
    "an empty list of points": { series: [series({ points: [] })] },
    "points as pairs, the old form": { series: [series({ points: [[now(), 1]] })] },
    "a fraction of a second": { series: [series({}, { timestamp: 1.5 })] },
    "a value that is text": { series: [series({}, { value: "1" })] },
    "a point without a value": { series: [series({}, { value: undefined })] },
    "a type by its name": { series: [series({ type: "gauge" })] },
    "an unknown type": { series: [series({ type: 4 })] },
    "tags as text": { series: [series({ tags: "site:none" })] },
    "a member that the model lacks": { series: [series({ host: "pump-7" })] },
    "an illegal name": { series: [series({ metric: "1iot" })] },
    "a name that is too long": { series: [series({ metric: "a".repeat(201) })] },
    "an illegal tag": { series: [series({ tags: ["device:a b"] })] },
  }))
    it(`refuses a payload with ${what}`, async () => {
      const [status, { errors }] = await post(payload);
      assert.deepEqual([status, errors.length, datadog.gauges()], [400, 1, []]);
    });

  it("refuses a payload that is not JSON, or not compressed as it says", async () => {
    assert.equal((await post(gzipSync("{")))[0], 400);
    assert.equal((await post(Buffer.from("{}")))[0], 400);
    assert.equal((await post({ series: [series()] }, { "content-encoding": "br" }))[0], 400);
  });

  it("refuses a wrong key, and the old one after a rotation", async () => {
    const old = datadog.apiKey();
    assert.deepEqual(await post({ series: [series()] }, { "dd-api-key": "wrong" }), [
      403,
      { errors: ["Forbidden"] },
    ]);
    const next = datadog.rotate();
    assert.notEqual(next, old);
    assert.equal((await post({ series: [series()] }, { "dd-api-key": old }))[0], 403);
    assert.deepEqual(await post({ series: [series()] }), taken);
  });

  it("refuses a payload above either limit", async () => {
    const tags = (bytes: number) => [`site:${"a".repeat(190)}`, ...fill(bytes)];
    const [status] = await post({ series: [series({ tags: tags(5_242_880) })] });
    assert.equal(status, 413);
    const noise = Buffer.from(Array.from({ length: 512_001 }, (_, nth) => (nth * 7919) % 251));
    assert.equal((await post(noise))[0], 413);
  });

  it("answers as it is told, and closes connections while it is down", async () => {
    datadog.answer("busy");
    assert.equal((await fetch(`${datadog.url}/api/v2/series`, { method: "POST" })).status, 503);
    datadog.answer("throttled");
    const throttled = await fetch(`${datadog.url}/api/v2/series`, { method: "POST" });
    assert.deepEqual([throttled.status, throttled.headers.get("x-ratelimit-reset")], [429, "1"]);
    datadog.answer("garbage");
    const garbage = await fetch(`${datadog.url}/api/v2/series`, { method: "POST" });
    assert.equal(garbage.status, 202);
    assert.match(await garbage.text(), /^<html>/);
    datadog.answer("down");
    await assert.rejects(fetch(`${datadog.url}/api/v2/series`, { method: "POST" }));
    datadog.answer("healthy");
    assert.deepEqual(await post({ series: [series()] }), taken);
    assert.deepEqual(datadog.answered(), [503, 429, 202, 0, 202]);
  });

  it("stores nothing of a payload with a device that it refuses, and says so with 202", async () => {
    datadog.refuseDevice("pump-8");
    const other = series({ tags: ["device:pump-8"] });
    assert.deepEqual(await post({ series: [series(), other] }), [
      202,
      { errors: ["iot.temperature: the series was not accepted"] },
    ]);
    assert.deepEqual(datadog.gauges(), []);
    datadog.acceptDevice("pump-8");
    assert.deepEqual(await post({ series: [series(), other] }), taken);
  });

  it("knows no other path and no other method", async () => {
    assert.equal((await post({ series: [series()] }, {}, "/api/v1/series"))[0], 404);
    assert.equal((await fetch(`${datadog.url}/api/v2/series`)).status, 405);
  });

  describe("of logs that Firehose delivers", () => {
    const log = (changes: object = {}) => ({ message: "m", timestamp: Date.now(), ...changes });
    const encode = (one: unknown) => ({
      data: Buffer.from(JSON.stringify(one)).toString("base64"),
    });
    const path = "/api/v2/logs?dd-protocol=aws-kinesis-firehose";
    const deliver = (
      body: object | Uint8Array,
      headers: Record<string, string> = {},
      to: string = path,
    ) =>
      post(
        body instanceof Uint8Array ? body : { requestId: "r", timestamp: 1, ...body },
        {
          "x-amz-firehose-protocol-version": "1.0",
          "x-amz-firehose-request-id": "r",
          "x-amz-firehose-access-key": datadog.apiKey(),
          ...headers,
        },
        to,
      );

    it("stores each record as a log, and repeats the id of the request", async () => {
      const logs = [log({ a: 1 }), log({ b: { c: "ü" } })];
      for (const to of [path, "/v1/input"]) {
        const [status, answer] = await deliver({ records: logs.map(encode) }, {}, to);
        const { requestId, timestamp } = answer as { requestId: string; timestamp: number };
        assert.deepEqual([status, requestId, typeof timestamp], [200, "r", "number"]);
      }
      const stored = logs.map((one) => ({ date: one.timestamp, attributes: one }));
      assert.deepEqual(datadog.logs(), [...stored, ...stored]);
    });

    it("dates a log without a time by its arrival, and drops one of more than 18 hours ago", async () => {
      const before = Date.now();
      const [old, kept] = [18 * 3_600_000 + 1000, 18 * 3_600_000 - 10_000];
      const logs = [
        log({ timestamp: undefined }),
        log({ timestamp: before - old }),
        log({ timestamp: before - kept }),
      ];
      assert.equal((await deliver({ records: logs.map(encode) }))[0], 200);
      const [first, second, ...others] = datadog.logs();
      assert.ok((first?.date ?? 0) >= before);
      assert.equal(second?.date, before - kept);
      assert.deepEqual([others.length, datadog.droppedLogs()], [0, 1]);
    });

    const records = [encode(log())];
    for (const [what, body, headers, status] of [
      ["a wrong key", { records }, { "x-amz-firehose-access-key": "another" }, 403],
      [
        "a key in the header for metrics alone",
        { records },
        { "x-amz-firehose-access-key": "" },
        403,
      ],
      ["another version", { records }, { "x-amz-firehose-protocol-version": "2.0" }, 400],
      ["another media type", { records }, { "content-type": "text/plain" }, 415],
      ["another id than the header's", { records, requestId: "s" }, {}, 400],
      ["no timestamp", { records, timestamp: "1" }, {}, 400],
      ["no records", { records: [] }, {}, 400],
      ["data that is not Base64", { records: [{ data: "{}" }] }, {}, 400],
      ["a log that is no object", { records: [encode("text")] }, {}, 400],
      ["a log whose time is a text", { records: [encode(log({ timestamp: "1" }))] }, {}, 400],
      ["a log of more than 1 MB", { records: [encode(log({ a: "a".repeat(1e6) }))] }, {}, 413],
      [
        "logs of more than 5 MB together",
        { records: Array.from({ length: 6 }, () => encode(log({ a: "a".repeat(9e5) }))) },
        {},
        413,
      ],
    ] as [string, object, Record<string, string>, number][])
      it(`refuses ${what}, and stores nothing of the request`, async () => {
        const [answered, answer] = await deliver(body, headers);
        assert.equal(answered, status);
        assert.equal(typeof (answer as { errorMessage: string }).errorMessage, "string");
        assert.deepEqual(datadog.logs(), []);
      });

    it("refuses what is not compressed as it says, and another path", async () => {
      assert.equal((await deliver(new Uint8Array([1, 2, 3])))[0], 400);
      assert.equal((await deliver({ records }, {}, "/api/v2/logs"))[0], 404);
    });
  });

  it("calls itself a double, and shows no key", async () => {
    const page = await (await fetch(datadog.url)).text();
    assert.match(page, /Datadog double/);
    assert.ok(!page.includes(datadog.apiKey()));
  });
});

/** Different legal tags of about so many bytes together. */
const fill = (bytes: number): string[] =>
  Array.from({ length: Math.ceil(bytes / 200) }, (_, nth) => `tag-${nth}:`.padEnd(197, "a"));
