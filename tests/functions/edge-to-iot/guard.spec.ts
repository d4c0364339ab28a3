import * as assert from "node:assert/strict";
import type { CloudFrontRequest, CloudFrontResultResponse } from "aws-lambda";
import * as fc from "fast-check";
import { createHandler, readSettings, type Identity } from "../../../functions/edge-to-iot/guard";
import { createReadingParser } from "../../../functions/shared/reading-parser";
import type { Definition } from "../../../reading/definition";
import { definition } from "../../../reading/fields";
import { readingOf, receivedAt } from "../../support/events";
import { logged } from "../logged";
import { badRequests, goodHeaders, type Given } from "./bad-requests";
import { edgeEvent } from "./edge-request";

const given: Given = {
  reading: readingOf(),
  key: "a key of the tests, of 32 characters and more",
  keyId: "2026-11",
  mostBytes: 16_384,
  now: receivedAt,
  revoked: "pump-9",
};
const good = goodHeaders(given);

const guard = (identity: Identity = "token", of: Definition = definition) =>
  createHandler({ mostBytes: 16_384, identity }, { now: () => receivedAt }, of);

const ask = (asked: Parameters<typeof edgeEvent>[0], handler = guard()) =>
  logged(() => handler(edgeEvent(asked)));

/** The JSON that goes to the origin; fails for a refusal. */
async function passed(body: object, handler = guard()): Promise<unknown> {
  const { answer } = await ask({ headers: good, body: JSON.stringify(body) }, handler);
  const { body: sent } = answer as CloudFrontRequest;
  assert.equal(typeof sent, "object", JSON.stringify(answer));
  return JSON.parse(Buffer.from(sent?.data ?? "", "base64").toString());
}

async function refused(asked: Parameters<typeof edgeEvent>[0], handler = guard()) {
  const { answer, lines } = await ask(asked, handler);
  const { status, headers = {}, body = "" } = answer as CloudFrontResultResponse;
  return {
    status,
    lines,
    headers: Object.fromEntries(Object.values(headers).map(([one]) => [one?.key, one?.value])),
    problem: JSON.parse(body) as Record<string, unknown>,
  };
}

describe("The guard of edge-to-iot", () => {
  it("passes a reading on with a body and a type of its own, and nothing else changed", async () => {
    const event = edgeEvent({ headers: good, body: JSON.stringify({ ...readingOf(), x: 1 }) });
    const before = structuredClone(event.Records[0]?.cf.request);
    const { answer, lines } = await logged(() => guard()(event));
    assert.deepEqual(answer, {
      ...before,
      querystring: "",
      headers: {
        ...before?.headers,
        "content-type": [{ key: "Content-Type", value: "application/json" }],
      },
      body: {
        inputTruncated: false,
        action: "replace",
        encoding: "base64",
        data: Buffer.from(JSON.stringify(readingOf())).toString("base64"),
      },
    });
    assert.deepEqual(lines, []);
  });

  it("takes the device from the token where the body names none", async () => {
    const { deviceId: _, ...anonymous } = readingOf();
    assert.deepEqual(await passed(anonymous), readingOf());
  });

  const spellings: [string, object, object][] = [
    ["aliases", { temp: 21.5, rh: 40, press: 1013, state: "ok" }, {}],
    [
      "other cases and punctuation",
      { Temperature: 21.5, "relative-humidity": 40, PRESSURE: 1013, Status: "ok" },
      {},
    ],
    [
      "units in names",
      { temperature_f: 68, humidity: 40, pressure_kPa: 101.3, status: "ok" },
      { temperature: 20 },
    ],
    [
      "units beside values",
      {
        temperature: { value: 293.15, unit: "K" },
        humidity: { value: 0.4, unit: "fraction" },
        pressure: { value: 1013, unit: "hPa" },
        status: "ok",
      },
      { temperature: 20 },
    ],
  ];
  for (const [what, sent, expected] of spellings)
    it(`understands ${what}`, async () => {
      const { deviceId, timestamp } = readingOf();
      assert.deepEqual(await passed({ deviceId, timestamp, ...sent }), readingOf(expected));
    });

  for (const time of ["2026-11-24T00:00:00Z", "2026-11-24T01:00:00.000+01:00"])
    it(`understands the time ${time}`, async () =>
      assert.deepEqual(await passed({ ...readingOf(), timestamp: time }), readingOf()));

  it("lets a definition refuse fields that it does not have", async () => {
    const strict = guard("token", { ...definition, unknownFields: "refused" });
    const { problem } = await refused(
      { headers: good, body: JSON.stringify({ ...readingOf(), firmware: "1.0" }) },
      strict,
    );
    assert.equal(problem.reason, "unknown-field");
  });

  it("says which device and why in its log, without the payload", async () => {
    const body = JSON.stringify({ ...readingOf(), humidity: 101, note: "private" });
    const { lines } = await refused({ headers: good, body });
    assert.deepEqual(lines, [
      {
        ...{ level: "warn", message: "request refused" },
        ...{ status: 400, reason: "out-of-range", deviceId: "pump-7" },
      },
    ]);
  });

  const table = badRequests(given);
  it("has a table of forty bad requests at least", () => assert.ok(table.length >= 40));

  for (const { title, at, status, reason, detail, headers, body, ...asked } of table) {
    const request = {
      ...asked,
      headers: { ...good, ...headers },
      body: body ?? JSON.stringify(given.reading),
    };
    if (at === "api")
      it(`passes on ${title}, which only the API can refuse`, async () => {
        const { answer } = await ask(request);
        assert.ok("method" in (answer ?? {}));
      });
    else
      it(`answers ${status} to ${title}`, async () => {
        const refusal = await refused(request);
        assert.equal(refusal.status, String(status));
        assert.equal(refusal.headers["content-type"], "application/problem+json");
        assert.equal(refusal.headers.allow, status === 405 ? "POST" : undefined);
        assert.equal(refusal.headers["www-authenticate"], status === 401 ? "Bearer" : undefined);
        assert.deepEqual([refusal.problem.status, refusal.problem.reason], [status, reason]);
        assert.match(refusal.problem.detail as string, detail);
      });
  }

  it("refuses a body that CloudFront has cut, whatever is left of it", async () => {
    const asked = { headers: good, body: JSON.stringify(readingOf()), truncated: true };
    assert.equal((await refused(asked)).status, "413");
  });

  it("takes the device from the certificate where that is the identity, and from no token", async () => {
    const handler = guard("certificate");
    const body = JSON.stringify(readingOf());
    const subject = { "cloudfront-viewer-cert-subject": "O=Acme,CN=pump-7" };
    const type = { "content-type": "application/json" };
    const { answer } = await ask({ headers: { ...type, ...subject }, body }, handler);
    assert.ok("method" in (answer ?? {}));
    for (const headers of [good, { ...type, "cloudfront-viewer-cert-subject": "O=Acme" }]) {
      const { status, problem } = await refused({ headers, body }, handler);
      assert.deepEqual([status, problem.reason], ["403", "no-device"]);
    }
    const other = { ...type, "cloudfront-viewer-cert-subject": "CN=pump-8" };
    assert.equal((await refused({ headers: other, body }, handler)).problem.reason, "wrong-device");
  });

  it("passes on only what the API accepts, whatever the body", async () => {
    const parse = createReadingParser();
    await fc.assert(
      fc.asyncProperty(
        fc.jsonValue(),
        fc.dictionary(fc.string(), fc.jsonValue()),
        async (any, more) => {
          for (const value of [any, { ...readingOf(), ...more }, { ...more, ...readingOf() }]) {
            const { answer } = await ask({ headers: good, body: JSON.stringify(value) });
            const { body } = answer as CloudFrontRequest;
            if (typeof body !== "object") continue;
            const payload = body.data;
            assert.ok(parse({ deviceId: "pump-7", receivedAt, payload }).ok);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it("reads its settings from what its archive assigns", () => {
    assert.deepEqual(readSettings({ MOST_BYTES: "1024", IDENTITY: "certificate" }), {
      mostBytes: 1024,
      identity: "certificate",
    });
    assert.throws(() => readSettings({}), /MOST_BYTES is not set/);
  });
});
