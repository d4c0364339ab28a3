import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { writeAlert } from "../../../functions/shared/alert";
import type { Reading } from "../../../reading/reading";
import { definition as vehicle } from "../../../examples/vehicle/fields";
import { readingOf, receivedAt } from "../../support/events";

const critical = (changes: Partial<Reading> = {}) =>
  readingOf({ status: "critical", temperature: 71.3, ...changes });

const textsOf = (reading: Reading): Record<"default" | "email" | "sms" | "https", string> =>
  JSON.parse(writeAlert(reading).message) as never;

/** Any reading that the parser accepts. */
const anyReading: fc.Arbitrary<Reading> = fc.record(
  {
    deviceId: fc.stringMatching(/^[A-Za-z0-9:_-]{1,128}$/),
    timestamp: fc.integer({ min: 0, max: 4_102_444_800_000 }),
    temperature: fc.double({ min: -100, max: 200, noNaN: true }),
    humidity: fc.double({ min: 0, max: 100, noNaN: true }),
    pressure: fc.double({ min: 300, max: 1100, noNaN: true }),
    status: fc.constant("critical" as const),
    message: fc.string({ unit: "binary", maxLength: 4096 }),
  },
  { requiredKeys: ["deviceId", "timestamp", "temperature", "humidity", "pressure", "status"] },
);

describe("An alert", () => {
  it("contains device, remark, values and time in an email", () => {
    const { email, default: otherwise } = textsOf(critical({ message: "bearing runs hot" }));
    assert.equal(
      email,
      [
        "Device pump-7 reports a critical state: bearing runs hot",
        "",
        "Measured 71.3 °C, 40 % humidity, 1013 hPa.",
        "Time: 2026-11-24 00:00:00.000 UTC.",
      ].join("\n"),
    );
    assert.equal(otherwise, email);
  });

  it("is a whole sentence where the device says nothing", () => {
    const first = "Device pump-7 reports a critical state.";
    assert.equal(textsOf(critical()).email.split("\n")[0], first);
    assert.equal(textsOf(critical({ message: " \n " })).email.split("\n")[0], first);
  });

  it("fits a text message", () => {
    assert.equal(
      textsOf(critical({ message: "bearing runs hot" })).sms,
      "pump-7 critical: 71.3 C, 2026-11-24 00:00 UTC. bearing runs hot",
    );
    assert.equal(textsOf(critical()).sms, "pump-7 critical: 71.3 C, 2026-11-24 00:00 UTC");
    const long = textsOf(critical({ message: "x".repeat(200) })).sms;
    assert.equal(long.length, 140);
    assert.ok(long.endsWith("xxx..."));
  });

  it("names the device in its subject, and shortens it to fewer than 100 characters", () => {
    assert.equal(writeAlert(critical()).subject, "Critical: device pump-7");
    const { subject } = writeAlert(critical({ deviceId: "x".repeat(128) }));
    assert.equal(subject, `Critical: device ${"x".repeat(79)}...`);
    assert.equal(subject.length, 99);
  });

  it("contains the reading itself for systems", () => {
    const reading = critical({ message: "bearing runs hot" });
    assert.deepEqual(JSON.parse(textsOf(reading).https), reading);
  });

  it("does not let a device forge lines of an email", () => {
    const forged = "fire\r\n\r\nFrom: boss@example.com\u2028Subject: all is well\u0000\u009b";
    const lines = textsOf(critical({ message: forged })).email.split("\n");
    assert.equal(lines.length, 4);
    assert.equal(
      lines[0],
      "Device pump-7 reports a critical state: fire From: boss@example.com Subject: all is well",
    );
  });

  it("writes a text message in the part of ASCII that every phone has in one character", () => {
    assert.ok(
      textsOf(critical({ message: "Öl läuft [aus] {€} `\\|~^" })).sms.endsWith(
        ". ?l l?uft ?aus? ??? ?????",
      ),
    );
  });

  it("has the values of any definition, the first in a text message in ASCII", () => {
    const reading = { deviceId: "car-1", timestamp: receivedAt, latitude: 52.5, fault: true };
    const { message } = writeAlert(reading as unknown as Reading, undefined, vehicle);
    const { email, sms, https } = JSON.parse(message) as Record<string, string>;
    assert.equal(
      email,
      "Device car-1 reports a critical state.\n\nMeasured 52.5 ° latitude.\nTime: 2026-11-24 00:00:00.000 UTC.",
    );
    assert.equal(sms, "car-1 critical: 52.5 deg latitude, 2026-11-24 00:00 UTC");
    assert.deepEqual(JSON.parse(https ?? ""), reading);
  });

  it("says so when nothing was measured", () => {
    const reading = { deviceId: "car-1", timestamp: receivedAt, fault: true };
    const { message } = writeAlert(reading as unknown as Reading, undefined, vehicle);
    const { email = "", sms } = JSON.parse(message) as Record<string, string>;
    assert.equal(email.split("\n")[2], "Measured nothing.");
    assert.equal(sms, "car-1 critical: 2026-11-24 00:00 UTC");
  });

  it("has a valid SNS subject, and texts within their limits, for every reading", () => {
    fc.assert(
      fc.property(anyReading, (reading) => {
        const { subject, message } = writeAlert(reading);
        assert.match(subject, /^[\x21-\x7e][\x20-\x7e]{0,98}$/);
        // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
        assert.ok(Buffer.byteLength(message) <= 262_144);
        const { sms, email, https } = textsOf(reading);
        assert.match(sms, /^[\x20-\x5a\x5f\x61-\x7a]{1,140}$/);
        assert.equal(email.split("\n").length, 4);
        assert.doesNotMatch(email.replaceAll("\n", ""), /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
        assert.deepEqual(JSON.parse(https), JSON.parse(JSON.stringify(reading)));
      }),
    );
  });
});
