import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { InboundMessage } from "../../iot-sql";
import { match, messageOf, NOW, outcomeOf, outputOf, ruleOf, type Seen } from "./evaluation";

const notJson = { kind: "payload", message: "The payload is not JSON." } as const;
const failed = (message: string): Seen => ({
  matched: false,
  error: { kind: "evaluation", message },
});

describe("iot-sql rules", () => {
  it("know their topic filter", () => {
    const sql = "SELECT * FROM 'devices/+/telemetry'";
    const rule = ruleOf(sql);
    assert.equal(rule.topicFilter, "devices/+/telemetry");
    assert.equal(rule.matches("devices/d1/telemetry"), true);
    assert.equal(rule.matches("devices/d1/alerts"), false);
  });

  describe("SELECT", () => {
    const rows: readonly [items: string, expected: unknown, payload: unknown][] = [
      ["color", { color: "red" }, { color: "red", temperature: 50 }],
      ["color AS my_color", { my_color: "red" }, { color: "red", temperature: 50 }],
      ["color.red AS red_value", { red_value: 255 }, { color: { red: 255 } }],
      ["color.red", { red: 255 }, { color: { red: 255 } }],
      ["(color).red", { red: 255 }, { color: { red: 255 } }],
      ["foo.bar AS bar.baz", { bar: { baz: 1 } }, { foo: { bar: 1 } }],
      [
        "a AS x.y.z, b AS x.y.w, c AS x.v",
        { x: { y: { z: 1, w: 2 }, v: 3 } },
        { a: 1, b: 2, c: 3 },
      ],
      ["*, 15 AS speed", { color: "red", speed: 15 }, { color: "red" }],
      ["*, topic(2) AS color", { color: "d1" }, { color: "red" }],
      ["topic(2) AS color, *", { color: "red" }, { color: "red" }],
      [
        "*, 1 AS state.b, state AS old",
        { state: { a: 0, b: 1 }, old: { a: 0 } },
        { state: { a: 0 } },
      ],
      ["*, 1 AS state.b", { state: { b: 1 } }, { state: "text" }],
      ["* AS message", { message: { a: 1 } }, { a: 1 }],
      ["* AS m.n, a", { m: { n: [1] } }, [1]],
      ["missing, a", { a: null }, { a: null }],
      ["missing", {}, { a: 1 }],
      ["missing AS x.y", {}, {}],
      ["a, topic(1) AS t", { t: "devices" }, "just text"],
      ["a.b AS state.debug, a.c AS state.command", { state: { command: 2 } }, { a: { c: 2 } }],
    ];
    for (const [items, expected, payload] of rows) {
      it(`${items} of ${JSON.stringify(payload)} is ${JSON.stringify(expected)}`, () => {
        assert.deepEqual(outcomeOf(items, payload).matched && outputOf(items, payload), expected);
      });
    }

    it("keeps attributes called __proto__ as the payload's own", () => {
      const payload = Buffer.from('{"__proto__":{"a":1},"b":2}');
      for (const items of ["*, 3 AS c", "__proto__, b, 3 AS c"]) {
        const outcome = outcomeOf(items, payload);
        assert.ok(outcome.matched);
        assert.equal(Buffer.from(outcome.payload).toString(), '{"__proto__":{"a":1},"b":2,"c":3}');
        assert.equal(Object.getPrototypeOf(outcome.output), Object.prototype);
      }
      assert.equal(JSON.stringify(outputOf("1 AS __proto__.a")), '{"__proto__":{"a":1}}');
      assert.equal(JSON.stringify(outputOf("{'__proto__': 1} AS a")), '{"a":{"__proto__":1}}');
      assert.equal(({} as { a?: unknown }).a, undefined);
    });

    it("writes text that is not well-formed as JSON escapes", () => {
      const outcome = outcomeOf("get(a, 0) AS b", { a: "\u{1F600}" });
      assert.ok(outcome.matched);
      assert.equal(Buffer.from(outcome.payload).toString(), '{"b":"\\ud83d"}');
    });
  });

  describe("SELECT * alone", () => {
    const bytes = (payload: Uint8Array): Seen => outcomeOf("*", payload);

    it("hands on the very bytes of JSON, with digits that a double cannot hold", () => {
      const payload = Buffer.from(' {"id": 12345678901234567890, "a" : 1.10}\n');
      assert.deepEqual(bytes(payload), {
        matched: true,
        output: JSON.parse(payload.toString()) as unknown,
        payload,
      });
    });

    it("hands on JSON null, arrays and scalars as their values", () => {
      for (const value of [null, [1], 5, "x", false]) {
        assert.deepEqual(bytes(Buffer.from(JSON.stringify(value))), match(value));
      }
    });

    it("hands on a payload that is not JSON as its bytes", () => {
      for (const payload of [
        new Uint8Array(),
        new Uint8Array([0xff, 0xd8, 0x00]),
        Buffer.from("plain text"),
      ]) {
        assert.deepEqual(bytes(payload), { matched: true, output: Buffer.from(payload), payload });
      }
    });

    it("hands on 128 KiB, and 65,536 levels", () => {
      for (const text of [
        JSON.stringify({ a: "x".repeat(131_064) }),
        "[".repeat(65_536) + "]".repeat(65_536),
      ]) {
        const payload = Buffer.from(text);
        assert.equal(payload.length, 131_072);
        const outcome = bytes(payload);
        assert.equal(outcome.matched && outcome.payload, payload);
      }
    });

    it("obeys a WHERE that does not look at attributes", () => {
      assert.equal(outcomeOf("* WHERE timestamp() % 12 = 8", Buffer.from("x")).matched, true);
      assert.deepEqual(outcomeOf("* WHERE device_type = 'thermostat'", Buffer.from("x")), {
        matched: false,
        error: notJson,
      });
    });
  });

  describe("a payload that is not JSON", () => {
    it("still has a topic, a time and its base64", () => {
      assert.deepEqual(
        outcomeOf(
          "encode(*, 'base64') AS data, timestamp() AS ts, topic(2) AS id, a AS b",
          Buffer.from([0xff]),
        ),
        { ...match({ data: "/w==", ts: NOW, id: "d1" }), error: notJson },
      );
    });

    it("is an error where * stands beside other items, or is named", () => {
      const other =
        "The payload is not a JSON object, so '*' cannot stand beside other items; select encode(*, 'base64').";
      const named =
        "The payload is not JSON, so '*' cannot be named by AS; select encode(*, 'base64').";
      assert.deepEqual(outcomeOf("*, 1 AS a", Buffer.from("x")), failed(other));
      assert.deepEqual(outcomeOf("*, 1 AS a", [1]), failed(other));
      assert.deepEqual(outcomeOf("1 AS a, * AS b", Buffer.from("x")), failed(named));
    });
  });

  describe("WHERE", () => {
    const rows: readonly [condition: string, payload: unknown, matches: boolean][] = [
      ["temperature > 50", { temperature: 51 }, true],
      ["temperature > 50", { temperature: 50 }, false],
      ["temperature > 50", {}, false],
      ["temperature > 50 AND color <> 'red'", { temperature: 40, color: "red" }, false],
      ["color <> 'red'", {}, false],
      ["NOT (color = 'red')", {}, false],
      ["NOT (color = 'red')", { color: "blue" }, true],
      ["isUndefined(color) = false OR isUndefined(size) = False", { size: 1 }, true],
      ["true OR missing", {}, true],
      ["isUndefined(gone) OR gone > 0", {}, true],
      ["gone > 0 OR isUndefined(gone)", {}, true],
      ["isUndefined(gone) OR gone > 0", { gone: 0 }, false],
      ["NOT (false AND gone)", {}, true],
      ["gone > 0 OR false", {}, false],
      ["gone > 0 AND true", {}, false],
      ["flag", { flag: true }, true],
      ["flag", { flag: "true" }, false],
      ["flag", { flag: 1 }, false],
      ["flag AND true", { flag: "true" }, true],
      ["null", {}, false],
    ];
    for (const [condition, payload, matches] of rows) {
      it(`${condition} ${matches ? "takes" : "leaves"} ${JSON.stringify(payload)}`, () => {
        const expected: Seen = matches ? match({ v: 1 }) : { matched: false };
        assert.deepEqual(outcomeOf(`1 AS v WHERE ${condition}`, payload), expected);
      });
    }

    it("sees the payload and not the aliases of SELECT", () => {
      assert.equal(outcomeOf("1 AS a WHERE a = 1", {}).matched, false);
      assert.equal(outcomeOf("1 AS a WHERE a = 2", { a: 2 }).matched, true);
    });
  });

  describe("the envelope rule", () => {
    const rule = ruleOf(
      "SELECT topic(2) AS deviceId, timestamp() AS receivedAt, encode(*, 'base64') AS payload FROM 'devices/+/telemetry'",
    );

    it("keeps every byte of whatever a device sends", () => {
      const payloads = fc.oneof(
        fc.uint8Array({ maxLength: 2000 }),
        fc.json().map((text) => Buffer.from(text)),
      );
      fc.assert(
        fc.property(payloads, (bytes) => {
          const payload = Buffer.from(bytes).toString("base64");
          assert.deepEqual(
            rule.evaluate(messageOf(bytes)),
            match({ deviceId: "d1", receivedAt: NOW, payload }),
          );
        }),
      );
    });

    it("takes 128 KiB of brackets", () => {
      assert.equal(rule.evaluate(messageOf(Buffer.alloc(131_072, "["))).matched, true);
    });
  });

  describe("the history rule", () => {
    const rule = ruleOf(`
      SELECT topic(2) AS deviceId, timestamp, temperature, humidity, pressure, status, message,
        timestamp() AS receivedAt, floor(timestamp() / 1000) + 2592000 AS expiresAt
      FROM 'devices/+/telemetry'
      WHERE deviceId = topic(2) AND regexp_matches(topic(2), '^[A-Za-z0-9:_-]{1,128}$')
        AND floor(timestamp) = timestamp
        AND timestamp <= timestamp() + 86400000 AND timestamp >= timestamp() - 604800000
        AND temperature * 1 = temperature AND temperature >= -100 AND temperature <= 200
        AND humidity * 1 = humidity AND humidity >= 0 AND humidity <= 100
        AND pressure * 1 = pressure AND pressure >= 300 AND pressure <= 1100
        AND (status = 'ok' OR status = 'warning' OR status = 'critical')
        AND CASE isUndefined(message) WHEN true THEN true
          ELSE (message + '' = message AND numbytes(message) <= 4096) END`);
    const reading = {
      deviceId: "d1",
      timestamp: NOW - 5000,
      temperature: 21.5,
      humidity: 40,
      pressure: 1013.25,
      status: "ok",
    };
    const derived = { receivedAt: NOW, expiresAt: 1_702_592_000 };

    it("stores a reading with its time of receipt and of expiry, and no other attribute", () => {
      assert.deepEqual(
        rule.evaluate(messageOf({ ...reading, extra: 1 })),
        match({ ...reading, ...derived }),
      );
      const spoken = { ...reading, message: "é" };
      assert.deepEqual(rule.evaluate(messageOf(spoken)), match({ ...spoken, ...derived }));
    });

    // What the callback's validator demands, said in JavaScript.
    const valid = (r: Record<string, unknown>): boolean => {
      const within = (value: unknown, low: number, high: number): boolean =>
        typeof value === "number" && value >= low && value <= high;
      return (
        r.deviceId === "d1" &&
        Number.isInteger(r.timestamp) &&
        within(r.timestamp, NOW - 604_800_000, NOW + 86_400_000) &&
        within(r.temperature, -100, 200) &&
        within(r.humidity, 0, 100) &&
        within(r.pressure, 300, 1100) &&
        ["ok", "warning", "critical"].includes(r.status as string) &&
        (!("message" in r) ||
          (typeof r.message === "string" && Buffer.byteLength(r.message) <= 4096))
      );
    };
    const odd = fc.oneof(
      fc.constantFrom<unknown>(
        null,
        true,
        "",
        "21.5",
        "1700000000000",
        -101,
        200.5,
        1e308,
        -0,
        [21],
        { a: 1 },
      ),
      fc.constantFrom<unknown>(
        NOW + 86_400_000,
        NOW + 86_400_001,
        NOW - 604_800_000,
        NOW - 604_800_001,
        NOW + 0.5,
      ),
      fc.constantFrom<unknown>(
        "x".repeat(4096),
        "x".repeat(4097),
        "€".repeat(1366),
        "OK",
        "d2",
        "critical",
      ),
      fc.jsonValue(),
    );
    const names = fc.constantFrom(
      "deviceId",
      "timestamp",
      "temperature",
      "humidity",
      "pressure",
      "status",
      "message",
    );

    it("takes exactly the readings that are valid", () => {
      fc.assert(
        fc.property(
          fc.dictionary(names, odd, { maxKeys: 3 }),
          fc.option(names),
          (changes, left) => {
            const changed: Record<string, unknown> = { ...reading, ...changes };
            if (left !== null) delete changed[left];
            const sent = JSON.parse(JSON.stringify(changed)) as Record<string, unknown>;
            assert.equal(rule.evaluate(messageOf(sent)).matched, valid(sent));
          },
        ),
        { numRuns: 2000 },
      );
    });

    it("takes no other device's reading and no odd device name", () => {
      const from = (topic: string, deviceId: string): boolean =>
        rule.evaluate(messageOf({ ...reading, deviceId }, { topic })).matched;
      assert.equal(from("devices/d2/telemetry", "d1"), false);
      assert.equal(from("devices/a b/telemetry", "a b"), false);
      assert.equal(from(`devices/${"x".repeat(129)}/telemetry`, "x".repeat(129)), false);
      assert.equal(from(`devices/${"x".repeat(128)}/telemetry`, "x".repeat(128)), true);
      assert.equal(from("$aws/rules/history/devices/d1/telemetry", "d1"), true);
    });
  });

  it("never throw, whatever the payload and topic", () => {
    const rules = [
      "SELECT * FROM '#'",
      "SELECT *, a AS b.c FROM '#' WHERE a = b OR NOT c",
      "SELECT * AS d, a + b AS e, -a AS f, topic(a) AS g, concat(a, b) AS h FROM '#'",
      "SELECT upper(a) AS a, replace(a, b, c) AS d, decode(a, 'base64') AS e, get(a, b) AS f FROM '#'",
      "SELECT regexp_replace(a, b, c) AS d, substring(a, b, c) AS e, cast(a AS Int) AS f, round(b) AS g FROM '#'",
      "SELECT CASE a WHEN 1 THEN b ELSE [a, b, {'c': c}] END AS d, encode(a, 'base64') AS e, a = b AS f FROM '#'",
    ].map(ruleOf);
    const documents = fc
      .dictionary(fc.constantFrom("a", "b", "c"), fc.jsonValue({ maxDepth: 3 }))
      .map((value) => Buffer.from(JSON.stringify(value)));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), documents), fc.string(), (payload, topic) => {
        for (const rule of rules) {
          const outcome = rule.evaluate(messageOf(payload, { topic }));
          if (outcome.matched) assert.ok(outcome.payload instanceof Uint8Array);
          if (outcome.error) assert.match(outcome.error.message, /^The payload is not .+\.$/);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("evaluate as many messages as come, each on its own", () => {
    const rule = ruleOf("SELECT a, topic(1) AS t FROM '#' WHERE a > 1");
    const evaluate = (a: number, changes: Partial<InboundMessage>): Seen =>
      rule.evaluate(messageOf({ a }, changes));
    assert.deepEqual(evaluate(2, { topic: "x" }), match({ a: 2, t: "x" }));
    assert.deepEqual(evaluate(1, { topic: "y" }), { matched: false });
    assert.deepEqual(evaluate(3, { topic: "z" }), match({ a: 3, t: "z" }));
  });
});
