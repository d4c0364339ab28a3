import * as assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createHandler, type Ports } from "../../../functions/iot-to-splunk/sender";
import { connectTo } from "../../../functions/iot-to-splunk/connection";
import type { QuarantineEntry } from "../../../functions/shared/quarantine";
import { startSplunk, type Splunk } from "../../../local/doubles/splunk";
import { envelopeOf, readingOf, receivedAt, sqsEvent } from "../../support/events";
import { logged } from "../logged";

const settings = {
  ...{ source: "s", sourcetype: "t", endpoint: "unused", tokenSecret: "unused" },
  quarantineQueueUrl: "unused",
};

describe("The sender of iot-to-splunk, with the double of the collector", () => {
  let splunk: Splunk;
  beforeEach(async () => {
    splunk = await startSplunk();
    splunk.setAcknowledgement(false);
  });
  afterEach(() => splunk.stop());

  function ports(changes: Partial<Ports> = {}) {
    const pauses: number[] = [];
    const renewals: boolean[] = [];
    const entries: QuarantineEntry[] = [];
    const given = {
      ...{ pauses, renewals, entries },
      ...connectTo(splunk.url),
      token: async (renewed: boolean) => {
        renewals.push(renewed);
        return splunk.token;
      },
      pause: async (milliseconds: number) => void pauses.push(milliseconds),
      now: () => 0,
      quarantine: async (all: QuarantineEntry[]) => {
        entries.push(...all);
        return [];
      },
    };
    return { ...given, ...changes };
  }
  const handle = (given: Ports, ...bodies: string[]) =>
    logged(() => createHandler(settings, given)(sqsEvent(...bodies)));
  const failures = (...ids: number[]) => ({
    batchItemFailures: ids.map((id) => ({ itemIdentifier: `message-${id}` })),
  });
  const times = () =>
    splunk.events().map(({ event }) => (event as { timestamp: number }).timestamp);
  const at = (ago: number) => envelopeOf(readingOf({ timestamp: receivedAt - ago }));

  it("sends a batch in one request, compressed, each event concatenated", async () => {
    const { answer, counts } = await handle(ports(), at(0), at(1), at(2));
    assert.deepEqual(answer, failures());
    assert.deepEqual(times(), [receivedAt, receivedAt - 1, receivedAt - 2]);
    assert.deepEqual(splunk.answered(), [200]);
    assert.deepEqual(counts, { Received: 3, Stored: 3, Duplicates: 0, Quarantined: 0, Failed: 0 });
  });

  it("has its token in no answer, of a proxy that echoes the request or of the runtime", async () => {
    const echo = createServer((request, response) => {
      response.writeHead(500).end(JSON.stringify({ code: 8, text: request.headers.authorization }));
    });
    await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
    const { port } = echo.address() as AddressInfo;
    const { post, ask } = connectTo(`http://127.0.0.1:${port}`);
    const given = ports({ post, ask, token: async () => "planted" });
    const { lines } = await handle(given, at(0));
    assert.ok(!JSON.stringify(lines).includes("planted"));
    assert.equal(lines[0]?.error, "The collector answered 500: Splunk *** (code 8).");
    assert.doesNotMatch((await ask(1, "c", "planted")).body, /planted/);
    const illegal = await post("{}", "planted\n.");
    assert.match(illegal.body, /\*\*\*/);
    assert.doesNotMatch(illegal.body, /planted/);
    echo.close();
  });

  it("sends a repetition within a batch once", async () => {
    const { answer, counts } = await handle(ports(), at(0), at(0));
    assert.deepEqual(answer, failures());
    assert.deepEqual(times(), [receivedAt]);
    assert.equal(counts?.Duplicates, 1);
  });

  it("quarantines what is invalid, and sends the rest", async () => {
    const given = ports();
    const { answer } = await handle(given, envelopeOf(Buffer.from([0xff])), at(0));
    assert.deepEqual(answer, failures());
    assert.deepEqual(
      given.entries.map(({ reason }) => reason),
      ["not-utf8"],
    );
    assert.deepEqual(times(), [receivedAt]);
  });

  for (const [mood, status] of [
    ["busy", 503],
    ["throttled", 429],
    ["broken", 500],
    ["garbage", 200],
    ["down", 0],
  ] as const) {
    it(`retries while the collector is ${mood}, then returns every message of the request`, async () => {
      splunk.answer(mood);
      const given = ports();
      const { answer, counts } = await handle(given, at(0), at(1));
      assert.deepEqual(answer, failures(1, 2));
      assert.deepEqual(splunk.answered(), [status, status, status]);
      assert.deepEqual(given.pauses, [500, 1000]);
      assert.deepEqual(counts, {
        Received: 2,
        Stored: 0,
        Duplicates: 0,
        Quarantined: 0,
        Failed: 2,
      });
    });

    it(`succeeds when the collector is ${mood} for one request only`, async () => {
      splunk.answer(mood);
      const given = ports({ pause: async () => splunk.answer("healthy") });
      const { answer } = await handle(given, at(0));
      assert.deepEqual(answer, failures());
      assert.deepEqual(times(), [receivedAt]);
    });
  }

  it("reads a token that the collector refuses again, once", async () => {
    const old = splunk.token;
    splunk.rotate();
    const given = ports({ token: async (renewed) => (renewed ? splunk.token : old) });
    assert.deepEqual((await handle(given, at(0))).answer, failures());
    assert.deepEqual(splunk.answered(), [403, 200]);
  });

  it("gives up on a token that is refused twice, without its value in the log", async () => {
    const given = ports({ token: async () => "a-wrong-token" });
    const { answer, lines } = await handle(given, at(0));
    assert.deepEqual(answer, failures(1));
    assert.deepEqual(splunk.answered(), [403, 403]);
    assert.doesNotMatch(JSON.stringify(lines), /a-wrong-token/);
    assert.match(JSON.stringify(lines), /Invalid token \(code 4\)/);
  });

  it("returns all messages if the token cannot be read", async () => {
    const given = ports({ token: () => Promise.reject(new Error("denied")) });
    assert.deepEqual((await handle(given, at(0), at(1))).answer, failures(1, 2));
    assert.deepEqual(splunk.answered(), []);
  });

  it("returns exactly the event that the collector refuses, and sends the others", async () => {
    const given = ports();
    const { post } = given;
    given.post = (body, token) =>
      // Damages the second event on its way.
      post(
        body.replace(new RegExp(`"event":({[^}]*"timestamp":${receivedAt - 1},)`), '"evnt":$1'),
        token,
      );
    const { answer, counts } = await handle(given, at(0), at(1), at(2));
    assert.deepEqual(answer, failures(2));
    assert.deepEqual(times(), [receivedAt, receivedAt - 2]);
    assert.deepEqual(splunk.answered(), [400, 200]);
    assert.deepEqual(counts, { Received: 3, Stored: 2, Duplicates: 0, Quarantined: 0, Failed: 1 });
  });

  it("returns every message at once if the token does not accept the index", async () => {
    const handler = createHandler({ ...settings, index: "unknown" }, ports());
    const { answer } = await logged(() => handler(sqsEvent(at(0), at(1))));
    assert.deepEqual(answer, failures(1, 2));
    assert.deepEqual(splunk.answered(), [400]);
  });

  it("splits a batch into requests of 1 MB at most, and fails only the messages of the one that failed", async () => {
    const message = "x".repeat(4000);
    const bodies = Array.from({ length: 500 }, (_, index) =>
      envelopeOf(readingOf({ message, timestamp: receivedAt - index })),
    );
    const given = ports();
    const { post } = given;
    const sizes: number[] = [];
    given.post = async (body, token) => {
      sizes.push(Buffer.byteLength(body));
      return sizes.length === 2 ? { status: 404, body: "" } : post(body, token);
    };
    const { answer } = await handle(given, ...bodies);
    assert.ok(sizes.every((size) => size <= 1_000_000));
    assert.equal(sizes.length, 3);
    assert.equal(answer.batchItemFailures.length + splunk.events().length, 500);
    assert.ok(splunk.events().length > 0 && answer.batchItemFailures.length > 0);
  });

  it("accepts an empty batch without a request", async () => {
    assert.deepEqual((await handle(ports())).answer, failures());
    assert.deepEqual(splunk.answered(), []);
  });
});
