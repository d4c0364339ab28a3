import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import {
  createLineWriter,
  escapeName,
  escapeTable,
  quoteText,
} from "../../../functions/iot-to-timestream/line-protocol";
import { createReadingParser } from "../../../functions/shared/reading-parser";
import { parseLines, type FieldValue } from "../../../local/doubles/influxdb/line-protocol";
import { columnsOf } from "../../../reading/columns";
import type { Definition } from "../../../reading/definition";
import { definition as shipped } from "../../../reading/fields";
import type { Reading } from "../../../reading/reading";
import { anyDefinition, textOf, validMembers } from "../../reading/definitions";
import { readingOf, receivedAt } from "../../support/events";

const pointIn = (line: string) => {
  const [parsed, ...others] = parseLines(line);
  assert.equal(others.length, 0, line);
  assert.ok(parsed?.ok, parsed && !parsed.ok ? `${parsed.message}: ${line}` : line);
  return parsed.point;
};

/** A name that the protocol can write: without line breaks, not ending with a backslash. */
const anyName = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 12 })
  .filter((name) => !/\n|\\$/.test(name));

describe("A line of the line protocol", () => {
  it("has the device as its tag, each field in its type, the time of receipt, and the time in ns", () => {
    const line = createLineWriter("telemetry")(
      readingOf({ temperature: 40, message: 'a "b" \\ c\nd' }),
      receivedAt + 5,
    );
    assert.match(
      line,
      /^telemetry,deviceId=pump-7 temperature=40,humidity=40,pressure=1013,status="ok",message="a \\"b\\" \\\\ c\nd",receivedAt=1795478400005i 1795478400000\d{6}$/,
    );
  });

  it("leaves out optional fields without a value", () => {
    const { fields } = pointIn(createLineWriter("telemetry")(readingOf(), receivedAt));
    assert.deepEqual(Object.keys(fields), [
      ...["temperature", "humidity", "pressure", "status", "receivedAt"],
    ]);
  });

  it("holds any names and texts so that a strict parser reads them back", () => {
    fc.assert(
      fc.property(anyName, anyName, anyName, anyName, fc.string({ unit: "grapheme" }), (...all) => {
        const [table, tag, tagValue, field, text] = all;
        fc.pre(tag !== field && !table.startsWith("#"));
        const line = `${escapeTable(table)},${escapeName(tag)}=${escapeName(tagValue)} ${escapeName(field)}=${quoteText(text)} 1`;
        const { tags, fields, ...point } = pointIn(line);
        assert.deepEqual(
          { ...point, tags: Object.entries(tags), fields: Object.entries(fields) },
          {
            ...{ table, time: 1n, tags: [[tag, tagValue]] },
            fields: [[field, { type: "string", value: text }]],
          },
        );
      }),
      { numRuns: 2000 },
    );
  });

  /** Asserts that every valid message is a line from which a strict parser reads exactly its values, in the types of their columns. */
  const assertHeld = (of: Definition, text: string): boolean => {
    const verdict = createReadingParser(of)({
      deviceId: "pump-7",
      receivedAt,
      payload: Buffer.from(text).toString("base64"),
    });
    if (!verdict.ok) return false;
    const reading = verdict.reading as unknown as Record<string, FieldValue["value"]>;
    const point = pointIn(createLineWriter("telemetry", of)(verdict.reading, receivedAt));
    assert.deepEqual(point.tags, { deviceId: "pump-7" });
    assert.equal(point.time / 1_000_000n, BigInt(verdict.reading.timestamp));
    const expected = columnsOf(of).flatMap(({ name, lineProtocol: type }) => {
      const value = name === "receivedAt" ? receivedAt : reading[name];
      if (type === "tag" || type === "timestamp" || value === undefined) return [];
      return [[name, { type, value: type === "integer" ? BigInt(value) : value }]];
    });
    assert.deepEqual(point.fields, Object.fromEntries(expected));
    return true;
  };

  it("holds every value of every valid message of the shipped definition", () => {
    let held = 0;
    fc.assert(
      fc.property(validMembers(shipped), (members) => {
        held += assertHeld(shipped, textOf(members)) ? 1 : 0;
      }),
      { numRuns: 1000 },
    );
    assert.ok(held > 500, `Only ${held} messages were valid.`);
  });

  it("holds every value of every valid message of any definition", () => {
    const cases = anyDefinition.chain((of) => fc.tuple(fc.constant(of), validMembers(of)));
    fc.assert(
      fc.property(cases, ([of, members]) => void assertHeld(of, textOf(members))),
      { numRuns: 300 },
    );
  });
});

describe("The time of a point", () => {
  const timeOf = (changes: Partial<Reading>, at = receivedAt): bigint =>
    pointIn(createLineWriter("telemetry")(readingOf(changes), at)).time;

  it("is the same for a repetition, whenever it is received", () =>
    assert.equal(timeOf({ message: "x" }), timeOf({ message: "x" }, receivedAt + 9000)));

  it("tells other readings of the same millisecond apart, within that millisecond", () => {
    const times = Array.from({ length: 100 }, (_, nth) => timeOf({ temperature: nth / 10 }));
    assert.equal(new Set(times).size, 100);
    for (const time of times) assert.equal(time / 1_000_000n, BigInt(receivedAt));
  });
});
