import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { envelopeSql, validReadingsSql } from "../../../components/parts/telemetry-sql";
import { createEnvelopeOpener } from "../../../functions/shared/envelope";
import { createReadingParser } from "../../../functions/shared/reading-parser";
import type { InboundMessage } from "../../../iot-sql";
import { ruleOf } from "../../iot-sql/evaluation";
import { assertStored, isStorable, readingKeyOf } from "../../reading/stored";
import { readingOf, receivedAt } from "../../support/events";
import { runsOf } from "../../support/long-test";

const hour = 3_600_000;
const day = 24 * hour;
const ahead = 300_000;
const prefix = "plant/devices";
const keepDays = 30;

const toCallbacks = ruleOf(envelopeSql(prefix));
const toHistory = ruleOf(validReadingsSql(prefix, keepDays));
const openEnvelope = createEnvelopeOpener();
const parse = createReadingParser();

/** A device's message as both rules get it. */
const messageOf = (payload: Uint8Array, device: string): InboundMessage => ({
  topic: `${prefix}/${device}/telemetry`,
  payload,
  clientId: device,
  principal: "n/a",
  sourceIp: "192.0.2.7",
  accountId: "123456789012",
  traceId: "6f1b2c3d-0000-4000-8000-000000000000",
  timestamp: receivedAt,
});

/**
 * Asserts that a message is either in the history or refused by the callbacks, and that the two read the same in it; answers
 * whether it is a reading.
 */
function assertAgreement(payload: Uint8Array, device = "pump-7"): boolean {
  const message = messageOf(payload, device);
  const sent = toCallbacks.evaluate(message);
  assert.ok(sent.matched, "The rule drops a message.");
  const envelope = openEnvelope(Buffer.from(sent.payload).toString());
  assert.ok(envelope, "The callback cannot open what the rule sends.");
  const verdict = parse(envelope);
  const kept = toHistory.evaluate(message);
  const shown = () => `${JSON.stringify(verdict)} but ${kept.matched ? "kept" : "not kept"}`;
  assert.equal(kept.matched, verdict.ok, shown());
  if (verdict.ok && kept.matched)
    assertStored(kept.output, {
      ...verdict.reading,
      readingKey: readingKeyOf(verdict.reading.timestamp, payload),
      receivedAt,
      expiresAt: receivedAt / 1000 + keepDays * 86_400,
    });
  return verdict.ok;
}

/** Holds the two together on all that a generator makes, which has to make readings, others, or both. */
function holdTogether(
  messages: fc.Arbitrary<{ text: string | Uint8Array; device?: string }>,
  expected: "readings" | "both" | "others",
): void {
  const seen = new Set<boolean>();
  fc.assert(
    fc.property(messages, ({ text, device }) => {
      seen.add(assertAgreement(Buffer.from(text as string), device));
    }),
    { numRuns: runsOf(2000) },
  );
  const wanted = { readings: [true], both: [false, true], others: [false] }[expected];
  assert.deepEqual([...seen].sort(), wanted);
}

/** A reading's members as JSON text, so that one can be what JSON.stringify would never write. */
type Members = Record<string, string>;

const textOf = (members: Members): string =>
  `{${Object.entries(members)
    .map(([name, raw]) => `${JSON.stringify(name)}:${raw}`)
    .join(",")}}`;

const json = JSON.stringify as (value: unknown) => string;

const valid: fc.Arbitrary<Members> = fc
  .record({
    deviceId: fc.constant(json("pump-7")),
    timestamp: fc.integer({ min: receivedAt - 7 * day, max: receivedAt + ahead }).map(json),
    temperature: fc.double({ min: -100, max: 200, noNaN: true }).map(json),
    humidity: fc.double({ min: 0, max: 100, noNaN: true }).map(json),
    pressure: fc.double({ min: 300, max: 1100, noNaN: true }).map(json),
    status: fc.constantFrom("ok", "warning", "critical").map(json),
    message: fc.option(fc.string({ unit: "binary", maxLength: 300 }).filter(isStorable).map(json)),
  })
  .map(({ message, ...members }) => ({ ...members, ...(message !== null && { message }) }));

/** The numbers on both sides of a limit, as near as a double gets. */
function around(limit: number): number[] {
  const ulp = Math.max(Math.abs(limit), 1) * Number.EPSILON;
  return [limit - 1, limit - ulp, limit, limit + ulp, limit + 1];
}

const limits = [
  ...[-100, 200, 0, 100, 300, 1100].flatMap(around),
  ...[receivedAt - 7 * day, receivedAt + ahead, receivedAt].flatMap((time) => [
    ...around(time),
    time + 0.5,
  ]),
  receivedAt / 1000,
  Number.MAX_SAFE_INTEGER + 1,
  1.7e308,
  5e-324,
].map(json);

/** Numbers in each of their disguises, and values of each type. */
const raws = fc.oneof(
  fc.constantFrom(...limits),
  fc.constantFrom(...limits).map((raw) => `"${raw}"`),
  fc.constantFrom("-0", "-0.0", "1e2", "1.0E+2", "0.1e1", "1e308", "1e309", "-1e999", "01", "+1"),
  fc.constantFrom("NaN", "Infinity", "undefined", "null", "true", "false", "", "'ok'"),
  fc.constantFrom(
    '"true"',
    '"TRUE"',
    '"null"',
    '""',
    '" "',
    '"5"',
    '" 5"',
    '"5 "',
    '"1E2"',
    '"0x5"',
  ),
  fc.constantFrom('"ok"', '"OK"', '"critical"', '"ok "', '"pump-7"', '"pump-8"', '"PUMP-7"'),
  fc.constantFrom('"\\ud800"', '"\\u0000"', '"\ufffe"', '"pump-7\\n"', '"pump\\u002d7"'),
  fc.constantFrom(
    ...[
      '"\\ude00"',
      '"\\ud83d\\ude00"',
      '"\\\\ud800"',
      '"\\ud83d\\\\\\ude00"',
      '"\\uffff"',
      '"a\\tb\\n"',
    ],
    ...['"\\u0007"', '"\\u007f\\u0085\\u2028"', '"\\ud83d\\ud83d\\ude00"'],
  ),
  fc.constantFrom(
    "1e-20",
    "1e-21",
    "-1e-131",
    "1e-400",
    `1.${"1".repeat(60)}`,
    `5.${"0".repeat(60)}`,
    ...["0", "100", "300", "1100", "-100", "200"].flatMap((edge) => [
      `${edge}.${"0".repeat(60)}`,
      `${edge}.${"0".repeat(60)}1`,
    ]),
    `99.${"9".repeat(30)}`,
    `1099.${"9".repeat(30)}E0`,
    `${receivedAt}.${"0".repeat(30)}`,
    `${receivedAt}.${"0".repeat(30)}1`,
  ),
  fc.constantFrom("[]", "{}", "[5]", '["ok"]', '{"ok":true}', "[[]]", '{"__proto__":5}', "[null]"),
  fc.constantFrom(4095, 4096, 4097).map((length) => `"${"x".repeat(length)}"`),
  fc.constantFrom(2047, 2048, 2049).map((length) => `"${"ü".repeat(length)}"`),
  fc.constantFrom(998, 999, 1000, 10_000).map((depth) => "[".repeat(depth) + "]".repeat(depth)),
  fc.double().map(json),
  fc.string().map(json),
  fc.json({ maxDepth: 3 }),
);

const names = ["deviceId", "timestamp", "temperature", "humidity", "pressure", "status", "message"];
const odd = ["__proto__", "constructor", "toString", "DeviceId", "deviceid", "", "*", "a.b", "x"];

describe("The history's rule and the callbacks' parser", () => {
  it("accept the same readings", () =>
    holdTogether(
      valid.map((members) => ({ text: textOf(members) })),
      "readings",
    ));

  it("agree on readings of which one member is at a limit, of another type, or garbled", () =>
    holdTogether(
      fc
        .tuple(valid, fc.constantFrom(...names), raws)
        .map(([members, name, raw]) => ({ text: textOf({ ...members, [name]: raw }) })),
      "both",
    ));

  for (const name of names)
    it(`agree on ${name} at each limit, of each type`, () =>
      holdTogether(
        raws.map((raw) => ({
          text: textOf({
            ...Object.fromEntries(Object.entries(readingOf()).map(([key, v]) => [key, json(v)])),
            [name]: raw,
          }),
        })),
        "both",
      ));

  it("agree on readings that lack a member", () =>
    holdTogether(
      fc.tuple(valid, fc.subarray(names, { minLength: 1 })).map(([members, lacking]) => ({
        text: textOf(
          Object.fromEntries(Object.entries(members).filter(([name]) => !lacking.includes(name))),
        ),
      })),
      "both",
    ));

  it("agree on readings with unknown members", () =>
    holdTogether(
      fc.tuple(valid, fc.constantFrom(...odd), raws).map(([members, name, raw]) => ({
        text: textOf(members).replace("{", `{${json(name)}:${raw},`),
      })),
      "both",
    ));

  it("agree on readings with duplicate members", () =>
    holdTogether(
      fc
        .tuple(valid, fc.constantFrom(...names), raws, fc.boolean())
        .map(([members, name, raw, last]) => {
          const twice = `${json(name)}:${raw}`;
          const text = textOf(members);
          return { text: last ? `${text.slice(0, -1)},${twice}}` : `{${twice},${text.slice(1)}` };
        }),
      "both",
    ));

  it("agree on whose reading it is", () => {
    const device = fc.oneof(
      fc.constantFrom("pump-7", "pump-8", "Pump-7", "", " ", "pump 7", "x".repeat(128), "é", "7"),
      fc.stringMatching(/^[A-Za-z0-9:_-]{1,129}$/),
      fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !/[/+#]/.test(text)),
    );
    holdTogether(
      fc.tuple(valid, device, device, fc.boolean()).map(([members, of, by, same]) => ({
        text: textOf({ ...members, deviceId: json(same ? by : of) }),
        device: by,
      })),
      "both",
    );
  });

  it("agree on readings with a byte changed, added or cut", () =>
    holdTogether(
      fc
        .tuple(valid, fc.nat(), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 2 }))
        .map(([members, place, byte, kept]) => {
          const bytes = Buffer.from(textOf(members));
          const at = place % bytes.length;
          const middle = kept === 0 ? [] : [byte];
          return {
            text: Buffer.concat([
              bytes.subarray(0, at),
              Buffer.from(middle),
              bytes.subarray(kept === 1 ? at : at + 1),
            ]),
          };
        }),
      "both",
    ));

  it("agree that other JSON is not a reading", () =>
    holdTogether(
      fc.json({ maxDepth: 4 }).map((text) => ({ text })),
      "others",
    ));

  it("agree that other bytes are not a reading", () =>
    holdTogether(
      fc.uint8Array({ maxLength: 200 }).map((text) => ({ text })),
      "others",
    ));
});
