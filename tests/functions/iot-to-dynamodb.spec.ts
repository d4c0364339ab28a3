import * as assert from "node:assert/strict";
import {
  createHandler,
  readSettings,
  type Ports,
  type State,
} from "../../functions/iot-to-dynamodb";
import { readingId } from "../../functions/shared/reading-id";
import type { QuarantineEntry } from "../../functions/shared/quarantine";
import { envelopeOf, kinesisEvent, readingOf, receivedAt, sequence } from "../support/events";
import { useAws } from "./aws";
import { logged } from "./logged";

const settings = { stateTableName: "unused", quarantineQueueUrl: "unused" };

/** A table that keeps what is newer, as DynamoDB's condition does, and a quarantine that takes everything, unless changed. */
function ports(changes: Partial<Ports> = {}) {
  const table = new Map<string, State>();
  const entries: QuarantineEntry[] = [];
  let writes = 0;
  return {
    table,
    entries,
    writes: () => writes,
    putIfNewer: async (state: State) => {
      writes += 1;
      const known = table.get(state.deviceId);
      const isNewer =
        !known ||
        known.timestamp < state.timestamp ||
        (known.timestamp === state.timestamp && known.precedence < state.precedence);
      if (!isNewer) return false;
      table.set(state.deviceId, state);
      return true;
    },
    quarantine: async (given: QuarantineEntry[]) => {
      entries.push(...given);
      return [];
    },
    ...changes,
  };
}

const handle = (given: Ports, ...data: (string | Uint8Array)[]) =>
  logged(() => createHandler(settings, given)(kinesisEvent(...data)));

const reading = (deviceId: string, temperature: number, ago: number) =>
  envelopeOf(readingOf({ deviceId, temperature, timestamp: receivedAt - ago }), { deviceId });

const failing = (sequenceNumber: string) => ({
  batchItemFailures: [{ itemIdentifier: sequenceNumber }],
});
const nothingFailed = { batchItemFailures: [] };

describe("The state writer of iot-to-dynamodb", () => {
  it("writes a valid reading with the time of its receipt", async () => {
    const given = ports();
    const { answer, counts } = await handle(given, envelopeOf(readingOf({ message: "hot" })));
    assert.deepEqual(answer, nothingFailed);
    assert.deepEqual(
      [...given.table.values()],
      [
        {
          ...readingOf({ message: "hot" }),
          receivedAt,
          precedence: `1-${readingId(readingOf({ message: "hot" }))}`,
        },
      ],
    );
    assert.deepEqual(counts, { Received: 1, Stored: 1, Stale: 0, Quarantined: 0, Failed: 0 });
  });

  it("writes the newest reading once per device and batch, in any order", async () => {
    const given = ports();
    const { answer, counts } = await handle(
      given,
      reading("pump-7", 1, 2000),
      reading("pump-8", 5, 500),
      reading("pump-7", 3, 0),
      reading("pump-7", 2, 1000),
    );
    assert.deepEqual(answer, nothingFailed);
    assert.equal(given.writes(), 2);
    assert.equal(given.table.get("pump-7")?.temperature, 3);
    assert.equal(given.table.get("pump-8")?.temperature, 5);
    assert.deepEqual(counts, { Received: 4, Stored: 2, Stale: 2, Quarantined: 0, Failed: 0 });
  });

  it("takes the same one of two readings with one time, in any order and any batches: the more serious one", async () => {
    const of = (status: "ok" | "warning" | "critical", temperature = 1) =>
      envelopeOf(readingOf({ status, temperature }));
    for (const [one, other, wins] of [
      ["ok", "critical", "critical"],
      ["warning", "critical", "critical"],
      ["ok", "warning", "warning"],
    ] as const)
      for (const batches of [
        [[of(one), of(other)]],
        [[of(other), of(one)]],
        [[of(one)], [of(other)]],
        [[of(other)], [of(one)]],
      ]) {
        const given = ports();
        for (const batch of batches) await handle(given, ...batch);
        assert.equal(given.table.get("pump-7")?.status, wins);
      }
    const ends = [];
    for (const order of [
      [1, 2, 3],
      [3, 1, 2],
      [2, 3, 1],
    ]) {
      const given = ports();
      for (const temperature of order) await handle(given, of("ok", temperature));
      ends.push(given.table.get("pump-7")?.temperature);
    }
    assert.equal(new Set(ends).size, 1);
  });

  it("changes nothing for late and repeated messages, and does not fail", async () => {
    const given = ports();
    await handle(given, reading("pump-7", 1, 1000));
    const { answer, counts } = await handle(
      given,
      reading("pump-7", 1, 1000),
      reading("pump-7", 3, 2000),
    );
    assert.deepEqual(answer, nothingFailed);
    assert.equal(given.table.get("pump-7")?.temperature, 1);
    assert.deepEqual(counts, { Received: 2, Stored: 0, Stale: 2, Quarantined: 0, Failed: 0 });
  });

  it("quarantines invalid messages with their original bytes, and writes the others", async () => {
    const given = ports();
    const foreign = Buffer.from([0xff, 0xfe, 0x00]);
    const { answer, counts } = await handle(
      given,
      envelopeOf(Buffer.from("{")),
      foreign,
      reading("pump-7", 1, 0),
    );
    assert.deepEqual(answer, nothingFailed);
    assert.equal(given.writes(), 1);
    assert.deepEqual(given.entries, [
      {
        reason: "not-json",
        detail: 'The payload is not JSON; it begins "{".',
        deviceId: "pump-7",
        receivedAt,
        payload: "ew==",
      },
      {
        reason: "not-an-envelope",
        detail: "The message did not come from a rule of this program.",
        payload: foreign.toString("base64"),
      },
    ]);
    assert.deepEqual(counts, { Received: 3, Stored: 1, Stale: 0, Quarantined: 2, Failed: 0 });
  });

  it("returns the earliest failed record, from which Lambda retries the shard", async () => {
    const given = ports();
    const { putIfNewer } = given;
    given.putIfNewer = (state) =>
      state.deviceId === "pump-8"
        ? Promise.reject(Object.assign(new Error("slow down"), { name: "ThrottlingException" }))
        : putIfNewer(state);
    const { answer, counts, lines } = await handle(
      given,
      reading("pump-7", 1, 0),
      reading("pump-8", 2, 2000),
      reading("pump-9", 3, 0),
      reading("pump-8", 4, 1000),
    );
    assert.deepEqual(answer, failing(sequence(2)));
    assert.deepEqual([...given.table.keys()], ["pump-7", "pump-9"]);
    assert.deepEqual(counts, { Received: 4, Stored: 2, Stale: 0, Quarantined: 0, Failed: 2 });
    assert.deepEqual(
      lines.find(({ level }) => level === "error"),
      {
        level: "error",
        message: "state not written",
        deviceId: "pump-8",
        error: "ThrottlingException: slow down",
      },
    );
  });

  it("returns an invalid record that was not quarantined, before a later failed one", async () => {
    const given = ports({
      quarantine: () => Promise.reject(new Error("no route")),
      putIfNewer: () => Promise.reject(new Error("no table")),
    });
    const { answer, counts } = await handle(given, "no envelope", reading("pump-7", 1, 0));
    assert.deepEqual(answer, failing(sequence(1)));
    assert.deepEqual(counts, { Received: 2, Stored: 0, Stale: 0, Quarantined: 0, Failed: 2 });
  });

  it("writes at most ten states at a time, and all of them", async () => {
    let [underWay, most] = [0, 0];
    const written: string[] = [];
    const given = ports({
      putIfNewer: async ({ deviceId }) => {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise(setImmediate);
        underWay -= 1;
        written.push(deviceId);
        return true;
      },
    });
    const devices = Array.from({ length: 25 }, (_, index) => `pump-${index}`);
    await handle(given, ...devices.map((device) => reading(device, 1, 0)));
    assert.equal(most, 10);
    assert.deepEqual(written.sort(), devices.sort());
  });

  it("distinguishes devices named like members of Object.prototype", async () => {
    const given = ports();
    const devices = ["__proto__", "constructor", "toString"];
    const { answer } = await handle(given, ...devices.map((device) => reading(device, 1, 0)));
    assert.deepEqual(answer, nothingFailed);
    assert.deepEqual([...given.table.keys()], devices);
  });
});

describe("The state writer's calls to AWS", () => {
  const cloud = useAws();
  const write = (...data: string[]) =>
    logged(() =>
      createHandler(
        readSettings({
          STATE_TABLE_NAME: "state",
          QUARANTINE_QUEUE_URL: `${cloud.aws.url}/quarantine`,
        }),
      )(kinesisEvent(...data)),
    );

  it("puts every value of a reading, unless the table has one that is as new", async () => {
    const reading = readingOf({ temperature: -0.5, message: "" });
    const precedence = `1-${readingId(reading)}`;
    const { counts } = await write(envelopeOf(reading));
    assert.equal(counts?.Stored, 1);
    assert.deepEqual(cloud.aws.calls, [
      {
        operation: "PutItem",
        input: {
          TableName: "state",
          Item: {
            deviceId: { S: "pump-7" },
            listing: { S: "devices" },
            timestamp: { N: String(receivedAt) },
            temperature: { N: "-0.5" },
            humidity: { N: "40" },
            pressure: { N: "1013" },
            status: { S: "ok" },
            message: { S: "" },
            receivedAt: { N: String(receivedAt) },
            precedence: { S: precedence },
          },
          ConditionExpression:
            "attribute_not_exists(deviceId) OR #timestamp < :timestamp OR (#timestamp = :timestamp AND precedence < :precedence)",
          ExpressionAttributeNames: { "#timestamp": "timestamp" },
          ExpressionAttributeValues: {
            ":timestamp": { N: String(receivedAt) },
            ":precedence": { S: precedence },
          },
        },
      },
    ]);
  });

  it("treats a failed condition as a late message, not as a failure", async () => {
    cloud.aws.answer("PutItem", () => ({ refused: "ConditionalCheckFailedException" }));
    const { answer, counts } = await write(envelopeOf(readingOf()));
    assert.deepEqual(answer, nothingFailed);
    assert.equal(counts?.Stale, 1);
  });

  it("returns a record that the table refuses", async () => {
    cloud.aws.answer("PutItem", () => ({ refused: "AccessDeniedException" }));
    const { answer, counts } = await write(envelopeOf(readingOf()));
    assert.deepEqual(answer, failing(sequence(1)));
    assert.equal(counts?.Failed, 1);
  });

  it("sends invalid messages to its quarantine queue", async () => {
    const { counts } = await write(envelopeOf({}));
    assert.equal(counts?.Quarantined, 1);
    assert.deepEqual(
      cloud.aws.calls.map(({ operation, input }) => [operation, input.QueueUrl]),
      [["SendMessageBatch", `${cloud.aws.url}/quarantine`]],
    );
  });
});

describe("readSettings of the state writer", () => {
  it("does not start without its table", () =>
    assert.throws(() => readSettings({ QUARANTINE_QUEUE_URL: "q" }), {
      message:
        "Environment variable STATE_TABLE_NAME is not set: deploy the function with its component.",
    }));
});
