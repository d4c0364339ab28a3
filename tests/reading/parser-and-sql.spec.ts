import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { validReadingsSql } from "../../components/parts/telemetry-sql";
import { definition as vehicle } from "../../examples/vehicle/fields";
import { createReadingParser } from "../../functions/shared/reading-parser";
import { definitionProblem } from "../../reading/check";
import type { Definition } from "../../reading/definition";
import { definition as shipped } from "../../reading/fields";
import { ruleOf } from "../iot-sql/evaluation";
import { receivedAt } from "../support/events";
import { anyDefinition, doubtfulValue, textOf, validMembers, type Members } from "./definitions";

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
      const { receivedAt: _at, expiresAt: _until, ...reading } = kept.output as Members;
      assert.deepEqual(reading, verdict.reading);
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
        { numRuns: 500 },
      ));

    it("agree on messages of which one member is wrong, missing or unknown", () => {
      const seen = new Set<boolean>();
      fc.assert(
        fc.property(doubtful(definition), (members) => void seen.add(judge(textOf(members)))),
        { numRuns: 2000 },
      );
      assert.deepEqual([...seen].sort(), [false, true]);
    });
  });

describe("The parser and the SQL of any definition", () => {
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
      { numRuns: 1000 },
    );
    assert.deepEqual([...seen].sort(), [false, true]);
  });
});
