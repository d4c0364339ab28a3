import * as assert from "node:assert/strict";
import { createProcessor } from "../../../functions/stream-to-fargate/processor";
import {
  PartlyAdded,
  type AddReadings,
} from "../../../functions/stream-to-fargate/statistics-table";
import type { QuarantineEntry } from "../../../functions/shared/quarantine";
import { envelopeOf, readingOf, receivedAt } from "../../support/events";
import { logged } from "../logged";
import { createFakeClock } from "./fake-clock";

const holdMilliseconds = 60_000;

const record = (nth: number, text: string | Uint8Array) => ({
  sequenceNumber: `sequence-${nth}`,
  data: Buffer.from(text as string),
});
const valid = (nth: number, deviceId: string) =>
  record(nth, envelopeOf(readingOf({ deviceId, timestamp: receivedAt + nth }), { deviceId }));
const named = (name: string): Error => Object.assign(new Error("as given"), { name });

/** A processor with ports that keep what they take, unless changed. */
function setUp(changes: Partial<Parameters<typeof createProcessor>[0]> = {}) {
  const clock = createFakeClock();
  const [quarantined, failures]: QuarantineEntry[][] = [[], []];
  const added: [device: string, timestamps: number[]][] = [];
  const addReadings: AddReadings = async (deviceId, readings) => {
    added.push([deviceId, readings.map(({ timestamp }) => timestamp - receivedAt)]);
    return { counted: readings.length, repeated: 0, beyond: 0 };
  };
  const process = createProcessor({
    addReadings,
    quarantine: async (entries) => {
      quarantined?.push(...entries);
      return [];
    },
    setAside: async (entries) => {
      failures?.push(...entries);
      return [];
    },
    clock,
    holdMilliseconds,
    ...changes,
  });
  const { signal, abort } = new (class extends AbortController {
    override abort = (): void => super.abort();
  })();
  return { clock, process, added, quarantined, failures, signal, abort };
}

describe("The processor of a batch", () => {
  it("adds the readings of each device at once and quarantines what is invalid", async () => {
    const { process, added, quarantined, failures, signal } = setUp();
    const records = [valid(1, "a"), valid(2, "b"), record(3, "hello"), valid(4, "a")];
    const { answer, counts } = await logged(() => process(records, signal));
    assert.equal(answer, true);
    assert.deepEqual(added, [
      ["a", [1, 4]],
      ["b", [2]],
    ]);
    assert.deepEqual(
      quarantined?.map(({ reason, payload }) => [reason, payload]),
      [["not-an-envelope", Buffer.from("hello").toString("base64")]],
    );
    assert.deepEqual(failures, []);
    assert.deepEqual(counts, {
      ...{ Received: 4, Stored: 3, Duplicates: 0, Truncated: 0, Quarantined: 1, Failed: 0 },
    });
  });

  it("counts a reading that the table has, or that comes twice in a batch, as a duplicate", async () => {
    const { process, signal } = setUp({
      addReadings: async () => ({ counted: 1, repeated: 1, beyond: 0 }),
    });
    const batch = [valid(1, "a"), valid(1, "a"), valid(2, "a")];
    const { counts } = await logged(() => process(batch, signal));
    assert.deepEqual([counts?.Stored, counts?.Duplicates], [1, 2]);
  });

  it("counts a reading as stored whose window was written before another write of its device failed", async () => {
    let attempts = 0;
    const { process, clock, signal } = setUp({
      addReadings: async (_device, readings) => {
        attempts += 1;
        const written = { counted: attempts === 1 ? 2 : 0, repeated: 0, beyond: 0 };
        if (attempts < 3) throw new PartlyAdded(written, named("ThrottlingException"));
        return { counted: 0, repeated: readings.length, beyond: 0 };
      },
    });
    const batch = [valid(1, "a"), valid(2, "a"), valid(3, "a")];
    const { lines } = await logged(async () => {
      const done = process(batch, signal);
      await clock.advance(holdMilliseconds - 20_000);
      assert.equal(await done, true);
    });
    const sum = (metric: string) =>
      lines.reduce((total, line) => total + Number(line[metric] ?? 0), 0);
    // The third was a reading that the table had.
    assert.deepEqual([attempts, sum("Received"), sum("Stored"), sum("Duplicates")], [3, 3, 2, 1]);
  });

  it("tries again only what a store did not take, and never sets aside what a later attempt stores", async () => {
    let isDown = true;
    const tried: string[] = [];
    const { process, clock, failures, signal } = setUp({
      addReadings: async (deviceId, readings) => {
        tried.push(deviceId);
        if (isDown && deviceId === "a") throw named("ResourceNotFoundException");
        return { counted: readings.length, repeated: 0, beyond: 0 };
      },
    });
    await logged(async () => {
      const done = process([valid(1, "a"), valid(2, "b")], signal);
      await clock.advance(holdMilliseconds - 20_000);
      isDown = false;
      await clock.advance(20_000);
      assert.equal(await done, true);
    });
    assert.deepEqual(new Set(tried.slice(2)), new Set(["a"]));
    assert.deepEqual(failures, []);
  });

  it("sets aside what a store still refuses when the hold is over, as envelopes that redrive reads", async () => {
    const { process, clock, failures, signal } = setUp({
      addReadings: async () => Promise.reject(named("ResourceNotFoundException")),
    });
    await logged(async () => {
      const done = process([valid(1, "a")], signal);
      await clock.advance(holdMilliseconds + 20_000);
      assert.equal(await done, true);
    });
    const { payload } = JSON.parse(valid(1, "a").data.toString()) as { payload: string };
    assert.deepEqual(failures, [
      {
        reason: "refused-by-store",
        detail:
          "The statistics table did not take the reading: ResourceNotFoundException: as given",
        ...{ deviceId: "a", receivedAt, payload },
      },
    ]);
  });

  it("sets aside at once what DynamoDB refuses for what it is, and keeps up with the rest", async () => {
    const { process, failures, signal } = setUp({
      addReadings: async (deviceId, readings) => {
        if (deviceId === "poison") throw named("ValidationException");
        return { counted: readings.length, repeated: 0, beyond: 0 };
      },
    });
    const { answer } = await logged(() => process([valid(1, "poison"), valid(2, "b")], signal));
    assert.equal(answer, true);
    assert.deepEqual(
      failures?.map(({ deviceId }) => deviceId),
      ["poison"],
    );
  });

  it("holds what neither the quarantine nor the failures queue takes, beyond the hold too", async () => {
    const isOpen = { quarantine: false, failures: false };
    const taken: string[] = [];
    const { process, clock, signal } = setUp({
      addReadings: async () => Promise.reject(named("ValidationException")),
      quarantine: async (entries) => {
        if (!isOpen.quarantine) throw named("QueueDoesNotExist");
        taken.push("invalid");
        return entries.length > 1 ? [1] : [];
      },
      setAside: async (entries) => {
        if (!isOpen.failures) return entries.map((_, index) => index);
        taken.push(...entries.map(({ deviceId }) => deviceId ?? ""));
        return [];
      },
    });
    let isDone = false;
    await logged(async () => {
      const done = process([record(1, "hello"), valid(2, "a"), valid(3, "b")], signal);
      void done.then(() => (isDone = true));
      await clock.advance(10 * holdMilliseconds);
      assert.equal(isDone, false);
      isOpen.failures = true;
      await clock.advance(20_000);
      assert.equal(isDone, false);
      isOpen.quarantine = true;
      await clock.advance(20_000);
      assert.equal(await done, true);
    });
    assert.deepEqual(taken, ["a", "b", "invalid"]);
  });

  it("gives a batch up without an answer for it when its task stops, so that it is read again", async () => {
    const { process, clock, failures, signal, abort } = setUp({
      addReadings: async () => Promise.reject(named("ThrottlingException")),
    });
    await logged(async () => {
      const done = process([valid(1, "a")], signal);
      await clock.advance(5000);
      abort();
      assert.equal(await done, false);
    });
    assert.deepEqual(failures, []);
  });
});
