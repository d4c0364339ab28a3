import * as assert from "node:assert/strict";
import { connectTo } from "../../../functions/iot-to-splunk/connection";
import { createHandler, type Ports } from "../../../functions/iot-to-splunk/sender";
import { startSplunk, type Splunk } from "../../../local/doubles/splunk";
import { envelopeOf, readingOf, receivedAt, sqsEvent } from "../../support/events";
import { logged } from "../logged";

const settings = {
  ...{ source: "s", sourcetype: "t", endpoint: "unused", tokenSecret: "unused" },
  ...{ quarantineQueueUrl: "unused", acknowledgmentSeconds: 300 },
};

describe("The sender of iot-to-splunk with acknowledgement, with the double of the collector", () => {
  let splunk: Splunk;
  let time: number;
  let handler: ReturnType<typeof createHandler>;
  beforeEach(async () => {
    splunk = await startSplunk();
    time = 0;
    handler = environment();
  });
  afterEach(() => splunk.stop());

  /** The handler of a new execution environment, which remembers nothing. */
  const environment = (changes: Partial<Ports> = {}) =>
    createHandler(settings, {
      ...connectTo(splunk.url),
      token: async () => splunk.token,
      pause: async () => undefined,
      quarantine: async () => [],
      now: () => time,
      ...changes,
    });
  const deliver = (...bodies: string[]) => logged(() => handler(sqsEvent(...bodies)));
  const kept = (...ids: number[]) => ({
    batchItemFailures: ids.map((id) => ({ itemIdentifier: `message-${id}` })),
  });
  const at = (ago: number) => envelopeOf(readingOf({ timestamp: receivedAt - ago }));
  const agos = () =>
    splunk.events().map(({ event }) => receivedAt - (event as { timestamp: number }).timestamp);

  it("keeps messages in the queue until the next delivery finds their events in the index", async () => {
    const first = await deliver(at(0), at(1));
    assert.deepEqual(first.answer, kept(1, 2));
    assert.deepEqual(first.counts, {
      ...{ Received: 2, Stored: 0, Waiting: 2, Duplicates: 0, Quarantined: 0, Failed: 0 },
    });
    const second = await deliver(at(0), at(1));
    assert.deepEqual(second.answer, kept());
    assert.deepEqual(second.counts, {
      ...{ Received: 2, Stored: 2, Waiting: 0, Duplicates: 0, Quarantined: 0, Failed: 0 },
    });
    assert.deepEqual(agos(), [0, 1]);
    // One request and one question.
    assert.deepEqual(splunk.answered(), [200, 200]);
  });

  it("asks again, and sends nothing again, while the event may still reach the index", async () => {
    splunk.holdIndexing();
    await deliver(at(0));
    time = 299_999;
    assert.deepEqual((await deliver(at(0))).answer, kept(1));
    splunk.index();
    time = 300_000;
    assert.deepEqual((await deliver(at(0))).answer, kept());
    assert.deepEqual(agos(), [0]);
  });

  it("sends again what the collector has lost, so that it is in the index once", async () => {
    splunk.holdIndexing();
    await deliver(at(0));
    splunk.restart();
    splunk.index();
    time = 240_000;
    assert.deepEqual((await deliver(at(0))).answer, kept(1));
    assert.deepEqual(agos(), []);
    time = 480_000;
    assert.deepEqual((await deliver(at(0))).answer, kept(1));
    time = 720_000;
    assert.deepEqual((await deliver(at(0))).answer, kept());
    assert.deepEqual(agos(), [0]);
  });

  it("takes no acknowledgement of another request for its own after a restart of the collector", async () => {
    splunk.holdIndexing();
    await deliver(at(0));
    splunk.restart();
    splunk.index();
    // The restarted collector gives ids from the beginning.
    await deliver(at(1));
    assert.deepEqual((await deliver(at(0), at(1))).answer, kept(1));
    assert.deepEqual(agos(), [1]);
  });

  it("sends again what an environment has taken with it: the same event, by its reading_id", async () => {
    await deliver(at(0));
    handler = environment();
    assert.deepEqual((await deliver(at(0))).answer, kept(1));
    assert.deepEqual((await deliver(at(0))).answer, kept());
    assert.deepEqual(agos(), [0, 0]);
    assert.equal(new Set(splunk.events().map(({ fields }) => fields.reading_id)).size, 1);
  });

  it("sends a repetition of an acknowledged reading no more, for a quarter of an hour", async () => {
    await deliver(at(0));
    await deliver(at(0));
    assert.deepEqual((await deliver(at(0), at(0))).answer, kept());
    assert.deepEqual(agos(), [0]);
    time = 900_001;
    assert.deepEqual((await deliver(at(0))).answer, kept(1));
    assert.deepEqual(agos(), [0, 0]);
  });

  for (const mood of ["busy", "throttled", "broken", "garbage", "down"] as const)
    it(`keeps messages, without another question or request, while the collector is ${mood}`, async () => {
      await deliver(at(0));
      await deliver(at(1));
      const calls = splunk.answered().length;
      splunk.answer(mood);
      const { answer, lines } = await deliver(at(0), at(1));
      assert.deepEqual(answer, kept(1, 2));
      assert.equal(splunk.answered().length, calls + 1);
      assert.match(JSON.stringify(lines), /acknowledgements not known/);
      splunk.answer("healthy");
      assert.deepEqual((await deliver(at(0), at(1))).answer, kept());
      assert.deepEqual(agos(), [0, 1]);
    });

  for (const [what, body] of Object.entries({
    "no acks": "{}",
    "acks of another kind": '{"acks":null}',
    "no answer for the id": '{"acks":{"7":true}}',
    "a text for the id": '{"acks":{"0":"true"}}',
  }))
    it(`takes ${what} for no acknowledgement`, async () => {
      handler = environment({ ask: async () => ({ status: 200, body }) });
      await deliver(at(0));
      assert.deepEqual((await deliver(at(0))).answer, kept(1));
    });

  it("keeps messages if the token cannot be read for the question", async () => {
    let readable = true;
    const token = async () => {
      if (readable) return splunk.token;
      throw new Error("denied");
    };
    handler = environment({ token });
    await deliver(at(0));
    readable = false;
    assert.deepEqual((await deliver(at(0))).answer, kept(1));
    readable = true;
    assert.deepEqual((await deliver(at(0))).answer, kept());
    assert.deepEqual(agos(), [0]);
  });

  it("asks with a renewed token when the collector refuses the old one", async () => {
    const old = splunk.token;
    handler = environment({ token: async (renewed) => (renewed ? splunk.token : old) });
    await deliver(at(0));
    splunk.rotate();
    assert.deepEqual((await deliver(at(0))).answer, kept());
    assert.deepEqual(splunk.answered(), [200, 403, 200]);
  });

  it("says what to do if the token has no acknowledgement, at the first attempt", async () => {
    splunk.setAcknowledgement(false);
    const { answer, lines } = await deliver(at(0));
    assert.deepEqual(answer, kept(1));
    assert.deepEqual(splunk.answered(), [200]);
    assert.match(JSON.stringify(lines), /turn on indexer acknowledgement for the token/);
  });

  it("keeps a refused event beside those that wait", async () => {
    const { post } = connectTo(splunk.url);
    const damaged = new RegExp(`"event":({[^}]*"timestamp":${receivedAt - 1},)`);
    handler = environment({
      post: (body, token, channel) => post(body.replace(damaged, '"evnt":$1'), token, channel),
    });
    const { answer, counts } = await deliver(at(0), at(1), at(2));
    assert.deepEqual(answer, kept(2, 1, 3));
    assert.deepEqual([counts?.Failed, counts?.Waiting], [1, 2]);
    assert.deepEqual((await deliver(at(0), at(2))).answer, kept());
  });

  it("begins nothing later than five seconds after its beginning", async () => {
    const { post, ask } = connectTo(splunk.url);
    const slow = async <T>(call: Promise<T>): Promise<T> => {
      time += 5001;
      return call;
    };
    const message = "x".repeat(4000);
    const bodies = Array.from({ length: 300 }, (_, index) =>
      envelopeOf(readingOf({ message, timestamp: receivedAt - index })),
    );
    handler = environment({ post: (...args) => slow(post(...args)) });
    const first = await deliver(...bodies);
    assert.equal(first.answer.batchItemFailures.length, 300);
    assert.deepEqual(splunk.answered(), [200]);
    assert.ok((first.counts?.Failed ?? 0) > 0 && (first.counts?.Waiting ?? 0) > 0);

    const calls = splunk.answered().length;
    handler = environment({ ask: (...args) => slow(ask(...args)) });
    await deliver(at(1000));
    await deliver(at(1001));
    assert.deepEqual((await deliver(at(1000), at(1001))).answer, kept(2));
    // Two requests and one question.
    assert.equal(splunk.answered().length, calls + 3);
  });

  it("uses a channel per request", async () => {
    const channels: (string | undefined)[] = [];
    const { post } = connectTo(splunk.url);
    handler = environment({
      post: (body, token, channel) => {
        channels.push(channel);
        return post(body, token, channel);
      },
    });
    await deliver(at(0));
    await deliver(at(1));
    assert.equal(new Set(channels).size, 2);
  });
});
