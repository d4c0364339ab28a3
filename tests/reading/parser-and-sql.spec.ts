import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { validReadingsSql } from "../../components/parts/telemetry-sql";
import { definition as vehicle } from "../../examples/vehicle/fields";
import { createReadingParser } from "../../functions/shared/reading-parser";
import { definitionProblem } from "../../reading/check";
import type { Definition, Field } from "../../reading/definition";
import { definition as shipped } from "../../reading/fields";
import { ruleOf } from "../iot-sql/evaluation";
import { receivedAt } from "../support/events";
import { anyDefinition, doubtfulValue, textOf, validMembers, type Members } from "./definitions";
import { assertStored } from "./stored";
import { runsOf } from "../support/long-test";

const topic = "devices/pump-7/telemetry";

/** Judges a message by the parser and by the history's SQL, which have to agree; returns whether it is a reading. */
function judgeBy(definition: Definition): (text: string) => boolean {
  const parse = createReadingParser(definition);
  const rule = ruleOf(validReadingsSql("devices", 1, definition));
  return (text) => {
    const bytes = Buffer.from(text);
    const verdict = parse({ deviceId: "pump-7", receivedAt, payload: bytes.toString("base64") });
    const kept = rule.evaluate({ topic, payload: bytes, timestamp: receivedAt });
    assert.equal(kept.matched, verdict.ok, `${text} ${JSON.stringify(verdict)}`);
    if (verdict.ok && kept.matched) {
      const {
        receivedAt: _at,
        expiresAt: _until,
        readingKey: _key,
        ...reading
      } = kept.output as Members;
      assertStored(reading, verdict.reading);
    }
    return verdict.ok;
  };
}

const names = (definition: Definition) => [
  "deviceId",
  "timestamp",
  ...Object.keys(definition.fields),
];

/** A valid message with one member replaced, missing or added. */
const doubtful = (definition: Definition): fc.Arbitrary<Members> =>
  fc.oneof(
    fc
      .tuple(validMembers(definition), fc.constantFrom(...Object.entries(definition.fields)))
      .chain(([members, [name, field]]) =>
        doubtfulValue(field).map((raw) => ({ ...members, [name]: raw })),
      ),
    fc
      .tuple(validMembers(definition), fc.constantFrom(...names(definition)))
      .map(([members, lacking]) =>
        Object.fromEntries(Object.entries(members).filter(([name]) => name !== lacking)),
      ),
    fc
      .tuple(
        validMembers(definition),
        fc.constantFrom("__proto__", "constructor", "toString", "firmware", "", "devices"),
        fc.constantFrom("1", "null", '"x"', "{}", "[[1]]"),
      )
      .map(([members, name, raw]) => Object.fromEntries([...Object.entries(members), [name, raw]])),
  );

for (const [name, definition] of Object.entries({ shipped, vehicle }))
  describe(`The parser and the SQL of the ${name} definition`, () => {
    const judge = judgeBy(definition);

    it("accept every valid message", () =>
      fc.assert(
        fc.property(validMembers(definition), (members) => assert.ok(judge(textOf(members)))),
        { numRuns: runsOf(500) },
      ));

    it("agree on messages of which one member is wrong, missing or unknown", () => {
      const seen = new Set<boolean>();
      fc.assert(
        fc.property(doubtful(definition), (members) => void seen.add(judge(textOf(members)))),
        { numRuns: runsOf(2000) },
      );
      assert.deepEqual([...seen].sort(), [false, true]);
    });
  });

describe("The parser and the SQL of any definition", () => {
  it("hold as many fields of each type as a definition may have", () => {
    const fields: Field[] = [
      { type: "number", least: -1.5, most: 1.5 },
      { type: "integer", least: -1, most: 1 },
      { type: "text", mostBytes: 1 },
      { type: "boolean" },
      { type: "one of", values: ["a", "b", "c"] },
    ];
    const nameOf = (index: number) => `f${String.fromCharCode(97 + (index % 26), 97 + index / 26)}`;
    const definitionOf = (field: Field, count: number): Definition => ({
      fields: Object.fromEntries(
        Array.from({ length: count }, (_, index) => [nameOf(index), field]),
      ),
      unknownFields: "refused",
    });
    for (const field of fields)
      for (const optional of [false, true]) {
        let count = 1;
        const one = { ...field, optional };
        while (definitionProblem(definitionOf(one, count + 1)) === undefined) count += 1;
        assert.ok(count >= 30, `${count} of ${field.type}`);
        const [members = {}] = fc.sample(validMembers(definitionOf(one, count)), {
          numRuns: 1,
          seed: 1,
        });
        assert.ok(judgeBy(definitionOf(one, count))(textOf(members)));
      }
  });

  it("accept every valid message and agree on every other", () => {
    const seen = new Set<boolean>();
    const cases = anyDefinition.chain((definition) =>
      fc.tuple(
        fc.constant(definition),
        validMembers(definition),
        fc.array(doubtful(definition), { minLength: 1, maxLength: 5 }),
      ),
    );
    fc.assert(
      fc.property(cases, ([definition, valid, others]) => {
        assert.equal(definitionProblem(definition), undefined);
        const judge = judgeBy(definition);
        assert.ok(judge(textOf(valid)));
        for (const members of others) seen.add(judge(textOf(members)));
      }),
      { numRuns: runsOf(1000) },
    );
    assert.deepEqual([...seen].sort(), [false, true]);
  });
});
