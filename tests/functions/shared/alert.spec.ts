import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { writeAlert } from "../../../functions/shared/alert";
import { quotedText } from "../../../functions/shared/quoted-text";
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
        'Device pump-7 reports a critical state. It says: "bearing runs hot"',
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
    assert.equal(textsOf(critical({ message: "\u200b\u202e" })).email.split("\n")[0], first);
  });

  it("fits a text message", () => {
    assert.equal(
      textsOf(critical({ message: "bearing runs hot" })).sms,
      'pump-7 critical: 71.3 C, 2026-11-24 00:00 UTC. "bearing runs hot"',
    );
    assert.equal(textsOf(critical()).sms, "pump-7 critical: 71.3 C, 2026-11-24 00:00 UTC");
    const long = textsOf(critical({ message: "x".repeat(200) })).sms;
    assert.equal(long.length, 140);
    assert.ok(long.endsWith('xxx..."'));
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
      'Device pump-7 reports a critical state. It says: "fire From: boss(at)example(.)com Subject: all is well"',
    );
  });

  it("writes a text message in the part of ASCII that every phone has in one character", () => {
    assert.ok(
      textsOf(critical({ message: "Öl läuft [aus] {€} `\\|~^" })).sms.endsWith(
        '. "?l l?uft ?aus? ??? ?????"',
      ),
    );
  });

  it("quotes a cut, cleaned text, and the webhook has the same", () => {
    const message = `pay at http://evil.example or call +49 151 12345678 \u202e${"x".repeat(4000)}`;
    const { email, sms, https } = textsOf(critical({ message }));
    const quote = quotedText(message, 256);
    assert.ok(quote.startsWith("pay at http(:)//evil(.)example or call (number) xxx"), quote);
    assert.equal(
      email.split("\n")[0],
      `Device pump-7 reports a critical state. It says: "${quote}"`,
    );
    assert.equal(
      sms,
      `pump-7 critical: 71.3 C, 2026-11-24 00:00 UTC. "pay at http(:)//evil(.)example or call (number) ${"x".repeat(40)}..."`,
    );
    assert.deepEqual(JSON.parse(https), critical({ message: quote }));
  });

  it("says what the gate decided, before the device's words in a text message", () => {
    const note = {
      muted: 12,
      deviceMutedUntil: receivedAt + 3_600_000,
      allMutedUntil: receivedAt + 3_600_000,
    };
    const { message } = writeAlert(critical({ message: "hot" }), { note });
    const { email = "", sms, https = "" } = JSON.parse(message) as Record<string, string>;
    assert.deepEqual(email.split("\n").slice(4), [
      "12 more readings were muted since the last alert of this device.",
      "This device is muted until 2026-11-24 01:00 UTC: its alerts for this hour are used up.",
      "All devices are muted until 2026-11-24 01:00 UTC: the alerts for this hour are used up.",
    ]);
    assert.equal(
      sms,
      'pump-7 critical: 71.3 C, 2026-11-24 00:00 UTC. Muted until 01:00 UTC. All muted until 01:00 UTC. 12 more were muted. "hot"',
    );
    assert.deepEqual(JSON.parse(https), {
      ...critical({ message: "hot" }),
      alert_muted: 12,
      alert_device_muted_until: receivedAt + 3_600_000,
      alert_all_muted_until: receivedAt + 3_600_000,
    });
    const one = JSON.parse(writeAlert(critical(), { note: { muted: 1 } }).message) as {
      email: string;
    };
    assert.equal(
      one.email.split("\n")[4],
      "1 more reading was muted since the last alert of this device.",
    );
  });

  it("leaves the device's words out of a text message that has no room for them", () => {
    const reading = critical({ deviceId: "x".repeat(90), message: "bearing runs hot" });
    assert.equal(textsOf(reading).sms, `${"x".repeat(90)} critical: 71.3 C, 2026-11-24 00:00 UTC`);
  });

  it("has the values of any definition, the first in a text message in ASCII", () => {
    const reading = { deviceId: "car-1", timestamp: receivedAt, latitude: 52.5, fault: true };
    const { message } = writeAlert(reading as unknown as Reading, {}, vehicle);
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
    const { message } = writeAlert(reading as unknown as Reading, {}, vehicle);
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
        for (const text of [sms, email])
          assert.doesNotMatch(text, /:\/\/|www\.\w|[A-Za-z]\.[A-Za-z]|@|\p{Bidi_Control}|\u200b/u);
        assert.equal(email.split("\n").length, 4);
        assert.doesNotMatch(email.replaceAll("\n", ""), /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
        const { message: given } = reading;
        const cleaned = given === undefined ? {} : { message: quotedText(given, 256) };
        assert.deepEqual(JSON.parse(https), JSON.parse(JSON.stringify({ ...reading, ...cleaned })));
      }),
    );
  });
});
