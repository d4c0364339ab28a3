import * as assert from "node:assert/strict";
import * as processTelemetry from "../../../functions/iot-to-step-functions/process-telemetry";
import * as sendAlert from "../../../functions/iot-to-step-functions/send-alert";
import * as storeData from "../../../functions/iot-to-step-functions/store-data";
import type { Telemetry } from "../../../functions/iot-to-step-functions/telemetry";
import type { Alert } from "../../../functions/shared/alert";
import { readingId } from "../../../functions/shared/reading-id";
import { readingOf, receivedAt } from "../../support/events";
import { logged } from "../logged";

const telemetryOf = (changes: Partial<Telemetry> = {}): Telemetry => ({
  ...readingOf(changes),
  receivedAt,
});

describe("ProcessTelemetry", () => {
  const analyse = processTelemetry.createHandler({ limits: { temperature: 80 } });

  it("finds nothing unusual in a warning within the limits", async () => {
    assert.deepEqual(await analyse(telemetryOf({ status: "warning", temperature: 80 })), {
      anomalies: [],
      hasAnomalies: false,
    });
  });

  it("finds a critical state, with what the device says, and a temperature above the limit", async () => {
    const given = telemetryOf({
      status: "critical",
      temperature: 80.1,
      message: "bearing runs hot",
    });
    assert.deepEqual(await analyse(given), {
      anomalies: [
        'The device reports a critical state. It says: "bearing runs hot"',
        "The temperature is 80.1 °C, above the limit of 80 °C.",
      ],
      hasAnomalies: true,
    });
  });

  it("quotes what the device says without links and in a line, at most 256 characters of it", async () => {
    const message = `fire"\n\u202ehttp://evil.example ${"x".repeat(4000)}`;
    const { anomalies } = await analyse(telemetryOf({ status: "critical", message }));
    const [, quote = ""] =
      /^The device reports a critical state\. It says: "(.*)"$/.exec(anomalies[0] ?? "") ?? [];
    assert.match(quote, /^fire' http\(:\)\/\/evil\(\.\)example x+\.\.\.$/);
    assert.equal(quote.length, 256);
  });

  it("reads its limits from the environment", () => {
    assert.deepEqual(processTelemetry.readSettings({ LIMITS: '{"temperature":-5}' }), {
      limits: { temperature: -5 },
    });
    assert.throws(() => processTelemetry.readSettings({}), /LIMITS is not set/);
  });
});

describe("SendAlert", () => {
  const analysis = { anomalies: ["It is hot.", "It is loud."], hasAnomalies: true };

  it("sends all anomalies in one alert and returns the message's id", async () => {
    const sent: [Alert, Telemetry][] = [];
    const send = sendAlert.createHandler(
      { alertsTopicArn: "unused" },
      {
        publish: async (alert, telemetry) => {
          sent.push([alert, telemetry]);
          return "message-1";
        },
      },
    );
    const given = telemetryOf({ status: "warning", temperature: 95 });
    assert.deepEqual(await send({ ...given, analysis }), { messageId: "message-1" });
    const [[alert, telemetry] = []] = sent;
    assert.deepEqual(telemetry, given);
    assert.equal(alert?.subject, "Anomaly: device pump-7");
    const { email } = JSON.parse(alert?.message ?? "") as { email: string };
    assert.equal(
      email,
      [
        "Device pump-7 sent an unusual reading: It is hot. It is loud.",
        "",
        "Measured 95 °C, 40 % humidity, 1013 hPa.",
        "Time: 2026-11-24 00:00:00.000 UTC.",
      ].join("\n"),
    );
  });

  it("rethrows errors of the topic, so that the workflow decides", async () => {
    const publish = () => Promise.reject(new Error("refused"));
    const send = sendAlert.createHandler({ alertsTopicArn: "unused" }, { publish });
    await assert.rejects(send({ ...telemetryOf(), analysis }), /refused/);
  });

  it("does not start without the topic", () => {
    assert.throws(() => sendAlert.readSettings({}), /ALERTS_TOPIC_ARN is not set/);
  });
});

describe("StoreData", () => {
  const settings = { processedTableName: "unused", keepDays: 30 };

  it("keeps the reading with its anomalies, its alert and its expiry, the same at every retry", async () => {
    const kept: storeData.Processed[] = [];
    const store = storeData.createHandler(settings, {
      put: async (processed) => void kept.push(processed),
    });
    const analysis = { anomalies: ["It is hot.", "It is loud."], hasAnomalies: true };
    const input = { ...telemetryOf(), analysis, alert: { messageId: "message-1" } };
    const { answer, counts } = await logged(() => store(input));
    await logged(() => store(input));
    assert.deepEqual(answer, { stored: true });
    assert.deepEqual(kept[0], {
      ...telemetryOf(),
      readingKey: `${receivedAt}#${readingId(telemetryOf())}`,
      anomalies: "It is hot. It is loud.",
      alertId: "message-1",
      expiresAt: receivedAt / 1000 + 30 * 86_400,
    });
    assert.deepEqual(kept[1], kept[0]);
    assert.deepEqual(counts, { Processed: 1 });
  });

  it("keeps two readings of one time under two keys", async () => {
    const keys = new Set<string>();
    const store = storeData.createHandler(settings, {
      put: async ({ readingKey }) => void keys.add(readingKey),
    });
    const analysis = { anomalies: [], hasAnomalies: false };
    for (const humidity of [40, 41, 40])
      await logged(() => store({ ...telemetryOf(), humidity, analysis }));
    assert.equal(keys.size, 2);
  });

  it("keeps a reading without anomalies without an alert", async () => {
    const kept: storeData.Processed[] = [];
    const store = storeData.createHandler(settings, {
      put: async (processed) => void kept.push(processed),
    });
    const analysis = { anomalies: [], hasAnomalies: false };
    await logged(() => store({ ...telemetryOf(), analysis }));
    assert.equal(kept[0]?.anomalies, "");
    assert.ok(!("alertId" in (kept[0] ?? {})));
  });

  it("reads its settings from the environment", () => {
    assert.deepEqual(storeData.readSettings({ PROCESSED_TABLE_NAME: "t", KEEP_DAYS: "7" }), {
      processedTableName: "t",
      keepDays: 7,
    });
    assert.throws(() => storeData.readSettings({ PROCESSED_TABLE_NAME: "t" }), /KEEP_DAYS/);
  });
});
