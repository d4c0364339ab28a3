import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import {
  deviceTemplate,
  envelopeSql,
  typedReadingsSql,
  validReadingsSql,
} from "../../../components/parts/telemetry-sql";
import { type InboundMessage, render } from "../../../iot-sql";
import type { Definition } from "../../../reading/definition";
import { definition } from "../../../reading/fields";
import { ruleOf } from "../../iot-sql/evaluation";
import { readingKeyOf } from "../../reading/stored";
import { readingOf, receivedAt } from "../../support/events";

const day = 86_400_000;

const messageOf = (topic: string, payload: unknown): InboundMessage & { payload: Buffer } => ({
  topic,
  payload: Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload)),
  clientId: "pump-7",
  principal: "n/a",
  sourceIp: "192.0.2.7",
  accountId: "123456789012",
  traceId: "6f1b2c3d-0000-4000-8000-000000000000",
  timestamp: receivedAt,
});

const outputOf = (sql: string, message: InboundMessage): unknown => {
  const outcome = ruleOf(sql).evaluate(message);
  return outcome.matched ? outcome.output : "no-match";
};

for (const prefix of ["devices", "plant-1/line_2/devices"]) {
  const topic = `${prefix}/pump-7/telemetry`;

  describe(`The SQL of telemetry under ${prefix}`, () => {
    it("selects telemetry topics with one device level only", () => {
      for (const sql of [envelopeSql(prefix), validReadingsSql(prefix, 1)]) {
        const rule = ruleOf(sql);
        assert.ok(rule.matches(topic));
        for (const other of [
          `${prefix}/pump-7/acks`,
          `${prefix}/a/b/telemetry`,
          `${prefix}/telemetry`,
          `${topic}/more`,
          `other/${topic}`,
        ])
          assert.ok(!rule.matches(other), other);
      }
    });

    it("selects log messages with their channel, redriven ones with the time of their topic", () => {
      const sql = envelopeSql(prefix, undefined, "logs");
      assert.ok(!ruleOf(sql).matches(topic));
      for (const [of, at] of [
        [`${prefix}/pump-7/logs`, receivedAt],
        [`$aws/rules/any/${prefix}/pump-7@${receivedAt - day}/logs`, receivedAt - day],
      ] as const) {
        const message = messageOf(of, { text: "loud" });
        assert.deepEqual(outputOf(sql, message), {
          ...{ deviceId: "pump-7", receivedAt: at, channel: "logs" },
          payload: message.payload.toString("base64"),
        });
      }
      assert.ok(ruleOf(sql).matches(`${prefix}/pump-7/logs`));
    });

    it("reads device and time of a redriven message from its topic, whatever the time now is", () => {
      const [ms, now] = [receivedAt - 13 * day, receivedAt];
      for (const redriven of [
        `${prefix}/pump-7@${ms}/telemetry`,
        `$aws/rules/any/${prefix}/pump-7@${ms}/telemetry`,
      ]) {
        const message = {
          ...messageOf(redriven, readingOf({ timestamp: ms - 6 * day })),
          timestamp: now,
        };
        assert.deepEqual(outputOf(envelopeSql(prefix), message), {
          deviceId: "pump-7",
          receivedAt: ms,
          payload: message.payload.toString("base64"),
        });
        assert.deepEqual(outputOf(validReadingsSql(prefix, 30), message), {
          ...readingOf({ timestamp: ms - 6 * day }),
          readingKey: readingKeyOf(ms - 6 * day, message.payload.toString()),
          receivedAt: ms,
          expiresAt: Math.floor(ms / 1000) + 30 * 86_400,
        });
        assert.deepEqual(render(deviceTemplate(prefix), message), { ok: true, text: "pump-7" });
      }
    });

    it("selects redriven messages by the topic without the prefix of Basic Ingest, too", () => {
      for (const sql of [envelopeSql(prefix), validReadingsSql(prefix, 1)])
        assert.ok(ruleOf(sql).matches(`${prefix}/pump-7@${receivedAt}/telemetry`));
    });

    it("selects no old reading from a device's own topic, and reads no time from another place of it", () => {
      const old = readingOf({ timestamp: receivedAt - 8 * day });
      assert.equal(outputOf(validReadingsSql(prefix, 30), messageOf(topic, old)), "no-match");
      for (const level of ["pump-7@", "pump-7@x", "@pump-7", "pump-7@1@x"])
        assert.deepEqual(
          outputOf(
            envelopeSql(prefix),
            messageOf(`${prefix}/${level}/telemetry`, Buffer.from("{}")),
          ),
          { deviceId: level, receivedAt, payload: "e30=" },
        );
    });

    it("names the device by its topic", () =>
      assert.deepEqual(render(deviceTemplate(prefix), messageOf(topic, {})), {
        ok: true,
        text: "pump-7",
      }));

    it("carries any bytes unchanged, with device and time, and nothing dropped", () => {
      for (const bytes of [Buffer.from([0xff, 0x00]), Buffer.from("{"), Buffer.from("{}")])
        assert.deepEqual(outputOf(envelopeSql(prefix), messageOf(topic, bytes)), {
          deviceId: "pump-7",
          receivedAt,
          payload: bytes.toString("base64"),
        });
    });

    it("selects only messages that match an additional condition, if given", () => {
      const sql = envelopeSql(prefix, "status = 'critical'");
      assert.equal(outputOf(sql, messageOf(topic, readingOf())), "no-match");
      const critical = readingOf({ status: "critical" });
      assert.notEqual(outputOf(sql, messageOf(topic, critical)), "no-match");
    });

    it("selects a valid reading as flat fields, with its expiry in seconds and without unknown fields", () => {
      const given = { ...readingOf({ message: "hot" }), unknown: { a: 1 }, expiresAt: 1 };
      assert.deepEqual(outputOf(validReadingsSql(prefix, 30), messageOf(topic, given)), {
        ...readingOf({ message: "hot" }),
        readingKey: readingKeyOf(receivedAt, JSON.stringify(given)),
        receivedAt,
        expiresAt: receivedAt / 1000 + 30 * 86_400,
      });
    });

    it("selects no invalid reading", () => {
      const sql = validReadingsSql(prefix, 30);
      for (const given of [
        Buffer.from("{"),
        { ...readingOf(), humidity: "40" },
        readingOf({ deviceId: "pump-8" }),
        readingOf({ temperature: 200.5 }),
      ])
        assert.equal(outputOf(sql, messageOf(topic, given)), "no-match");
    });
  });
}

describe("The SQL for a store with one type in each column", () => {
  const topic = "devices/pump-7/telemetry";
  const rule = ruleOf(typedReadingsSql("devices"));
  /** The payload as AWS IoT writes it: what it writes without decimal places is an integer to InfluxDB. */
  const written = (temperature: string): string => {
    const { humidity, ...rest } = readingOf();
    const text = JSON.stringify({ ...rest, humidity, temperature: 0 });
    const payload = Buffer.from(text.replace('"temperature":0', `"temperature":${temperature}`));
    const outcome = rule.evaluate({ ...messageOf(topic, payload), payload });
    assert.ok(outcome.matched);
    return Buffer.from(outcome.payload).toString();
  };
  const columnOf = (payload: string): [string, string][] =>
    [...payload.matchAll(/"(temperature\w*)":([^,}]+)/g)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]);

  for (const [sent, column, value] of [
    ["40", "temperature_whole", "40"],
    ["40.0", "temperature_whole", "40"],
    ["4e1", "temperature_whole", "40"],
    ["0", "temperature_whole", "0"],
    ["-0.0", "temperature_whole", "0"],
    ["-7", "temperature_whole", "-7"],
    ["40.5", "temperature", "40.5"],
    ["-0.5", "temperature", "-0.5"],
    // Beyond the decimal places that a rule keeps, this is 40 and 0.
    ["40.000000000000000000000001", "temperature_whole", "40"],
    ["-0.0000000000000000000000001", "temperature_whole", "0"],
  ] as const)
    it(`writes ${sent} to ${column}`, () => {
      assert.deepEqual(columnOf(written(sent)), [[column, value]]);
    });

  it("writes any number to exactly one column, whose values are all of one type", () => {
    fc.assert(
      fc.property(fc.double({ min: -100, max: 200, noNaN: true }), (temperature) => {
        const [[column, value] = ["", ""], ...others] = columnOf(written(String(temperature)));
        assert.equal(others.length, 0);
        assert.equal(column === "temperature_whole", /^-?\d+$/.test(value), `${column} ${value}`);
        assert.ok(Math.abs(Number(value) - temperature) <= 1e-20);
      }),
    );
  });

  it("selects the device, the times and the other fields as they are, and valid readings only", () => {
    const reading = readingOf({ humidity: 40, message: "loud" });
    const outcome = rule.evaluate(messageOf(topic, reading));
    assert.deepEqual(outcome.matched && outcome.output, {
      ...{ deviceId: "pump-7", timestamp: reading.timestamp, receivedAt },
      ...{ temperature: 21.5, humidity_whole: 40, pressure_whole: 1013 },
      ...{ status: reading.status, message: "loud" },
    });
    for (const wrong of [{ temperature: "40" }, { deviceId: "pump-8" }, { humidity: 101 }])
      assert.equal(rule.evaluate(messageOf(topic, { ...reading, ...wrong })).matched, false);
  });

  it("refuses a field that has the name of such a column", () => {
    const fields = {
      temperature: definition.fields.temperature,
      temperature_whole: { type: "boolean" },
    };
    assert.throws(() => typedReadingsSql("devices", { ...definition, fields } as Definition), {
      message:
        "reading/fields.ts: temperature_whole is the column for whole values of temperature where a rule writes to InfluxDB; rename the field, or set iot-to-timestream:writer to lambda.",
    });
  });
});
