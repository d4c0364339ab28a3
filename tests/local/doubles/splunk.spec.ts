import * as assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { startSplunk, type Splunk } from "../../../local/doubles/splunk";

/** Splunk's answers: https://docs.splunk.com/Documentation/Splunk/latest/Data/TroubleshootHTTPEventCollector */
describe("The double of Splunk's HTTP Event Collector", () => {
  let splunk: Splunk;
  const channel = randomUUID();
  beforeEach(async () => {
    splunk = await startSplunk();
  });
  afterEach(() => splunk.stop());

  interface Request {
    path?: string;
    body?: string | Uint8Array;
    headers?: Record<string, string | undefined>;
  }
  async function post({ path = "/services/collector/event", body = "", headers = {} }: Request) {
    const all = {
      authorization: `Splunk ${splunk.token}`,
      "x-splunk-request-channel": channel,
      ...headers,
    };
    const given = Object.entries(all).filter(([, value]) => value !== undefined);
    const response = await fetch(`${splunk.url}${path}`, {
      method: "POST",
      headers: Object.fromEntries(given) as Record<string, string>,
      body: body as string,
    });
    return [response.status, (await response.json()) as Record<string, unknown>] as const;
  }
  const event = (id: number, more: object = {}) => JSON.stringify({ event: { id }, ...more });
  const ids = () => splunk.events().map(({ event: content }) => (content as { id: number }).id);
  const ask = async (...acks: number[]) =>
    (await post({ path: "/services/collector/ack", body: JSON.stringify({ acks }) }))[1].acks;

  const refusals: [what: string, request: Request, status: number, code: number, at?: number][] = [
    ["no token", { headers: { authorization: undefined } }, 401, 2],
    ["another scheme", { headers: { authorization: "Bearer x" } }, 401, 3],
    ["another token", { headers: { authorization: "Splunk x" } }, 403, 4],
    ["no channel", { headers: { "x-splunk-request-channel": undefined } }, 400, 10],
    ["a channel that is no GUID", { headers: { "x-splunk-request-channel": "1" } }, 400, 11],
    ["nothing", { body: " " }, 400, 5],
    ["text", { body: "hello" }, 400, 6, 0],
    ["an array of events", { body: `[${event(1)}]` }, 400, 6, 0],
    ["a cut event", { body: `${event(1)}{"event":` }, 400, 6, 1],
    ["another event that is no JSON", { body: `${event(1)}{event}` }, 400, 6, 1],
    ["an unknown index", { body: event(1, { index: "x" }) }, 400, 7, 0],
    ["an object without an event", { body: `${event(1)}{"time":1}` }, 400, 12, 1],
    ["a blank event", { body: '{"event":""}' }, 400, 13, 0],
    ["nested fields", { body: event(1, { fields: { a: {} } }) }, 400, 15, 0],
    ["a time that is no number", { body: event(1, { time: "noon" }) }, 400, 6, 0],
    [
      "what is not compressed as it says",
      { body: event(1), headers: { "content-encoding": "gzip" } },
      400,
      6,
    ],
    ["another path", { path: "/services/collector/other" }, 404, 404],
  ];
  for (const [what, request, status, code, position] of refusals)
    it(`refuses ${what}`, async () => {
      const [answered, body] = await post({ body: event(1), ...request });
      assert.deepEqual(
        [answered, body.code, body["invalid-event-number"]],
        [status, code, position],
      );
      assert.deepEqual(splunk.events(), []);
    });

  it("indexes concatenated events, compressed or not, and acknowledges each request once", async () => {
    const gzip = { "content-encoding": "gzip" };
    assert.deepEqual(await post({ body: `${event(1)}\n${event(2)}` }), [
      200,
      { text: "Success", code: 0, ackId: 0 },
    ]);
    assert.equal((await post({ body: gzipSync(event(3)), headers: gzip }))[1].ackId, 1);
    assert.deepEqual(ids(), [1, 2, 3]);
    assert.deepEqual(await ask(0, 1, 2), { 0: true, 1: true, 2: false });
    assert.deepEqual(await ask(0), { 0: false });
  });

  it("counts the acknowledgements of each channel, which may be in the query", async () => {
    await post({ body: event(1) });
    const other = `/services/collector/event?channel=${randomUUID()}`;
    const headers = { "x-splunk-request-channel": undefined };
    assert.equal((await post({ path: other, body: event(2), headers }))[1].ackId, 0);
  });

  it("acknowledges what it holds only when it is in the index", async () => {
    splunk.holdIndexing();
    await post({ body: event(1) });
    assert.deepEqual(await ask(0), { 0: false });
    splunk.index();
    assert.deepEqual(await ask(0), { 0: true });
    assert.deepEqual(ids(), [1]);
  });

  it("loses by a restart what it has not acknowledged", async () => {
    splunk.holdIndexing();
    await post({ body: event(1) });
    splunk.restart();
    splunk.index();
    assert.deepEqual(await ask(0), { 0: false });
    assert.deepEqual(ids(), []);
  });

  it("gives no acknowledgement to a token without it", async () => {
    splunk.setAcknowledgement(false);
    const headers = { "x-splunk-request-channel": undefined };
    assert.deepEqual(await post({ body: event(1), headers }), [200, { text: "Success", code: 0 }]);
    assert.equal(
      (await post({ path: "/services/collector/ack", body: '{"acks":[0]}' }))[1].code,
      14,
    );
  });

  it("takes the new token only after a rotation", async () => {
    const authorization = `Splunk ${splunk.token}`;
    splunk.rotate();
    assert.equal((await post({ body: event(1), headers: { authorization } }))[0], 403);
    assert.equal((await post({ body: event(1) }))[0], 200);
  });

  it("shows what it is and what is in its index", async () => {
    await post({ body: event(1) });
    const shown = (await (await fetch(splunk.url)).json()) as { double: string; events: unknown[] };
    assert.match(shown.double, /double/);
    assert.equal(shown.events.length, 1);
    assert.doesNotMatch(JSON.stringify(shown), new RegExp(splunk.token));
  });
});
