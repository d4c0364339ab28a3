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

  it("calls itself a double, and shows no key", async () => {
    const page = await (await fetch(datadog.url)).text();
    assert.match(page, /Datadog double/);
    assert.ok(!page.includes(datadog.apiKey()));
  });
});

/** Different legal tags of about so many bytes together. */
const fill = (bytes: number): string[] =>
  Array.from({ length: Math.ceil(bytes / 200) }, (_, nth) => `tag-${nth}:`.padEnd(197, "a"));
