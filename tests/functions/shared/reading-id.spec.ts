import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { readingId } from "../../../functions/shared/reading-id";
import type { Reading } from "../../../reading/reading";
import { readingOf, receivedAt } from "../../support/events";

const anyReading: fc.Arbitrary<Reading> = fc.record(
  {
    deviceId: fc.constantFrom("pump-7", "pump-8"),
    timestamp: fc.constantFrom(receivedAt, receivedAt + 1),
    temperature: fc.constantFrom(0, -0, 21, 21.5),
    humidity: fc.constantFrom(0, 40),
    pressure: fc.constantFrom(1000, 1013),
    status: fc.constantFrom("ok", "warning", "critical"),
    message: fc.constantFrom("", "null", "x"),
  },
  { requiredKeys: ["deviceId", "timestamp", "temperature", "humidity", "pressure", "status"] },
);

const shuffled = (reading: Reading): fc.Arbitrary<Reading> =>
  fc
    .shuffledSubarray(Object.entries(reading), { minLength: Object.keys(reading).length })
    .map((entries) => Object.fromEntries(entries) as unknown as Reading);

describe("The id of a reading", () => {
  it("has 32 characters that names of executions may have", () =>
    fc.assert(
      fc.property(anyReading, (reading) => assert.match(readingId(reading), /^[A-Za-z0-9_-]{32}$/)),
    ));

  it("is the same in any order of keys, with any spelling of a number, and with further members", () => {
    fc.assert(
      fc.property(
        anyReading.chain((reading) => fc.tuple(fc.constant(reading), shuffled(reading))),
        ([reading, other]) => assert.equal(readingId(other), readingId(reading)),
      ),
    );
    const text = JSON.stringify(readingOf({ temperature: 100 }));
    const spelt = JSON.parse(text.replace(":100", ":1.00E+2")) as Reading;
    assert.equal(readingId(spelt), readingId(readingOf({ temperature: 100 })));
    assert.equal(readingId({ ...readingOf(), receivedAt } as Reading), readingId(readingOf()));
  });

  it("differs where any value differs", () =>
    fc.assert(
      fc.property(anyReading, anyReading, (one, other) => {
        const same = JSON.stringify(one) === JSON.stringify(other);
        assert.equal(readingId(one) === readingId(other), same);
      }),
      { numRuns: 1000 },
    ));

  it("does not change from one release to the next", () =>
    assert.equal(readingId(readingOf()), "atVfQFW6LHPg1rAy4bFxMpB784-skSDL"));
});
