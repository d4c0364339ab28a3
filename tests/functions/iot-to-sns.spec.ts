import * as assert from "node:assert/strict";
import { createHandler, readSettings, type Ports } from "../../functions/iot-to-sns";
import type { Alert } from "../../functions/shared/alert";
import type { QuarantineEntry } from "../../functions/shared/quarantine";
import { envelopeOf, readingOf, receivedAt, snsEvent } from "../support/events";
import { useAws } from "./aws";
import { logged, loggedFailure } from "./logged";

const settings = {
  alertsTopicArn: "unused",
  sentTableName: "unused",
  quarantineQueueUrl: "unused",
};

/** A topic, a memory and a quarantine that take everything, unless changed. */
function ports(changes: Partial<Ports> = {}) {
  const sent: string[] = [];
  const remembered = new Set<string>();
  const entries: QuarantineEntry[] = [];
  return {
    sent,
    remembered,
    entries,
    wasSent: async (id: string) => remembered.has(id),
    publish: async ({ subject }: Alert) => void sent.push(subject),
    markSent: async (id: string) => void remembered.add(id),
    quarantine: async (given: QuarantineEntry[]) => {
      entries.push(...given);
      return [];
    },
    ...changes,
  };
}

const handlerOf = (given: Ports) => createHandler(settings, given);
const critical = (deviceId = "pump-7") =>
  envelopeOf(readingOf({ deviceId, status: "critical" }), { deviceId });

describe("The alert formatter of iot-to-sns", () => {
  it("publishes an alert for a critical reading and records it", async () => {
    const given = ports();
    const { counts } = await logged(() => handlerOf(given)(snsEvent(critical())));
    assert.deepEqual(given.sent, ["Critical: device pump-7"]);
    assert.deepEqual([...given.remembered], [`pump-7#${receivedAt}`]);
    assert.deepEqual(counts, { Received: 1, Stored: 1, Duplicates: 0, Quarantined: 0, Failed: 0 });
  });

  it("sends one alert for a repeated reading, in the same event or later", async () => {
    const given = ports();
    const first = await logged(() => handlerOf(given)(snsEvent(critical(), critical())));
    const later = await logged(() => handlerOf(given)(snsEvent(critical())));
    assert.deepEqual(given.sent, ["Critical: device pump-7"]);
    assert.equal(first.counts?.Duplicates, 1);
    assert.equal(later.counts?.Duplicates, 1);
    assert.equal(later.counts.Stored, 0);
  });

  it("sends two alerts for two readings of one device with different times", async () => {
    const given = ports();
    const earlier = envelopeOf(readingOf({ status: "critical", timestamp: receivedAt - 1 }));
    await logged(() => handlerOf(given)(snsEvent(critical(), earlier)));
    assert.equal(given.sent.length, 2);
  });

  it("quarantines invalid messages, and readings that are not critical", async () => {
    const given = ports();
    const { counts } = await logged(() =>
      handlerOf(given)(
        snsEvent(
          envelopeOf({ status: "critical" }),
          envelopeOf(readingOf({ status: "warning" })),
          "no envelope",
        ),
      ),
    );
    assert.deepEqual(given.sent, []);
    assert.deepEqual(
      given.entries.map(({ reason, detail }) => [reason, detail]),
      [
        ["missing-field", "deviceId is missing."],
        ["not-critical", 'status is "warning"; only critical readings become alerts.'],
        ["not-an-envelope", "The message did not come from a rule of this program."],
      ],
    );
    assert.deepEqual(counts, { Received: 3, Stored: 0, Duplicates: 0, Quarantined: 3, Failed: 0 });
  });

  it("throws for failed alerts after it has sent and recorded the others", async () => {
    const given = ports();
    const { publish } = given;
    given.publish = (alert, reading) =>
      alert.subject.endsWith("pump-8")
        ? Promise.reject(Object.assign(new Error("slow down"), { name: "ThrottledException" }))
        : publish(alert, reading);
    const { answer, counts, lines } = await loggedFailure(() =>
      handlerOf(given)(snsEvent(critical("pump-8"), critical("pump-9"))),
    );
    assert.equal(answer, "1 of 2 messages failed: notification-1.");
    assert.deepEqual(given.sent, ["Critical: device pump-9"]);
    assert.deepEqual([...given.remembered], [`pump-9#${receivedAt}`]);
    assert.deepEqual(counts, { Received: 2, Stored: 1, Duplicates: 0, Quarantined: 0, Failed: 1 });
    assert.deepEqual(lines[0], {
      level: "error",
      message: "alert not sent",
      deviceId: "pump-8",
      error: "ThrottledException: slow down",
    });
  });

  it("does not send without a lookup: an unreachable table fails the message", async () => {
    const given = ports({ wasSent: () => Promise.reject(new Error("no table")) });
    const { answer } = await loggedFailure(() => handlerOf(given)(snsEvent(critical())));
    assert.equal(answer, "1 of 1 messages failed: notification-1.");
    assert.deepEqual(given.sent, []);
  });

  it("does not send an alert again if only recording failed", async () => {
    const given = ports({ markSent: () => Promise.reject(new Error("no table")) });
    const { counts, lines } = await logged(() => handlerOf(given)(snsEvent(critical())));
    assert.equal(given.sent.length, 1);
    assert.equal(counts?.Stored, 1);
    assert.deepEqual(lines[0], {
      level: "warn",
      message: "alert sent but not remembered",
      id: `pump-7#${receivedAt}`,
      error: "Error: no table",
    });
  });

  it("throws for an invalid message that was not quarantined", async () => {
    const given = ports({ quarantine: async () => [0] });
    const { answer, counts } = await loggedFailure(() => handlerOf(given)(snsEvent("?")));
    assert.equal(answer, "1 of 1 messages failed: notification-1.");
    assert.deepEqual(counts, { Received: 1, Stored: 0, Duplicates: 0, Quarantined: 0, Failed: 1 });
  });
});

describe("The alert formatter's calls to AWS", () => {
  const cloud = useAws();
  const alertsTopicArn = "arn:aws:sns:eu-central-1:123456789012:alerts";
  const handler = () =>
    createHandler(
      readSettings({
        ALERTS_TOPIC_ARN: alertsTopicArn,
        SENT_TABLE_NAME: "sent",
        QUARANTINE_QUEUE_URL: `${cloud.aws.url}/quarantine`,
      }),
    );
  const id = `pump-7#${receivedAt}`;

  it("reads consistently, publishes a text per protocol, and records the alert for a day", async () => {
    const second = () => Math.floor(Date.now() / 1000);
    const earliest = second();
    await logged(() => handler()(snsEvent(critical())));
    const [look, publish, remember, ...others] = cloud.aws.calls;
    assert.deepEqual(others, []);
    assert.deepEqual(look, {
      operation: "GetItem",
      input: { TableName: "sent", Key: { id: { S: id } }, ConsistentRead: true },
    });
    assert.equal(publish?.operation, "Publish");
    const { Message, ...rest } = publish.input;
    assert.deepEqual(Object.keys(JSON.parse(String(Message)) as object), [
      "default",
      "email",
      "sms",
      "https",
    ]);
    assert.deepEqual(rest, {
      TopicArn: alertsTopicArn,
      Subject: "Critical: device pump-7",
      MessageStructure: "json",
      MessageAttributes: {
        deviceId: { DataType: "String", StringValue: "pump-7" },
        timestamp: { DataType: "Number", StringValue: String(receivedAt) },
        status: { DataType: "String", StringValue: "critical" },
      },
    });
    assert.equal(remember?.operation, "PutItem");
    const { id: key, expiresAt } = remember.input.Item as Record<string, { N?: string }>;
    assert.deepEqual(key, { S: id });
    const markedAt = Number(expiresAt?.N) - 86_400;
    assert.ok(earliest <= markedAt && markedAt <= second(), `marked at ${markedAt}`);
  });

  it("publishes nothing for a recorded reading", async () => {
    cloud.aws.answer("GetItem", () => ({ Item: { id: { S: id } } }));
    const { counts } = await logged(() => handler()(snsEvent(critical())));
    assert.equal(counts?.Duplicates, 1);
    assert.deepEqual(
      cloud.aws.calls.map(({ operation }) => operation),
      ["GetItem"],
    );
  });

  it("fails a message that SNS refuses", async () => {
    cloud.aws.answer("Publish", () => ({ refused: "AuthorizationError", status: 403 }));
    const { answer } = await loggedFailure(() => handler()(snsEvent(critical())));
    assert.equal(answer, "1 of 1 messages failed: notification-1.");
    assert.deepEqual(
      cloud.aws.calls.map(({ operation }) => operation),
      ["GetItem", "Publish"],
    );
  });

  it("sends invalid messages to its quarantine queue", async () => {
    await logged(() => handler()(snsEvent("?")));
    assert.deepEqual(
      cloud.aws.calls.map(({ operation, input }) => [operation, input.QueueUrl]),
      [["SendMessageBatch", `${cloud.aws.url}/quarantine`]],
    );
  });
});
