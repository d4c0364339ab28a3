import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { validReadingsSql } from "../../components/parts/telemetry-sql";
import { definition as vehicle } from "../../examples/vehicle/fields";
import { createReadingParser } from "../../functions/shared/reading-parser";
import { compile, parse } from "../../iot-sql";
import { attributeOf } from "../../local/services/iot-core/actions/attribute-value";
import type { Definition } from "../../reading/definition";
import { definition as shipped } from "../../reading/fields";
import { receivedAt } from "../support/events";
import { anyDefinition, doubtfulValue, textOf, validMembers, type Members } from "./definitions";
import { itemProblem, sinks } from "./sinks";
import { runsOf } from "../support/long-test";

const topic = "devices/pump-7/telemetry";

/** Asserts that every sink takes a message that is a reading; returns whether it is one. */
function assertTaken(of: Definition): (text: string) => boolean {
  const parseReading = createReadingParser(of);
  const parsed = parse(validReadingsSql("devices", 30, of));
  const rule = parsed.ok && compile(parsed.statement);
  assert.ok(rule && rule.ok);
  return (text) => {
    const payload = Buffer.from(text);
    const verdict = parseReading({
      deviceId: "pump-7",
      receivedAt,
      payload: payload.toString("base64"),
    });
    const stored = rule.evaluate({ topic, payload, timestamp: receivedAt });
    assert.equal(stored.matched, verdict.ok, text);
    if (!verdict.ok || !stored.matched) return false;
    for (const { name, page, refuses } of sinks)
      assert.equal(refuses(verdict.reading, of), undefined, `${name} (${page}): ${text}`);
    const item = attributeOf(stored.exact).M as Record<string, AttributeValue>;
    assert.equal(itemProblem(item), undefined, `history: ${text}`);
    return true;
  };
}

/** Valid messages, and those of which one member is at the edge of what is valid. */
const messages = (of: Definition): fc.Arbitrary<Members> =>
  fc
    .tuple(validMembers(of), fc.constantFrom(...Object.entries(of.fields)))
    .chain(([members, [name, field]]) =>
      fc.oneof(
        fc.constant(members),
        doubtfulValue(field).map((raw) => ({ ...members, [name]: raw })),
      ),
    );

describe("Whatever the validator accepts, every sink takes", () => {
  for (const [name, definition] of Object.entries({ shipped, vehicle }))
    it(`of the ${name} definition`, () => {
      const isTaken = assertTaken(definition);
      const seen = new Set<boolean>();
      fc.assert(
        fc.property(messages(definition), (members) => void seen.add(isTaken(textOf(members)))),
        { numRuns: runsOf(500) },
      );
      assert.deepEqual([...seen].sort(), [false, true]);
    });

  it("of any definition", () => {
    const cases = anyDefinition.chain((of) =>
      fc.tuple(fc.constant(of), fc.array(messages(of), { minLength: 3, maxLength: 5 })),
    );
    fc.assert(
      fc.property(cases, ([of, texts]) => {
        const isTaken = assertTaken(of);
        for (const members of texts) isTaken(textOf(members));
      }),
      { numRuns: runsOf(200) },
    );
  });

  it("of the longest texts, of characters that take the most room", () => {
    const isTaken = assertTaken(shipped);
    for (const message of ['"', "\\", "\n", "é", "\u2028", "\u{10ffff}"]) {
      const text = message.repeat(Math.floor(4096 / Buffer.byteLength(message)));
      const reading = { temperature: 1, humidity: 1, pressure: 1000, status: "critical" };
      const whole = { deviceId: "pump-7", timestamp: receivedAt, ...reading, message: text };
      assert.ok(isTaken(JSON.stringify(whole)), JSON.stringify(message));
    }
  });

  it("and each of these limits refuses something", () => {
    const reading = {
      ...{ deviceId: "pump-7", timestamp: receivedAt, temperature: 1, humidity: 1 },
      ...{ pressure: 1000, status: "critical" as const },
    };
    const refused = sinks.filter(({ refuses }) =>
      [
        { ...reading, message: "\u0000\ud800" },
        { ...reading, message: "x".repeat(1_100_000) },
        { ...reading, temperature: Number.MIN_VALUE },
        { ...reading, deviceId: "p\u00fcmp-7\n" },
      ].some((one) => refuses(one, shipped) !== undefined),
    );
    assert.deepEqual(refused, sinks);
  });
});
