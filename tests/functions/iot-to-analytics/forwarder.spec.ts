import type { KinesisClient } from "@aws-sdk/client-kinesis";
import * as assert from "node:assert/strict";
import {
  createHandler,
  putOn,
  readSettings,
  type Forwarded,
  type Ports,
} from "../../../functions/iot-to-analytics/forwarder";
import { idInWindow } from "../../../functions/iot-to-analytics/window";
import { readingId } from "../../../functions/shared/reading-id";
import { envelopeOf, kinesisEvent, readingOf, receivedAt, sequence } from "../../support/events";
import { logged } from "../logged";

const settings = {
  field: "temperature",
  above: 80,
  latenessSeconds: 60,
  readingsStreamName: "unused",
  quarantineQueueUrl: "unused",
};

/** Ports that record what they take, in calls. */
function ports(changes: Partial<Ports> = {}) {
  const calls: Forwarded[][] = [];
  const quarantined: string[] = [];
  return {
    calls,
    quarantined,
    put: async (readings: Forwarded[]): Promise<number[]> => {
      calls.push(readings);
      return [];
    },
    quarantine: async (entries: { reason: string }[]): Promise<number[]> => {
      quarantined.push(...entries.map(({ reason }) => reason));
      return [];
    },
    ...changes,
  };
}

describe("The forwarder of iot-to-analytics", () => {
  it("forwards every valid reading with the id of its content, and quarantines what is invalid", async () => {
    const given = ports();
    const hot = readingOf({ temperature: 91, timestamp: receivedAt - 5 });
    const cold = readingOf({ deviceId: "pump-8", temperature: -3 });
    const { answer, counts } = await logged(() =>
      createHandler(
        settings,
        given,
      )(
        kinesisEvent(
          envelopeOf(hot),
          envelopeOf({ ...hot, temperature: "91" }),
          envelopeOf(cold, { deviceId: "pump-8", at: receivedAt + 7 }),
        ),
      ),
    );
    assert.deepEqual(given.calls, [
      [
        {
          deviceId: "pump-7",
          id: idInWindow(receivedAt - 5, readingId(hot)),
          timestamp: receivedAt - 5,
          receivedAt,
          value: 91,
        },
        {
          deviceId: "pump-8",
          id: idInWindow(receivedAt, readingId(cold)),
          timestamp: receivedAt,
          receivedAt: receivedAt + 7,
          value: -3,
        },
      ],
    ]);
    assert.deepEqual(given.quarantined, ["wrong-type"]);
    assert.deepEqual(answer, { batchItemFailures: [] });
    assert.deepEqual(counts, {
      Received: 3,
      Forwarded: 2,
      Below: 1,
      Late: 0,
      Quarantined: 1,
      Failed: 0,
    });
  });

  it("forwards nothing of a reading without the field", async () => {
    const given = ports();
    const handle = createHandler({ ...settings, field: "absent" }, given);
    const { counts } = await logged(() => handle(kinesisEvent(envelopeOf(readingOf()))));
    assert.deepEqual(given.calls, []);
    assert.deepEqual(counts, {
      Received: 1,
      Forwarded: 0,
      Below: 1,
      Late: 0,
      Quarantined: 0,
      Failed: 0,
    });
  });

  it("counts a reading that comes later than the lateness after its minute, and forwards it", async () => {
    const given = ports();
    const minute = receivedAt - (receivedAt % 60_000) - 120_000;
    const bodies = [60_000 + 59_999, 60_000 + 60_000].map((after) =>
      envelopeOf(readingOf({ temperature: 91, timestamp: minute }), { at: minute + after }),
    );
    const { counts } = await logged(() => createHandler(settings, given)(kinesisEvent(...bodies)));
    assert.equal(given.calls.flat().length, 2);
    assert.deepEqual([counts?.Forwarded, counts?.Below, counts?.Late], [2, 0, 1]);
  });

  it("puts 500 readings a call, and has the batch retried from the first that the stream refused", async () => {
    const sizes: number[] = [];
    const given = ports({
      put: async (readings) => {
        sizes.push(readings.length);
        return sizes.length === 2 ? [3, 1] : [];
      },
    });
    const bodies = Array.from({ length: 1001 }, (_, nth) =>
      envelopeOf(readingOf({ timestamp: receivedAt - nth })),
    );
    const { answer, counts } = await logged(() =>
      createHandler(settings, given)(kinesisEvent(...bodies)),
    );
    assert.deepEqual(sizes, [500, 500, 1]);
    assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: sequence(502) }] });
    assert.deepEqual([counts?.Forwarded, counts?.Failed], [999, 2]);
  });

  it("has a batch retried whose readings the stream cannot take, or whose invalid messages the quarantine cannot", async () => {
    const refuse = () => Promise.reject(new Error("out of reach"));
    for (const [changes, first] of [
      [{ put: refuse }, 2],
      [{ quarantine: refuse }, 1],
    ] as const) {
      const { answer } = await logged(() =>
        createHandler(
          settings,
          ports(changes),
        )(kinesisEvent("no envelope", envelopeOf(readingOf()))),
      );
      assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: sequence(first) }] });
    }
  });

  it("sends readings by their device in one call, and returns the places of those that the stream refused", async () => {
    const sent: unknown[] = [];
    const kinesis = {
      send: async ({ input }: { input: unknown }) => {
        sent.push(input);
        return { Records: [{}, { ErrorCode: "InternalFailure" }] };
      },
    };
    const forwarded = ["pump-7", "pump-8"].map((deviceId): Forwarded => ({
      deviceId,
      id: "1",
      timestamp: 2,
      receivedAt: 3,
      value: 4,
    }));
    const put = putOn(kinesis as unknown as KinesisClient, "readings");
    assert.deepEqual(await put(forwarded), [1]);
    assert.deepEqual(sent, [
      {
        StreamName: "readings",
        Records: forwarded.map((one) => ({
          PartitionKey: one.deviceId,
          Data: Buffer.from(JSON.stringify(one)),
        })),
      },
    ]);
  });

  it("reads its settings from its environment, and names one that is missing", () => {
    const env = {
      FIELD: "temperature",
      ABOVE: "80",
      LATENESS_SECONDS: "300",
      READINGS_STREAM_NAME: "readings",
      QUARANTINE_QUEUE_URL: "url",
    };
    assert.deepEqual(readSettings(env), {
      field: "temperature",
      above: 80,
      latenessSeconds: 300,
      readingsStreamName: "readings",
      quarantineQueueUrl: "url",
    });
    assert.throws(() => readSettings({ ...env, FIELD: undefined }), /FIELD/);
  });
});
