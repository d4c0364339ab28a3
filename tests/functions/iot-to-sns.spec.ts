import * as assert from "node:assert/strict";
import { createHandler, readSettings, type Ports } from "../../functions/iot-to-sns";
import type { Alert } from "../../functions/shared/alert";
import type { QuarantineEntry } from "../../functions/shared/quarantine";
import type { Reading } from "../../reading/reading";
import { readingId } from "../../functions/shared/reading-id";
import { envelopeOf, readingOf, receivedAt, snsEvent } from "../support/events";
import { memoryGate, type MemoryGate } from "../support/memory-gate";
import { useAws, type Call } from "./aws";
import { logged, loggedFailure } from "./logged";

const gateLimits = { deviceBudget: 4, totalBudget: 100, quietMinutes: 15, repeatMinutes: 240 };
const settings = {
  alertsTopicArn: "unused",
  gateTableName: "unused",
  gateLimits,
  quarantineQueueUrl: "unused",
};

/** A topic, a gate and a quarantine that take everything, unless changed. */
function ports(changes: Partial<Ports & { gate: MemoryGate }> = {}) {
  const sent: string[] = [];
  const entries: QuarantineEntry[] = [];
  const gate = memoryGate();
  return {
    sent,
    entries,
    gate,
    publish: async ({ subject }: Alert) => void sent.push(subject),
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
const idOf = (changes: Partial<Reading> = {}) =>
  readingId(readingOf({ status: "critical", ...changes }));

describe("The alert formatter of iot-to-sns", () => {
  it("publishes an alert for a critical reading and records it", async () => {
    const given = ports();
    const { counts } = await logged(() => handlerOf(given)(snsEvent(critical())));
    assert.deepEqual(given.sent, ["Critical: device pump-7"]);
    assert.deepEqual([...given.gate.decided], [[idOf(), "settled"]]);
    assert.deepEqual(counts, {
      ...{ Received: 1, Stored: 1, Muted: 0, Duplicates: 0, Quarantined: 0, Failed: 0 },
    });
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

  it("sends one alert for 1,000 critical readings of one device 1 ms apart, and records the others as muted", async () => {
    const given = ports();
    const counted = { Stored: 0, Muted: 0 };
    await logged(() =>
      Promise.all(
        Array.from({ length: 1000 }, async (_, nth) => {
          const reading = readingOf({ status: "critical", timestamp: receivedAt + nth });
          // One notification at a time, as SNS invokes functions.
          await handlerOf(given)(snsEvent(envelopeOf(reading, { at: receivedAt + nth })));
        }),
      ),
    );
    for (const decision of given.gate.decided.values())
      counted[decision === "settled" ? "Stored" : "Muted"] += 1;
    assert.deepEqual(counted, { Stored: 1, Muted: 999 });
    assert.deepEqual(given.sent, ["Critical: device pump-7"]);
  });

  it("alerts for other content of the same time as for any other reading", async () => {
    const given = ports();
    const other = envelopeOf(readingOf({ status: "critical", temperature: 99 }));
    const { counts } = await logged(() => handlerOf(given)(snsEvent(critical(), other)));
    assert.equal(given.sent.length, 1);
    assert.deepEqual([counts?.Stored, counts?.Muted, counts?.Duplicates], [1, 1, 0]);
    assert.deepEqual(
      [...given.gate.decided],
      [
        [idOf({ temperature: 99 }), "muted"],
        [idOf(), "settled"],
      ],
    );
  });

  it("says in the last alert of its budget until when the device is muted, and in the next how many were", async () => {
    const messages: string[] = [];
    const given = ports({ publish: async ({ message }) => void messages.push(message) });
    const handler = createHandler(
      { ...settings, gateLimits: { ...gateLimits, deviceBudget: 1 } },
      given,
    );
    for (const hours of [0, 0.5, 1]) {
      const time = receivedAt + hours * 3_600_000;
      const reading = readingOf({ status: "critical", timestamp: time });
      await logged(() => handler(snsEvent(envelopeOf(reading, { at: time }))));
    }
    const lines = messages.map((message) =>
      (JSON.parse(message) as { email: string }).email.split("\n").slice(4),
    );
    assert.deepEqual(lines, [
      ["This device is muted until 2026-11-24 01:00 UTC: its alerts for this hour are used up."],
      [
        "1 more reading was muted since the last alert of this device.",
        "This device is muted until 2026-11-24 02:00 UTC: its alerts for this hour are used up.",
      ],
    ]);
  });

  it("sends an alert that it admitted and could not send when the message comes again, whatever came in between", async () => {
    const given = ports();
    const { publish } = given;
    given.publish = () => Promise.reject(new Error("slow down"));
    await loggedFailure(() => handlerOf(given)(snsEvent(critical())));
    given.publish = publish;
    const later = envelopeOf(readingOf({ status: "critical", timestamp: receivedAt + 1 }));
    await logged(() => handlerOf(given)(snsEvent(later)));
    assert.deepEqual(given.sent, []);
    const { counts } = await logged(() => handlerOf(given)(snsEvent(critical())));
    assert.deepEqual(given.sent, ["Critical: device pump-7"]);
    assert.equal(counts?.Stored, 1);
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
    assert.deepEqual(counts, {
      ...{ Received: 3, Stored: 0, Muted: 0, Duplicates: 0, Quarantined: 3, Failed: 0 },
    });
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
    assert.deepEqual([...given.gate.decided], [[idOf({ deviceId: "pump-9" }), "settled"]]);
    assert.deepEqual(counts, {
      ...{ Received: 2, Stored: 1, Muted: 0, Duplicates: 0, Quarantined: 0, Failed: 1 },
    });
    assert.deepEqual(lines[0], {
      level: "error",
      message: "alert not sent",
      deviceId: "pump-8",
      error: "ThrottledException: slow down",
    });
  });

  it("does not send without a lookup: an unreachable table fails the message", async () => {
    const given = ports({
      gate: memoryGate({ read: () => Promise.reject(new Error("no table")) }),
    });
    const { answer } = await loggedFailure(() => handlerOf(given)(snsEvent(critical())));
    assert.equal(answer, "1 of 1 messages failed: notification-1.");
    assert.deepEqual(given.sent, []);
  });

  it("does not send an alert again if only recording failed", async () => {
    const given = ports({
      gate: memoryGate({ settle: () => Promise.reject(new Error("no table")) }),
    });
    const { counts, lines } = await logged(() => handlerOf(given)(snsEvent(critical())));
    assert.equal(given.sent.length, 1);
    assert.equal(counts?.Stored, 1);
    assert.deepEqual(lines[0], {
      level: "warn",
      message: "acted on but not remembered",
      deviceId: "pump-7",
      error: "Error: no table",
    });
  });

  it("throws for an invalid message that was not quarantined", async () => {
    const given = ports({ quarantine: async () => [0] });
    const { answer, counts } = await loggedFailure(() => handlerOf(given)(snsEvent("?")));
    assert.equal(answer, "1 of 1 messages failed: notification-1.");
    assert.deepEqual(counts, {
      ...{ Received: 1, Stored: 0, Muted: 0, Duplicates: 0, Quarantined: 0, Failed: 1 },
    });
  });
});

describe("The alert formatter's calls to AWS", () => {
  const cloud = useAws();
  const alertsTopicArn = "arn:aws:sns:eu-central-1:123456789012:alerts";
  const handler = () =>
    createHandler(
      readSettings({
        ALERTS_TOPIC_ARN: alertsTopicArn,
        GATE_TABLE_NAME: "gate",
        GATE_LIMITS: JSON.stringify(gateLimits),
        QUARANTINE_QUEUE_URL: `${cloud.aws.url}/quarantine`,
      }),
    );
  const reading = `pump-7#${idOf()}`;
  const hour = receivedAt / 3_600_000;
  const expiresAt = { N: String(receivedAt / 1000 + 14 * 86_400) };
  const operations = () => cloud.aws.calls.map(({ operation }) => operation);

  it("reads consistently, admits, publishes a text per protocol, and records that for a fortnight", async () => {
    cloud.aws.answer("UpdateItem", () => ({ Attributes: { taken: { N: "1" } } }));
    await logged(() => handler()(snsEvent(critical())));
    const [look, take, admit, publish, settle, forget, ...others] = cloud.aws.calls;
    assert.deepEqual(others, []);
    assert.deepEqual(look, {
      operation: "BatchGetItem",
      input: {
        RequestItems: {
          gate: { Keys: [{ id: { S: "pump-7" } }, { id: { S: reading } }], ConsistentRead: true },
        },
      },
    });
    assert.deepEqual(take, {
      operation: "UpdateItem",
      input: {
        TableName: "gate",
        Key: { id: { S: `#${hour}` } },
        UpdateExpression: "SET expiresAt = :expiresAt ADD taken :one",
        ConditionExpression: "attribute_not_exists(taken) OR taken < :most",
        ExpressionAttributeValues: {
          ":one": { N: "1" },
          ":most": { N: "100" },
          ":expiresAt": expiresAt,
        },
        ReturnValues: "UPDATED_NEW",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      },
    });
    const time = { N: String(receivedAt) };
    assert.deepEqual(admit, {
      operation: "UpdateItem",
      input: {
        TableName: "gate",
        Key: { id: { S: "pump-7" } },
        UpdateExpression:
          "SET #condition = :condition, admittedAt = :admittedAt, seenAt = :seenAt, #hour = :hour, #used = :used, admissions = :admissions, expiresAt = :expiresAt, #pending = :pending ADD #muted :reported",
        ConditionExpression: "attribute_not_exists(admissions)",
        ExpressionAttributeNames: {
          "#condition": "condition",
          "#hour": "hour",
          "#used": "used",
          "#pending": "pending",
          "#muted": "muted",
        },
        ExpressionAttributeValues: {
          ":condition": { S: "critical" },
          ":admittedAt": time,
          ":seenAt": time,
          ":hour": { N: String(hour) },
          ":used": { N: "1" },
          ":admissions": { N: "1" },
          ":reported": { N: "0" },
          ":expiresAt": expiresAt,
          ":pending": { M: { [idOf()]: { M: { muted: { N: "0" } } } } },
        },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      },
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
    assert.deepEqual(settle, {
      operation: "PutItem",
      input: {
        TableName: "gate",
        Item: {
          id: { S: reading },
          deviceId: { S: "pump-7" },
          timestamp: time,
          decision: { S: "settled" },
          expiresAt,
        },
      },
    });
    assert.deepEqual(forget, {
      operation: "UpdateItem",
      input: {
        TableName: "gate",
        Key: { id: { S: "pump-7" } },
        UpdateExpression: "REMOVE #pending.#id",
        ConditionExpression: "attribute_exists(#pending)",
        ExpressionAttributeNames: { "#pending": "pending", "#id": idOf() },
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      },
    });
  });

  const known = {
    id: { S: "pump-7" },
    condition: { S: "critical" },
    admittedAt: { N: String(receivedAt - 60_000) },
    seenAt: { N: String(receivedAt - 1000) },
    hour: { N: String(hour - 1) },
    used: { N: "2" },
    admissions: { N: "5" },
    muted: { N: "3" },
    pending: { M: {} },
  };
  const table = (...items: object[]) =>
    cloud.aws.answer("BatchGetItem", () => ({ Responses: { gate: items } }));

  it("records and counts a reading of a known condition, and publishes nothing", async () => {
    table(known);
    const { counts } = await logged(() => handler()(snsEvent(critical())));
    assert.deepEqual([counts?.Stored, counts?.Muted], [0, 1]);
    const [, record, add, ...others] = cloud.aws.calls;
    assert.deepEqual(others, []);
    assert.deepEqual(record, {
      operation: "PutItem",
      input: {
        TableName: "gate",
        Item: {
          id: { S: reading },
          deviceId: { S: "pump-7" },
          timestamp: { N: String(receivedAt) },
          decision: { S: "muted" },
          expiresAt,
        },
        ConditionExpression: "attribute_not_exists(id)",
      },
    });
    assert.deepEqual(add, {
      operation: "UpdateItem",
      input: {
        TableName: "gate",
        Key: { id: { S: "pump-7" } },
        UpdateExpression: "SET expiresAt = :expiresAt, seenAt = :seenAt ADD #muted :count",
        ExpressionAttributeNames: { "#muted": "muted" },
        ExpressionAttributeValues: {
          ":count": { N: "1" },
          ":seenAt": { N: String(receivedAt) },
          ":expiresAt": expiresAt,
        },
      },
    });
  });

  it("admits a condition that ended on the condition that nothing was admitted since, with what was muted", async () => {
    table({ ...known, seenAt: { N: String(receivedAt - 3_600_000) } });
    cloud.aws.answer("UpdateItem", () => ({ Attributes: { taken: { N: "100" } } }));
    await logged(() => handler()(snsEvent(critical())));
    const { input = {} }: Partial<Call> = cloud.aws.calls[2] ?? {};
    assert.equal(input.ConditionExpression, "admissions = :before");
    assert.match(String(input.UpdateExpression), /, #pending\.#id = :note ADD #muted :reported$/);
    const values = input.ExpressionAttributeValues as Record<string, unknown>;
    assert.deepEqual(values[":before"], { N: "5" });
    assert.deepEqual(values[":admissions"], { N: "6" });
    assert.deepEqual(values[":used"], { N: "1" });
    assert.deepEqual(values[":reported"], { N: "-3" });
    assert.deepEqual(values[":note"], {
      M: { muted: { N: "3" }, allMutedUntil: { N: String(receivedAt + 3_600_000) } },
    });
  });

  it("gives its turn back and decides again when another invocation was faster", async () => {
    cloud.aws.answer("UpdateItem", ({ ConditionExpression }) =>
      ConditionExpression === "attribute_not_exists(admissions)"
        ? { refused: "ConditionalCheckFailedException", Item: known }
        : { Attributes: { taken: { N: "1" } } },
    );
    const { counts } = await logged(() => handler()(snsEvent(critical())));
    assert.deepEqual([counts?.Stored, counts?.Muted], [0, 1]);
    assert.deepEqual(operations(), [
      "BatchGetItem",
      "UpdateItem",
      "UpdateItem",
      "UpdateItem",
      "PutItem",
      "UpdateItem",
    ]);
    assert.deepEqual(cloud.aws.calls[3]?.input.ExpressionAttributeValues, { ":one": { N: "-1" } });
  });

  it("publishes nothing for a recorded reading", async () => {
    table({ id: { S: reading }, decision: { S: "settled" } });
    const { counts } = await logged(() => handler()(snsEvent(critical())));
    assert.equal(counts?.Duplicates, 1);
    assert.deepEqual(operations(), ["BatchGetItem"]);
  });

  it("publishes again what is pending, and nothing else", async () => {
    table({ ...known, pending: { M: { [idOf()]: { M: { muted: { N: "7" } } } } } });
    const { counts } = await logged(() => handler()(snsEvent(critical())));
    assert.equal(counts?.Stored, 1);
    assert.deepEqual(operations(), ["BatchGetItem", "Publish", "PutItem", "UpdateItem"]);
    const { email } = JSON.parse(String(cloud.aws.calls[1]?.input.Message)) as { email: string };
    assert.match(email, /\n7 more readings were muted since the last alert of this device\.$/);
  });

  it("fails messages whose keys DynamoDB did not read", async () => {
    cloud.aws.answer("BatchGetItem", () => ({ UnprocessedKeys: { gate: { Keys: [] } } }));
    const { answer, lines } = await loggedFailure(() => handler()(snsEvent(critical())));
    assert.equal(answer, "1 of 1 messages failed: notification-1.");
    assert.equal(
      lines[0]?.error,
      "Error: DynamoDB did not read all keys of gate: it throttles reads.",
    );
  });

  it("fails a message that SNS refuses, and leaves it pending", async () => {
    cloud.aws.answer("Publish", () => ({ refused: "AuthorizationError", status: 403 }));
    cloud.aws.answer("UpdateItem", () => ({ Attributes: { taken: { N: "1" } } }));
    const { answer } = await loggedFailure(() => handler()(snsEvent(critical())));
    assert.equal(answer, "1 of 1 messages failed: notification-1.");
    assert.deepEqual(operations(), ["BatchGetItem", "UpdateItem", "UpdateItem", "Publish"]);
  });

  it("sends invalid messages to its quarantine queue", async () => {
    await logged(() => handler()(snsEvent("?")));
    assert.deepEqual(
      cloud.aws.calls.map(({ operation, input }) => [operation, input.QueueUrl]),
      [["SendMessageBatch", `${cloud.aws.url}/quarantine`]],
    );
  });
});
