import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import type { InfluxdbResponse } from "../../../functions/iot-to-timestream/influxdb-responses";
import { createLinesWriter } from "../../../functions/iot-to-timestream/influxdb-write";

const ok: InfluxdbResponse = { status: 204, body: "", retryAfter: 0 };
const failed = (status: number, body: object = {}, retryAfter = 0): InfluxdbResponse => ({
  ...{ status, body: JSON.stringify(body), retryAfter },
});
const linesOf = (count: number): string[] => Array.from({ length: count }, (_, nth) => `${nth}`);

/** A database that refuses some lines, names at most 100 of them as InfluxDB 3 does, and keeps the others. */
function version3(isBad: (line: string) => boolean) {
  const kept = new Set<string>();
  const requests: string[][] = [];
  const post = async (lines: readonly string[]): Promise<InfluxdbResponse> => {
    requests.push([...lines]);
    const bad = lines.flatMap((line, index) => (isBad(line) ? [{ line, index }] : []));
    for (const line of lines) if (!isBad(line)) kept.add(line);
    const data = bad.slice(0, 100).map(({ line, index }) => ({
      ...{ original_line: line, line_number: index + 1, error_message: `no ${line}` },
    }));
    return bad.length === 0 ? ok : failed(400, { error: "partial write", data });
  };
  return { kept, requests, post };
}

/** A database that refuses whole requests for one bad line, as InfluxDB 2 does for lines that it cannot parse. */
function version2(isBad: (line: string) => boolean, code = "invalid") {
  const kept = new Set<string>();
  const requests: string[][] = [];
  const post = async (lines: readonly string[]): Promise<InfluxdbResponse> => {
    requests.push([...lines]);
    if (lines.some(isBad)) return failed(400, { code, message: "unable to parse" });
    for (const line of lines) kept.add(line);
    return ok;
  };
  return { kept, requests, post };
}

/** Answers in turn; waits not at all, but keeps how long it would have. */
function answering(...responses: (InfluxdbResponse | Error)[]) {
  const pauses: number[] = [];
  let calls = 0;
  const write = createLinesWriter(
    async () => {
      const next = responses[Math.min(calls++, responses.length - 1)] as InfluxdbResponse | Error;
      if (next instanceof Error) throw next;
      return next;
    },
    async (milliseconds) => void pauses.push(milliseconds),
  );
  return { write, pauses, calls: () => calls };
}

const noPause = async (): Promise<void> => assert.fail("It waits.");

describe("Lines written to InfluxDB", () => {
  it("take one request, and none if there are none", async () => {
    const { post, requests } = version3(() => false);
    const write = createLinesWriter(post, noPause);
    assert.deepEqual(await write([]), []);
    assert.deepEqual(await write(linesOf(5000)), []);
    assert.deepEqual(
      requests.map(({ length }) => length),
      [5000],
    );
  });

  it("that InfluxDB 3 names are refused, and its response is the only one", async () => {
    const { post, kept, requests } = version3((line) => line === "1" || line === "3");
    const refused = await createLinesWriter(post, noPause)(linesOf(5));
    assert.deepEqual(refused, [
      { index: 1, reason: "no 1" },
      { index: 3, reason: "no 3" },
    ]);
    assert.deepEqual([...kept], ["0", "2", "4"]);
    assert.equal(requests.length, 1);
  });

  it("are sent again without the named ones where InfluxDB 3's list is full", async () => {
    const { post, kept, requests } = version3((line) => Number(line) % 2 === 0);
    const refused = await createLinesWriter(post, noPause)(linesOf(500));
    assert.deepEqual(
      refused.map(({ index }) => index).sort((a, b) => a - b),
      Array.from({ length: 250 }, (_, nth) => 2 * nth),
    );
    assert.equal(kept.size, 250);
    assert.deepEqual(
      requests.map(({ length }) => length),
      [500, 400, 300],
    );
  });

  it("that InfluxDB 2 refuses are found by halving", async () => {
    const { post, kept, requests } = version2((line) => line === "5");
    const refused = await createLinesWriter(post, noPause)(linesOf(8));
    assert.deepEqual(refused, [{ index: 5, reason: "400 unable to parse" }]);
    assert.equal(kept.size, 7);
    assert.deepEqual(
      requests.map(({ length }) => length),
      [8, 4, 4, 2, 1, 1, 2],
    );
  });

  it("that are too long for a request are halved", async () => {
    const sent: number[] = [];
    const write = createLinesWriter(async (lines) => {
      sent.push(lines.length);
      return lines.length > 3 ? failed(413) : ok;
    }, noPause);
    assert.deepEqual(await write(linesOf(10)), []);
    assert.deepEqual(sent, [10, 5, 3, 2, 5, 3, 2]);
  });

  it("are refused exactly and all others kept, by either version, whichever are bad", async () => {
    for (const version of [version2, version3])
      await fc.assert(
        fc.asyncProperty(
          fc.integer({ min: 1, max: 300 }),
          fc.float({ min: 0, max: 1, noNaN: true }),
          fc.integer({ min: 1, max: 97 }),
          async (count, share, seed) => {
            const isBad = (line: string): boolean => ((Number(line) * seed) % 101) / 101 < share;
            const { post, kept } = version(isBad);
            const refused = await createLinesWriter(post, noPause)(linesOf(count));
            const bad = linesOf(count).filter(isBad);
            const places = refused.map(({ index }) => index).sort((a, b) => a - b);
            assert.deepEqual(places.map(String), bad);
            assert.deepEqual(kept, new Set(linesOf(count).filter((line) => !isBad(line))));
          },
        ),
        { numRuns: 150 },
      );
  });

  it("are retried after throttling, errors of the server and lost connections, with growing pauses", async () => {
    const { write, pauses, calls } = answering(
      failed(429, {}, 1500),
      failed(503),
      new TypeError("fetch failed"),
      ok,
    );
    assert.deepEqual(await write(["a"]), []);
    assert.equal(calls(), 4);
    const [asked, second, third] = pauses as [number, number, number];
    assert.equal(pauses.length, 3);
    assert.equal(asked, 1500);
    assert.ok(second >= 0 && second <= 800 && third >= 0 && third <= 1600, String(pauses));
  });

  it("wait three seconds at most, whatever the server asks for", async () => {
    const { write, pauses } = answering(failed(503, {}, 3_600_000), ok);
    await write(["a"]);
    assert.deepEqual(pauses, [3000]);
  });

  it("fail after four attempts, with InfluxDB's words", async () => {
    const overloaded = answering(failed(503, { error: "the buffer is full" }));
    await assert.rejects(overloaded.write(["a"]), { message: "503 the buffer is full" });
    assert.equal(overloaded.calls(), 4);
    const away = answering(new TypeError("fetch failed"));
    await assert.rejects(away.write(["a"]), { message: "fetch failed" });
    assert.equal(away.calls(), 4);
  });

  for (const [what, response] of Object.entries({
    "a refused database": failed(400, { error: "invalid database name" }),
    "an empty list": failed(400, { error: "partial write", data: [] }),
    "a line that was not sent": failed(400, { data: [{ line_number: 3, error_message: "x" }] }),
    "a line without a number": failed(400, { data: [{ error_message: "x" }] }),
    "missing credentials": failed(401, { code: "unauthorized", message: "unauthorized" }),
    "a missing bucket": failed(404, { code: "not found", message: "no bucket" }),
    "a response that is no JSON": { status: 400, body: "<html>", retryAfter: 0 },
  }))
    it(`fail at once and refuse none for ${what}`, async () => {
      const { write, calls } = answering(response);
      await assert.rejects(write(["a", "b"]));
      assert.equal(calls(), 1);
    });
});
