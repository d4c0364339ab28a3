import { GetItemCommand, type DynamoDBClient, type PutItemCommand } from "@aws-sdk/client-dynamodb";
import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { merge, statisticsOf, type Statistics } from "../../../functions/stream-to-fargate/moments";
import {
  PartlyAdded,
  statisticsTable,
} from "../../../functions/stream-to-fargate/statistics-table";
import {
  attributesOf,
  rolled,
  rollingKey,
  statisticsIn,
  type Item,
} from "../../../functions/stream-to-fargate/stored";
import {
  idInWindow,
  idsIn,
  startOf,
  timeOf,
  windowLength,
} from "../../../functions/stream-to-fargate/window";
import { readingOf, receivedAt } from "../../support/events";

const temperature = fc.double({ min: -100, max: 200, noNaN: true });
const of = (values: number[]): Statistics =>
  values.map((value) => statisticsOf(readingOf({ temperature: value }))).reduce(merge);
const close = (a = NaN, b = NaN) =>
  assert.ok(Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a)), `${a} is not ${b}`);

describe("Statistics", () => {
  it("are those of the numbers, in any order and however they are grouped", () => {
    fc.assert(
      fc.property(
        fc.array(temperature, { minLength: 2, maxLength: 30 }),
        fc.nat(),
        (values, at) => {
          const cut = 1 + (at % (values.length - 1));
          const { temperature: found } = merge(of(values.slice(cut)), of(values.slice(0, cut)));
          const mean = values.reduce((a, b) => a + b) / values.length;
          const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
          assert.equal(found?.count, values.length);
          assert.equal(found?.minimum, Math.min(...values));
          assert.equal(found?.maximum, Math.max(...values));
          close(found?.mean, mean);
          close(found?.deviation, Math.sqrt(variance));
        },
      ),
    );
  });

  it("leave out a field that no reading has, and texts", () => {
    const reading = { ...readingOf(), humidity: undefined };
    assert.deepEqual(Object.keys(statisticsOf(reading as never)), ["temperature", "pressure"]);
  });

  it("come back from their attributes", () => {
    const statistics = of([1, 2, 4]);
    assert.deepEqual(statisticsIn({ ...attributesOf(statistics), readings: 3 }), statistics);
  });
});

describe("The table of statistics", () => {
  const named = (name: string): Error => Object.assign(new Error("as given"), { name });

  /** A double of DynamoDB that stores items without their conditions, and refuses writes of the rolling result while it is full. */
  function createDouble() {
    const items = new Map<string, object>();
    const double = {
      items,
      reads: 0,
      refusesRolling: false,
      send: async (command: GetItemCommand | PutItemCommand): Promise<object> => {
        if (command instanceof GetItemCommand) {
          double.reads += 1;
          return { Item: items.get(command.input.Key?.windowKey?.S ?? "") };
        }
        const { Item } = command.input;
        const key = Item?.windowKey?.S ?? "";
        if (double.refusesRolling && key === rollingKey) throw named("ThrottlingException");
        items.set(key, Item as object);
        return {};
      },
    };
    return double;
  }
  const tableOf = (double: object) =>
    statisticsTable(double as DynamoDBClient, { tableName: "statistics", keepDays: 30 });

  it("says what it has counted before a write failed, and finds it again as repeated", async () => {
    const double = createDouble();
    const add = tableOf(double);
    const readings = [readingOf(), readingOf({ timestamp: receivedAt + windowLength })];
    double.refusesRolling = true;
    await assert.rejects(add("a", readings), (error: PartlyAdded) => {
      assert.ok(error instanceof PartlyAdded);
      assert.deepEqual(error.added, { counted: 2, repeated: 0, beyond: 0 });
      assert.equal(error.cause.name, "ThrottlingException");
      return true;
    });
    double.refusesRolling = false;
    assert.deepEqual(await add("a", readings), { counted: 0, repeated: 2, beyond: 0 });
    assert.equal(double.items.size, 3);
  });

  it("reads an item that it has not written, and no other", async () => {
    const double = createDouble();
    const add = tableOf(double);
    for (const temperature of [1, 2, 3]) await add("a", [readingOf({ temperature })]);
    assert.equal(double.reads, 2);
    await tableOf(double)("a", [readingOf({ temperature: 4 })]);
    assert.equal(double.reads, 4);
  });
});

describe("The ids of a window", () => {
  it("are the same for the same reading, have its time, and are read back one by one", () => {
    fc.assert(
      fc.property(fc.nat(windowLength - 1), temperature, (offset, value) => {
        const reading = readingOf({ timestamp: receivedAt + offset, temperature: value });
        const other = readingOf({
          timestamp: receivedAt + offset,
          temperature: value,
          humidity: 1,
        });
        const [id, another] = [idInWindow(reading), idInWindow(other)];
        assert.equal(idInWindow({ ...reading }), id);
        assert.notEqual(another, id);
        assert.equal(timeOf(startOf(reading.timestamp), id), reading.timestamp);
        assert.deepEqual(idsIn(id + another), [id, another]);
      }),
    );
  });
});

describe("A rolling result", () => {
  const window = (nth: number, values: number[], revision = 1): Item => ({
    ...attributesOf(of(values)),
    windowStart: receivedAt + nth * windowLength,
    readings: values.length,
    revision,
  });
  const keep = 60;

  it("is that of the last twelve windows", () => {
    const all = rolled(
      undefined,
      [0, 1, 12].map((nth) => window(nth, [nth, nth + 2])),
      keep,
    );
    assert.ok(all);
    assert.deepEqual(
      [all.temperature_count, all.temperature_mean, all.temperature_minimum, all.readings],
      [4, (2 + 13) / 2, 1, 4],
    );
    assert.deepEqual(
      [all.from, all.to],
      [receivedAt + windowLength, receivedAt + 13 * windowLength],
    );
    assert.equal(all.expiresAt, receivedAt / 1000 + (12 * windowLength) / 1000 + keep);
  });

  it("does not change for a window that it has, an earlier revision, or one that is too old", () => {
    const known = rolled(undefined, [window(20, [1, 2], 3)], keep);
    for (const again of [window(20, [1, 2], 3), window(20, [1], 2), window(8, [9])])
      assert.equal(rolled(known, [again], keep), undefined);
    assert.equal(rolled(known, [window(20, [1, 2, 6], 4)], keep)?.temperature_mean, 3);
  });

  it("is the same in whatever order windows come, and come again", () => {
    const windows = Array.from({ length: 16 }, (_, nth) => window(nth, [nth, 2 * nth]));
    const inOrder = rolled(undefined, windows, keep);
    fc.assert(
      fc.property(fc.shuffledSubarray([...windows, ...windows], { minLength: 32 }), (shuffled) => {
        const one = shuffled.reduce<Item | undefined>(
          (known, next) => rolled(known, [next], keep) ?? known,
          undefined,
        );
        assert.deepEqual(one, inOrder);
      }),
    );
  });
});
