import * as assert from "node:assert/strict";
import { startSplunk, type Splunk } from "../../../../local/doubles/splunk";
import { createSplunkDestination } from "../../../../local/services/firehose/splunk-destination";

describe("A delivery stream and the double of Splunk", () => {
  let splunk: Splunk;
  let time: number;
  const stopping = new AbortController();
  beforeEach(async () => {
    splunk = await startSplunk();
    time = 0;
  });
  afterEach(() => splunk.stop());

  /** Each look at the clock takes 100 s, and `onLook` happens at it. */
  const destination = (retrySeconds: number, onLook: (time: number) => void = () => undefined) =>
    createSplunkDestination({
      inputs: {
        hecEndpoint: "https://splunk.test:8088",
        hecEndpointType: "Event",
        s3Configuration: { bucketArn: "", roleArn: "" },
      },
      token: async () => splunk.token,
      ...{ retrySeconds, acknowledgmentSeconds: 180, retryDelayMilliseconds: 1 },
      splunkUrl: splunk.url,
      stopped: stopping.signal,
      clock: {
        now() {
          time += 100_000;
          onLook(time);
          return time;
        },
        after: () => () => undefined,
      },
    });
  const records = [1, 2].map((id) => ({
    ...{ id: String(id), arrival: 0 },
    data: Buffer.from(JSON.stringify({ event: { id } })),
  }));
  const ids = () => splunk.events().map(({ event }) => (event as { id: number }).id);

  it("delivers what is acknowledged, in one request and one question", async () => {
    const { failed } = await destination(0).deliver(records);
    assert.deepEqual(failed, []);
    assert.deepEqual(ids(), [1, 2]);
    assert.deepEqual(splunk.answered(), [200, 200]);
  });

  it("sends again what a restart of the collector has lost, so that it is in the index once", async () => {
    splunk.holdIndexing();
    let restarted = false;
    const { failed } = await destination(7200, (at) => {
      // Between the first request and the end of the wait for its acknowledgement.
      if (restarted || at < 300_000) return;
      restarted = true;
      splunk.restart();
      splunk.index();
    }).deliver(records);
    assert.ok(restarted);
    assert.deepEqual(failed, []);
    assert.deepEqual(ids(), [1, 2]);
  });

  it("fails each record of a request that is not acknowledged in time", async () => {
    splunk.holdIndexing();
    const { failed, errorType } = await destination(0).deliver(records);
    assert.equal(errorType, "splunk-failed");
    assert.deepEqual(
      failed.map(({ record, code }) => [record.id, code]),
      [
        ["1", "Splunk.AckTimeout"],
        ["2", "Splunk.AckTimeout"],
      ],
    );
    assert.deepEqual(ids(), []);
  });

  it("fails events for an index that the token does not accept, and those of a token without acknowledgement", async () => {
    const other = records.map((record) => ({
      ...record,
      data: Buffer.from('{"event":{"id":1},"index":"other"}'),
    }));
    const { failed } = await destination(0).deliver(other);
    assert.match(failed[0]?.message ?? "", /"code":7/);
    splunk.setAcknowledgement(false);
    const unacknowledged = await destination(0).deliver(records);
    assert.equal(unacknowledged.failed[0]?.code, "Splunk.DisabledAcknowledgement");
  });
});
