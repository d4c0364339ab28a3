import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import type { Reason } from "../../../functions/shared/invalid";
import { createReadingParser, type Verdict } from "../../../functions/shared/reading-parser";
import { isStorable } from "../../reading/stored";
import { readingOf, receivedAt } from "../../support/events";

const minute = 60_000;
const hour = 60 * minute;
const parse = createReadingParser();

/** The verdict on bytes, or on a value as JSON, from `pump-7`. */
const verdictOn = (payload: unknown, deviceId = "pump-7"): Verdict => {
  const bytes = payload instanceof Uint8Array ? payload : Buffer.from(JSON.stringify(payload));
  return parse({ deviceId, receivedAt, payload: Buffer.from(bytes).toString("base64") });
};
const textVerdict = (text: string): Verdict => verdictOn(Buffer.from(text));

const refused = (reason: Reason, detail: string): Verdict => ({ ok: false, reason, detail });
const reasonOf = (verdict: Verdict): string => (verdict.ok ? "accepted" : verdict.reason);

/** The JSON of a valid reading in which a member's value is this text. */
const withRaw = (name: string, raw: string): string =>
  JSON.stringify({ ...readingOf(), [name]: "@" }).replace('"@"', raw);

describe("The reading parser", () => {
  it("accepts a reading as it is", () => {
    const reading = readingOf({ message: "bearing runs hot" });
    assert.deepEqual(verdictOn(reading), { ok: true, reading });
  });

  it("omits a missing message", () => {
    const verdict = verdictOn(readingOf());
    assert.ok(verdict.ok && !("message" in verdict.reading));
  });

  const bytes: [string, Uint8Array, Reason, string][] = [
    ["nothing at all", Buffer.alloc(0), "not-json", 'The payload is not JSON; it begins "".'],
    ["text", Buffer.from("hello"), "not-json", 'The payload is not JSON; it begins "hello".'],
    [
      "a cut message",
      Buffer.from(JSON.stringify(readingOf()).slice(0, -1)),
      "not-json",
      'The payload is not JSON; it begins "{\\"deviceId\\":\\"pump-7\\",\\"timestamp\\":1795478".',
    ],
    [
      "NaN",
      Buffer.from(withRaw("temperature", "NaN")),
      "not-json",
      'The payload is not JSON; it begins "{\\"deviceId\\":\\"pump-7\\",\\"timestamp\\":1795478".',
    ],
    [
      "a byte order mark",
      Buffer.from("\ufeff{}"),
      "not-json",
      'The payload is not JSON; it begins "\ufeff{}".',
    ],
    [
      "a bare surrogate's bytes",
      Buffer.from([0xed, 0xa0, 0x80]),
      "not-utf8",
      "The payload is not UTF-8 text.",
    ],
    [
      "an image",
      Buffer.from([0x89, 0x50, 0x4e, 0x47]),
      "not-utf8",
      "The payload is not UTF-8 text.",
    ],
    [
      "null",
      Buffer.from("null"),
      "not-an-object",
      "The payload is null; it must be a JSON object.",
    ],
    ["a number", Buffer.from("7"), "not-an-object", "The payload is 7; it must be a JSON object."],
    [
      "a string",
      Buffer.from('"ok"'),
      "not-an-object",
      'The payload is "ok"; it must be a JSON object.',
    ],
    [
      "a list",
      Buffer.from("[]"),
      "not-an-object",
      "The payload is an array; it must be a JSON object.",
    ],
    [
      "a list of readings",
      Buffer.from(JSON.stringify([readingOf()])),
      "not-an-object",
      "The payload is an array; it must be a JSON object.",
    ],
    ["an empty object", Buffer.from("{}"), "missing-field", "deviceId is missing."],
  ];
  for (const [what, payload, reason, detail] of bytes)
    it(`refuses ${what} as ${reason}`, () =>
      assert.deepEqual(verdictOn(payload), refused(reason, detail)));

  const bounds: [string, number, number][] = [
    ["temperature", -100, 200],
    ["humidity", 0, 100],
    ["pressure", 300, 1100],
  ];
  for (const [name, least, most] of bounds) {
    it(`takes ${name} from ${least} to ${most}, both included`, () => {
      for (const value of [least, most, (least + most) / 2 + 0.125])
        assert.equal(reasonOf(verdictOn({ ...readingOf(), [name]: value })), "accepted");
      for (const value of [least - 1e-9, most + 1e-9, -1e300, 1e300])
        assert.deepEqual(
          verdictOn({ ...readingOf(), [name]: value }),
          refused(
            "out-of-range",
            `${name} is ${value}; it must be a number from ${least} to ${most}.`,
          ),
        );
    });

    it(`takes only a number for ${name}`, () => {
      const mustBe = `it must be a number from ${least} to ${most}.`;
      for (const [value, shown] of [
        [String(most), `"${most}"`],
        [null, "null"],
        [true, "true"],
        [[most], "an array"],
        [{ value: most }, "an object"],
      ])
        assert.deepEqual(
          verdictOn({ ...readingOf(), [name]: value }),
          refused("wrong-type", `${name} is ${shown as string}; ${mustBe}`),
        );
    });
  }

  for (const name of ["deviceId", "timestamp", "temperature", "humidity", "pressure", "status"])
    it(`misses ${name}`, () =>
      assert.deepEqual(
        verdictOn({ ...readingOf(), [name]: undefined }),
        refused("missing-field", `${name} is missing.`),
      ));

  it("accepts whole milliseconds only", () => {
    const mustBe = "it must be a whole number of milliseconds since the epoch.";
    assert.deepEqual(
      verdictOn({ ...readingOf(), timestamp: receivedAt + 0.5 }),
      refused("wrong-type", `timestamp is ${receivedAt + 0.5}; ${mustBe}`),
    );
    assert.deepEqual(
      verdictOn({ ...readingOf(), timestamp: "2026-11-24T00:00:00Z" }),
      refused("wrong-type", `timestamp is "2026-11-24T00:00:00Z"; ${mustBe}`),
    );
    assert.equal(reasonOf(textVerdict(withRaw("timestamp", `${receivedAt}.0`))), "accepted");
  });

  it("accepts times at most 5 minutes ahead and 7 days behind", () => {
    const at = (ahead: number) => verdictOn(readingOf({ timestamp: receivedAt + ahead }));
    assert.equal(reasonOf(at(5 * minute)), "accepted");
    assert.equal(reasonOf(at(-7 * 24 * hour)), "accepted");
    assert.deepEqual(
      at(5 * minute + 1),
      refused(
        "clock-ahead",
        "timestamp is 1795478700001, more than 5 minutes after 1795478400000, when it was received; check the device's clock.",
      ),
    );
    assert.deepEqual(
      at(-7 * 24 * hour - 1),
      refused(
        "clock-behind",
        "timestamp is 1794873599999, more than 7 days before 1795478400000, when it was received; check the device's clock.",
      ),
    );
  });

  it("rejects times in seconds, at the epoch, or beyond all dates", () => {
    const at = (timestamp: number) => reasonOf(verdictOn(readingOf({ timestamp })));
    assert.equal(at(receivedAt / 1000), "clock-behind");
    assert.equal(at(0), "clock-behind");
    assert.equal(at(-1), "clock-behind");
    assert.equal(at(1e300), "clock-ahead");
  });

  it("refuses a reading of another device than the topic's", () =>
    assert.deepEqual(
      verdictOn(readingOf({ deviceId: "pump-8" })),
      refused("wrong-device", 'deviceId is "pump-8"; the topic belongs to "pump-7".'),
    ));

  it("compares device ids as they are written", () =>
    assert.equal(reasonOf(verdictOn(readingOf({ deviceId: "Pump-7" }))), "wrong-device"));

  it("accepts device ids of 1 to 128 characters of the alphabet", () => {
    const of = (deviceId: string) => reasonOf(verdictOn(readingOf({ deviceId }), deviceId));
    for (const legal of ["a", "Z:_-9", "x".repeat(128)]) assert.equal(of(legal), "accepted");
    for (const illegal of ["", "x".repeat(129), "a/b", "pump 7", "püm", "pump-7\n", "a#", "+"])
      assert.equal(of(illegal), "illegal-device-id", JSON.stringify(illegal));
  });

  it("accepts only the three statuses", () => {
    for (const status of ["ok", "warning", "critical"])
      assert.equal(reasonOf(verdictOn({ ...readingOf(), status })), "accepted");
    for (const status of ["OK", "", "fatal", null, 0, ["ok"]])
      assert.equal(reasonOf(verdictOn({ ...readingOf(), status })), "wrong-type");
    assert.deepEqual(
      verdictOn({ ...readingOf(), status: "fatal" }),
      refused("wrong-type", 'status is "fatal"; it must be "ok", "warning" or "critical".'),
    );
  });

  it("counts a message in bytes of UTF-8, up to 4096", () => {
    const of = (message: unknown) => reasonOf(verdictOn({ ...readingOf(), message }));
    for (const message of ["", "x".repeat(4096), "ü".repeat(2048), "𝄞".repeat(1024)])
      assert.equal(of(message), "accepted");
    for (const message of ["x".repeat(4097), "ü".repeat(2049), "𝄞".repeat(1024) + "x"])
      assert.equal(of(message), "message-too-long");
    for (const message of [null, 7, false, [], {}]) assert.equal(of(message), "wrong-type");
  });

  it("accepts text of the characters that every sink takes, written as they are or escaped", () => {
    const of = (raw: string) => reasonOf(textVerdict(withRaw("message", raw)));
    for (const raw of [
      '"tab\\t line\\r\\n"',
      '"\\u0020\\ud7ff\\ue000\\ufffd"',
      '"\ud83d\ude00 \\ud83d\\ude00 \\uD83D\\uDE00"',
      '"\\udbff\\udfff"',
      // A backslash, and no escape: what follows it is text.
      '"\\\\ud800"',
      '"\\\\\\\\udc00"',
    ])
      assert.equal(of(raw), "accepted", raw);
  });

  it("refuses half a character as lone-surrogate, anywhere in the payload", () => {
    const lone = refused(
      "lone-surrogate",
      "A text of the payload has a surrogate without its partner; encode texts as UTF-8.",
    );
    for (const raw of [
      '"\\ud800 pill"',
      '"\\uDFFF"',
      '"\\ude00\\ud83d"',
      '"\\ud83d\\ud83d\\ude00"',
      '"\\ud83d\\ude00\\ude00"',
      // The backslash between them is a character.
      '"\\ud83d\\\\\\ude00"',
      '"\\\\\\ud800"',
      '"\\ud83d" ',
    ]) {
      assert.deepEqual(textVerdict(withRaw("message", raw)), lone, raw);
      assert.deepEqual(textVerdict(withRaw("unknown", `{"a":[${raw}]}`)), lone, raw);
    }
    assert.deepEqual(textVerdict(`{"\\ud800":1,${JSON.stringify(readingOf()).slice(1)}`), lone);
  });

  it("agrees with JavaScript on what half a character is", () => {
    const unit = fc.oneof(
      fc.constantFrom(
        "\\ud83d",
        "\\ude00",
        "\\\\",
        "\\b",
        "u",
        "d83d",
        "ude00",
        "\\u0041",
        "4",
        "x",
      ),
      fc.constantFrom("\ud83d\ude00", "-", "\\n", '\\"'),
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 12 }), (units) => {
        const raw = `"${units.join("")}"`;
        const hasLone = /\p{Cs}/u.test(JSON.parse(raw) as string);
        const reason = reasonOf(textVerdict(withRaw("unknown", raw)));
        assert.equal(reason, hasLone ? "lone-surrogate" : "accepted", raw);
      }),
      { numRuns: 5000 },
    );
  });

  it("refuses text with characters that a sink does not take as illegal-character", () => {
    for (const [raw, shown] of [
      ['"\\u0000"', "\\u0000"],
      ['"\\b"', "\\b"],
      ['"\\u001f"', "\\u001f"],
      ['"\ufffe"', "\ufffe"],
      ['"\\uffff"', "\uffff"],
    ] as const)
      assert.deepEqual(
        textVerdict(withRaw("message", raw)),
        refused(
          "illegal-character",
          `message is "${shown}"; it must be text without control characters, except tabs and line breaks.`,
        ),
      );
    assert.equal(reasonOf(textVerdict(withRaw("unknown", '"\\u0000"'))), "accepted");
  });

  it("takes a number nearer to zero than 20 decimal places for 0", () => {
    for (const raw of ["1e-21", "-9.9e-21", "5e-324", "1e-400", "-0"])
      assert.deepEqual(textVerdict(withRaw("temperature", raw)), {
        ok: true,
        reading: readingOf({ temperature: 0 }),
      });
    assert.deepEqual(textVerdict(withRaw("temperature", "1e-20")), {
      ok: true,
      reading: readingOf({ temperature: 1e-20 }),
    });
  });

  it("shortens what it shows of a huge value", () => {
    const verdict = verdictOn({ ...readingOf(), message: "x".repeat(120_000) });
    assert.deepEqual(
      verdict,
      refused(
        "message-too-long",
        `message is "${"x".repeat(60)}...; it must be at most 4096 bytes of UTF-8.`,
      ),
    );
  });

  it("ignores fields that it does not know, and never copies them", () => {
    const text = withRaw("unknown", '{"a":[1,{"b":null}]}');
    assert.deepEqual(textVerdict(text), { ok: true, reading: readingOf() });
  });

  for (const name of ["__proto__", "constructor", "prototype", "hasOwnProperty", "toString"])
    it(`is not moved by a field named ${name}`, () => {
      const polluted = withRaw(name, '{"status":"critical","message":"forged","isAdmin":true}');
      assert.deepEqual(textVerdict(polluted), { ok: true, reading: readingOf() });
      const missing = `{"${name}":${JSON.stringify(readingOf())}}`;
      assert.deepEqual(textVerdict(missing), refused("missing-field", "deviceId is missing."));
      assert.ok(!("isAdmin" in {}));
    });

  it("uses the last of duplicate fields, as JSON does", () => {
    const text = JSON.stringify(readingOf()).replace("{", '{"status":"critical",');
    assert.deepEqual(textVerdict(text), { ok: true, reading: readingOf() });
  });

  it("rejects nesting of more than 1000 levels, in known and unknown fields", () => {
    const nested = (levels: number) => "[".repeat(levels) + "]".repeat(levels);
    const tooDeep = refused("too-deep", "The payload nests more than 1000 levels deep.");
    assert.equal(reasonOf(textVerdict(withRaw("unknown", nested(999)))), "accepted");
    for (const levels of [1000, 10_000, 60_000])
      assert.deepEqual(textVerdict(withRaw("unknown", nested(levels))), tooDeep);
    assert.deepEqual(textVerdict("[".repeat(10_000)), tooDeep);
    assert.equal(reasonOf(textVerdict(withRaw("temperature", nested(500)))), "wrong-type");
  });

  it("does not count brackets in text as levels", () => {
    const message = `\\"${"[{".repeat(1500)}\\\\`;
    assert.equal(reasonOf(verdictOn({ ...readingOf(), message })), "accepted");
  });

  it("refuses a number beyond double precision in a field of a reading, and ignores it elsewhere", () => {
    const tooLarge = refused(
      "number-too-large",
      "The payload holds a number beyond double precision.",
    );
    for (const raw of ["1e309", "-1E+400", "9".repeat(400)]) {
      for (const name of ["timestamp", "temperature", "humidity", "pressure"])
        assert.deepEqual(textVerdict(withRaw(name, raw)), tooLarge);
      assert.equal(reasonOf(textVerdict(withRaw("unknown", raw))), "accepted");
    }
    assert.equal(reasonOf(textVerdict(withRaw("temperature", '{"a":[1e999]}'))), "wrong-type");
    assert.equal(reasonOf(textVerdict(withRaw("unknown", '{"a":[1e999]}'))), "accepted");
    assert.equal(reasonOf(textVerdict(withRaw("unknown", "1e308"))), "accepted");
    assert.equal(reasonOf(textVerdict(withRaw("unknown", '"1e999"'))), "accepted");
  });

  it("judges all digits of a number that a double has at a bound or as a whole number", () => {
    const zeros = "0".repeat(40);
    const [whole, percent] = [
      "a whole number of milliseconds since the epoch",
      "a number from 0 to 100",
    ];
    for (const [name, raw, reason, demand] of [
      ["humidity", `100.${zeros}1`, "out-of-range", percent],
      ["humidity", `1${zeros}1e-39`, "out-of-range", percent],
      ["humidity", "-1e-400", "out-of-range", percent],
      ["humidity", "-0.1E-0400", "out-of-range", percent],
      ["timestamp", `${receivedAt}.${zeros}1`, "wrong-type", whole],
      ["timestamp", `${receivedAt - 1}.99999999999`, "wrong-type", whole],
    ] as const)
      assert.deepEqual(
        textVerdict(withRaw(name, raw)),
        refused(
          reason,
          `${name} is ${raw.length > 64 ? `${raw.slice(0, 61)}...` : raw}; it must be ${demand}.`,
        ),
      );
    for (const [name, raw] of [
      ["humidity", `100.${zeros}`],
      ["humidity", `1${zeros}e-38`],
      ["humidity", `99.${"9".repeat(40)}`],
      ["humidity", `0.0000${"9".repeat(40)}e5`],
      ["humidity", "1e-400"],
      // Nearer to zero than IoT SQL has numbers.
      ["humidity", "-1e-1000"],
      ["humidity", "-0.0e-400"],
      ["timestamp", `${receivedAt}.${zeros}`],
      ["timestamp", `${receivedAt}${zeros}e-40`],
      // The number is elsewhere.
      ["unknown", `{"humidity":100.${zeros}1}`],
      ["unknown", `"\\"humidity\\":100.${zeros}1"`],
      ["unknown", `["humidity",100.${zeros}1]`],
    ] as const)
      assert.equal(reasonOf(textVerdict(withRaw(name, raw))), "accepted", `${name}: ${raw}`);
  });

  it("judges the digits of the last of duplicate fields, however their name is written", () => {
    const beyond = `100.${"0".repeat(40)}1`;
    const reasonWith = (members: string) =>
      reasonOf(textVerdict(JSON.stringify(readingOf()).replace(/}$/, `,${members}}`)));
    assert.equal(reasonWith(`"humidity":${beyond},"humidity":100`), "accepted");
    assert.equal(reasonWith(`"humidity":100,"h\\u0075midity" : ${beyond}`), "out-of-range");
  });

  it("never throws, for any bytes and topic", () => {
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map((text) => Buffer.from(text)),
      fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(payload, fc.string(), (bytes, deviceId) => {
        const verdict = verdictOn(bytes, deviceId);
        assert.ok(verdict.ok || (verdict.reason.length > 0 && verdict.detail.endsWith(".")));
      }),
    );
  });

  it("never throws on invalid Base64", () => {
    fc.assert(
      fc.property(fc.string(), (payload) => {
        parse({ deviceId: "pump-7", receivedAt, payload });
      }),
    );
  });

  it("accepts every reading within the limits, and returns it unchanged but for numbers near zero", () => {
    const nearZero = (_: string, value: unknown): unknown =>
      typeof value === "number" && Math.abs(value) < 1e-20 ? 0 : value;
    const reading = fc.record(
      {
        deviceId: fc.stringMatching(/^[A-Za-z0-9:_-]{1,128}$/),
        timestamp: fc.integer({ min: receivedAt - 168 * hour, max: receivedAt + 5 * minute }),
        temperature: fc.double({ min: -100, max: 200, noNaN: true }),
        humidity: fc.double({ min: 0, max: 100, noNaN: true }),
        pressure: fc.double({ min: 300, max: 1100, noNaN: true }),
        status: fc.constantFrom("ok", "warning", "critical"),
        message: fc.string({ unit: "binary", maxLength: 1000 }).filter(isStorable),
      },
      { requiredKeys: ["deviceId", "timestamp", "temperature", "humidity", "pressure", "status"] },
    );
    fc.assert(
      fc.property(reading, (given) => {
        const text = JSON.stringify(given);
        assert.deepEqual(verdictOn(Buffer.from(text), given.deviceId), {
          ok: true,
          reading: JSON.parse(text, nearZero) as unknown,
        });
      }),
    );
  });
});
