import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { SQSEvent } from "aws-lambda";
import type { Unloaded } from "../../../functions/iot-to-redshift/failures";
import {
  createHandler,
  type Ports,
  type Settings,
} from "../../../functions/iot-to-redshift/loader";
import { eventOf } from "../../../functions/iot-to-redshift/objects";
import { sqsEvent } from "../../support/events";
import { logged } from "../logged";
import { FakeWarehouse } from "./warehouse";

const settings: Settings = {
  workgroupName: "unused",
  database: "unused",
  tables: { readings: "iot.readings", ledger: "iot.loaded_objects" },
  copyRoleArn: "arn:aws:iam::123456789012:role/copy",
  lake: { bucketName: "lake", dataPrefix: "readings/" },
  manifestPrefix: "manifests/",
  failuresQueueUrl: "unused",
  mostAttempts: 3,
  budgetMilliseconds: 1000,
};

const keyOf = (name: string | number): string => `readings/2026/11/24/rows-${name}.gz`;
const announcing = (...names: (string | number)[]): string[] =>
  names.map((name) => eventOf("lake", keyOf(name)));

/** The batch, at the given delivery of its messages. */
const batchOf = (bodies: string[], attempt = 1): SQSEvent => {
  const event = sqsEvent(...bodies);
  for (const { attributes } of event.Records) attributes.ApproximateReceiveCount = String(attempt);
  return event;
};

function ports(changes: Partial<Ports> = {}) {
  const warehouse = new FakeWarehouse();
  const manifests = new Map<string, unknown>();
  const aside: Unloaded[] = [];
  const given: Ports = {
    warehouse,
    writeManifest: async (key, text) => void manifests.set(key, JSON.parse(text)),
    setAside: async (messages) => {
      aside.push(...messages);
      return [];
    },
    now: () => 0,
    ...changes,
  };
  return { warehouse, manifests, aside, given };
}

const handle = ({ given }: ReturnType<typeof ports>, event: SQSEvent) =>
  logged(() => createHandler(settings, given)(event));

const failuresIn = ({ batchItemFailures }: { batchItemFailures: { itemIdentifier: string }[] }) =>
  batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);

describe("The loader of iot-to-redshift", () => {
  it("loads the objects of a batch in one transaction, by a manifest that names exactly them", async () => {
    const all = ports();
    const { answer, counts } = await handle(all, batchOf(announcing(1, 2)));
    assert.deepEqual(answer, { batchItemFailures: [] });
    const [load, ...others] = all.warehouse.attempts;
    assert.deepEqual(others, []);
    assert.deepEqual(load?.keys, [keyOf(1), keyOf(2)]);
    assert.match(load.token, /^[0-9a-f]{64}$/);
    assert.equal(load.manifestUrl, `s3://lake/manifests/${load.token}.json`);
    assert.deepEqual(
      [...all.manifests],
      [
        [
          `manifests/${load.token}.json`,
          {
            entries: [
              { url: `s3://lake/${keyOf(1)}`, mandatory: true },
              { url: `s3://lake/${keyOf(2)}`, mandatory: true },
            ],
          },
        ],
      ],
    );
    assert.deepEqual(counts, { Processed: 2, Stored: 2, Failed: 0 });
    assert.deepEqual(all.aside, []);
  });

  it("loads an object once that two messages of a batch announce", async () => {
    const all = ports();
    const { answer, counts } = await handle(all, batchOf(announcing(1, 1)));
    assert.deepEqual(answer, { batchItemFailures: [] });
    assert.deepEqual([...all.warehouse.loads], [[keyOf(1), 1]]);
    assert.deepEqual(counts, { Processed: 2, Stored: 1, Failed: 0 });
  });

  it("acknowledges an object that is in the ledger, and loads the others", async () => {
    const all = ports();
    await handle(all, batchOf(announcing(1)));
    const { answer } = await handle(all, batchOf(announcing(1, 2)));
    assert.deepEqual(answer, { batchItemFailures: [] });
    assert.deepEqual(
      [...all.warehouse.loads],
      [
        [keyOf(1), 1],
        [keyOf(2), 1],
      ],
    );
  });

  it("does not load again what was committed before a crash", async () => {
    const all = ports();
    all.warehouse.fates = ["commits and throws"];
    const outOfReach = ports({
      warehouse: {
        load: all.warehouse.load,
        // The first look succeeds, the look after the failure does not.
        loadedAmong: (() => {
          let looks = 0;
          return async (keys: string[]) => {
            if (looks++ > 0) throw new Error("socket hang up");
            return all.warehouse.loadedAmong(keys);
          };
        })(),
      },
    });
    const crashed = await handle(outOfReach, batchOf(announcing(1, 2)));
    assert.deepEqual(failuresIn(crashed.answer), ["message-1", "message-2"]);
    const again = await handle(all, batchOf(announcing(1, 2), 2));
    assert.deepEqual(again.answer, { batchItemFailures: [] });
    assert.equal(all.warehouse.attempts.length, 1);
    assert.deepEqual([...all.warehouse.loads.values()], [1, 1]);
  });

  it("acknowledges what was committed although the call failed", async () => {
    const all = ports();
    all.warehouse.fates = ["commits and throws"];
    const { answer } = await handle(all, batchOf(announcing(1)));
    assert.deepEqual(answer, { batchItemFailures: [] });
    assert.deepEqual([...all.warehouse.loads], [[keyOf(1), 1]]);
  });

  it("acknowledges what another invocation has loaded in the meantime", async () => {
    const all = ports();
    all.warehouse.fates = ["comes second"];
    const { answer } = await handle(all, batchOf(announcing(1, 2)));
    assert.deepEqual(answer, { batchItemFailures: [] });
    assert.deepEqual([...all.warehouse.loads.values()], [1, 1]);
    assert.deepEqual(all.aside, []);
  });

  it("loads the good objects of a batch by themselves, and returns the bad one with another attempt left", async () => {
    const all = ports();
    all.warehouse.bad.add(keyOf("bad"));
    const { answer, counts, lines } = await handle(all, batchOf(announcing(1, "bad", 2)));
    assert.deepEqual(failuresIn(answer), ["message-2"]);
    assert.deepEqual([...all.warehouse.ledger], [keyOf(1), keyOf(2)]);
    assert.deepEqual(all.aside, []);
    assert.deepEqual(counts, { Processed: 3, Stored: 2, Failed: 1 });
    assert.deepEqual(
      lines.filter(({ level }) => level === "error"),
      [
        {
          level: "error",
          message: "object not loaded",
          key: keyOf("bad"),
          error: "Load into table 'readings' failed.",
          statementId: "statement-3",
        },
      ],
    );
  });

  it("sends a bad object to the failures queue at its last attempt, with the statement and its error", async () => {
    const all = ports();
    all.warehouse.bad.add(keyOf("bad"));
    const [body = ""] = announcing("bad");
    const { answer } = await handle(all, batchOf([body], 3));
    assert.deepEqual(answer, { batchItemFailures: [] });
    assert.deepEqual(all.aside, [
      { body, error: "Load into table 'readings' failed.", statementId: "statement-1" },
    ]);
  });

  it("keeps a message in the queue that the failures queue does not take", async () => {
    const all = ports({ setAside: async (messages) => messages.map((_, index) => index) });
    all.warehouse.bad.add(keyOf("bad"));
    const { answer } = await handle(all, batchOf([...announcing("bad"), "no event"], 3));
    assert.deepEqual(failuresIn(answer).sort(), ["message-1", "message-2"]);
  });

  it("returns every message while Redshift is out of reach, and loses none at the last attempt", async () => {
    const all = ports();
    all.warehouse.ledgerIsOutOfReach = true;
    const first = await handle(all, batchOf(announcing(1, 2)));
    assert.deepEqual(failuresIn(first.answer), ["message-1", "message-2"]);
    const last = await handle(all, batchOf(announcing(1, 2), 3));
    assert.deepEqual(failuresIn(last.answer), []);
    assert.deepEqual(
      all.aside.map(({ error }) => error),
      Array(2).fill("Error: The ledger cannot be read: asleep"),
    );
  });

  it("returns a batch whose statement the Data API refuses", async () => {
    const all = ports();
    all.warehouse.fates = ["throws"];
    const { answer } = await handle(all, batchOf(announcing(1)));
    assert.deepEqual(failuresIn(answer), ["message-1"]);
  });

  it("returns a batch whose manifest cannot be written, without a statement", async () => {
    const writeManifest = async () => Promise.reject(new Error("AccessDenied"));
    const all = ports({ writeManifest });
    const { answer } = await handle(all, batchOf(announcing(1)));
    assert.deepEqual(failuresIn(answer), ["message-1"]);
    assert.deepEqual(all.warehouse.attempts, []);
  });

  it("starts no load after the deadline", async () => {
    let time = 0;
    const all = ports({ now: () => (time += 1100) });
    all.warehouse.bad.add(keyOf(1));
    const { answer } = await handle(all, batchOf(announcing(1, 2, 3)));
    assert.deepEqual(failuresIn(answer), ["message-1", "message-2", "message-3"]);
    assert.equal(all.warehouse.attempts.length, 1);
  });

  it("uses another token for another delivery of the same messages, and the same for the same", async () => {
    const tokenAt = async (attempt: number): Promise<string | undefined> => {
      const all = ports();
      await handle(all, batchOf(announcing(1, 2), attempt));
      return all.warehouse.attempts[0]?.token;
    };
    assert.equal(await tokenAt(1), await tokenAt(1));
    assert.notEqual(await tokenAt(1), await tokenAt(2));
  });

  for (const [what, body, error] of [
    ["text that is no event", "hello", "The message is not an event about an object in S3."],
    ["JSON null", "null", "The message is not an event about an object in S3."],
    ["another bucket", eventOf("other", keyOf(1)), "The object is in another bucket than lake."],
    [
      "another prefix",
      eventOf("lake", "manifests/1.json"),
      "The object is not a data object below readings/.",
    ],
    [
      "a key with a quotation mark",
      eventOf("lake", "readings/x'; DROP TABLE iot.readings; --"),
      "The object is not a data object below readings/.",
    ],
  ] as const)
    it(`sends a message with ${what} to the failures queue at once, and loads the others`, async () => {
      const all = ports();
      const { answer } = await handle(all, batchOf([body, ...announcing(2)]));
      assert.deepEqual(answer, { batchItemFailures: [] });
      assert.deepEqual(all.aside, [{ body, error }]);
      assert.deepEqual([...all.warehouse.ledger], [keyOf(2)]);
    });

  it("loads each good object once and sets each message of a bad one aside once, whatever is repeated, refused or cut off", async () => {
    const fates = fc.constantFrom(
      "answers" as const,
      "commits and throws" as const,
      "throws" as const,
      "comes second" as const,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 1, maxLength: 10 }),
        fc.array(fates, { maxLength: 12 }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.boolean(), { maxLength: 12 }),
        async (names, fate, size, crashes) => {
          const all = ports();
          all.warehouse.fates = fate;
          [6, 7].forEach((name) => all.warehouse.bad.add(keyOf(name)));
          let queue = names.map((name, id) => ({ id: `m-${id}`, name, attempt: 1 }));
          const crashing = [...crashes];
          while (queue.length > 0) {
            const batch = queue.slice(0, size);
            const event = batchOf(announcing(...batch.map(({ name }) => name)));
            event.Records.forEach((record, index) => {
              record.messageId = batch[index]?.id ?? "";
              record.attributes.ApproximateReceiveCount = String(batch[index]?.attempt);
            });
            const before = all.aside.length;
            const { answer } = await handle(all, event);
            // A crash at the very end: everything is done, and nothing acknowledged.
            const crashed = crashing.shift() === true && all.aside.length === before;
            const kept = new Set(crashed ? batch.map(({ id }) => id) : failuresIn(answer));
            queue = [
              ...queue.slice(size),
              ...batch
                .filter(({ id }) => kept.has(id))
                .map((one) => ({ ...one, attempt: one.attempt + 1 })),
            ];
          }
          const isBad = (name: number): boolean => name >= 6;
          for (const name of new Set(names)) {
            const asides = all.aside.filter(({ body }) => body.includes(keyOf(name))).length;
            const times = names.filter((other) => other === name).length;
            const loads = all.warehouse.loads.get(keyOf(name)) ?? 0;
            if (isBad(name)) assert.deepEqual([asides, loads], [times, 0]);
            else assert.ok(loads === 1 || (loads === 0 && asides === times), `${loads} loads`);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
