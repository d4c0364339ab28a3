import * as assert from "node:assert/strict";
import { createHandler, readSettings, type Ports } from "../../functions/iot-to-sqs";
import type { QuarantineEntry } from "../../functions/shared/quarantine";
import { envelopeOf, readingOf, receivedAt, sqsEvent } from "../support/events";
import { useAws } from "./aws";
import { logged } from "./logged";

const settings = { ackTopicPrefix: "devices", quarantineQueueUrl: "unused" };

/** Ports that take everything, unless changed. */
function ports(changes: Partial<Ports> = {}) {
  const published: [string, unknown][] = [];
  const entries: QuarantineEntry[] = [];
  return {
    published,
    entries,
    publish: async (topic: string, message: string) =>
      void published.push([topic, JSON.parse(message)]),
    quarantine: async (given: QuarantineEntry[]) => {
      entries.push(...given);
      return [];
    },
    ...changes,
  };
}

const handle = (given: Ports, ...bodies: string[]) =>
  logged(() => createHandler(settings, given)(sqsEvent(...bodies)));

const acknowledged = (deviceId: string, timestamp = receivedAt) => [
  `devices/${deviceId}/acks`,
  { timestamp, receivedAt, status: "accepted" },
];

describe("The worker of iot-to-sqs", () => {
  it("acknowledges a valid reading to its device and returns no failures", async () => {
    const given = ports();
    const { answer, counts } = await handle(given, envelopeOf(readingOf()));
    assert.deepEqual(answer, { batchItemFailures: [] });
    assert.deepEqual(given.published, [acknowledged("pump-7")]);
    assert.deepEqual(given.entries, []);
    assert.deepEqual(counts, { Received: 1, Stored: 1, Duplicates: 0, Quarantined: 0, Failed: 0 });
  });

  it("acknowledges to each device of a batch", async () => {
    const given = ports();
    const second = { deviceId: "pump-8" };
    await handle(given, envelopeOf(readingOf()), envelopeOf(readingOf(second), second));
    assert.deepEqual(given.published, [acknowledged("pump-7"), acknowledged("pump-8")]);
  });

  it("acknowledges a repeated reading within a batch once, and counts the repetition", async () => {
    const given = ports();
    const body = envelopeOf(readingOf());
    const { answer, counts } = await handle(given, body, body, body);
    assert.deepEqual(answer, { batchItemFailures: [] });
    assert.deepEqual(given.published, [acknowledged("pump-7")]);
    assert.deepEqual(counts, { Received: 3, Stored: 3, Duplicates: 2, Quarantined: 0, Failed: 0 });
  });

  it("acknowledges two readings of the same time and other content both", async () => {
    const given = ports();
    const critical = readingOf({ status: "critical" });
    const { counts } = await handle(given, envelopeOf(readingOf()), envelopeOf(critical));
    assert.deepEqual(given.published, [acknowledged("pump-7"), acknowledged("pump-7")]);
    assert.deepEqual(counts, { Received: 2, Stored: 2, Duplicates: 0, Quarantined: 0, Failed: 0 });
  });

  it("acknowledges out-of-order readings each with its own time", async () => {
    const given = ports();
    const earlier = receivedAt - 5000;
    await handle(given, envelopeOf(readingOf()), envelopeOf(readingOf({ timestamp: earlier })));
    assert.deepEqual(given.published, [acknowledged("pump-7"), acknowledged("pump-7", earlier)]);
  });

  it("quarantines an invalid message with its reason and original bytes, without a retry or an acknowledgement", async () => {
    const given = ports();
    const { answer, counts, lines } = await handle(given, envelopeOf(Buffer.from([0xff, 0x00])));
    assert.deepEqual(answer, { batchItemFailures: [] });
    assert.deepEqual(given.published, []);
    assert.deepEqual(given.entries, [
      {
        reason: "not-utf8",
        detail: "The payload is not UTF-8 text.",
        deviceId: "pump-7",
        receivedAt,
        payload: "/wA=",
      },
    ]);
    assert.deepEqual(counts, { Received: 1, Stored: 0, Duplicates: 0, Quarantined: 1, Failed: 0 });
    assert.deepEqual(lines[0], {
      level: "warn",
      message: "quarantined",
      deviceId: "pump-7",
      reason: "not-utf8",
      detail: "The payload is not UTF-8 text.",
    });
  });

  it("returns exactly the messages whose acknowledgement failed", async () => {
    const given = ports();
    const { publish } = given;
    given.publish = async (topic, message) => {
      if (topic.includes("pump-8"))
        throw Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
      await publish(topic, message);
    };
    const second = { deviceId: "pump-8" };
    const { answer, counts, lines } = await handle(
      given,
      envelopeOf(readingOf()),
      envelopeOf(readingOf(second), second),
      envelopeOf("not a reading"),
      envelopeOf(readingOf(second), second),
    );
    assert.deepEqual(answer, {
      batchItemFailures: [{ itemIdentifier: "message-2" }, { itemIdentifier: "message-4" }],
    });
    assert.deepEqual(given.published, [acknowledged("pump-7")]);
    assert.deepEqual(counts, { Received: 4, Stored: 1, Duplicates: 1, Quarantined: 1, Failed: 2 });
    assert.ok(
      lines.some(
        ({ message, error }) =>
          message === "acknowledgement not published" &&
          error === "ThrottlingException: Rate exceeded",
      ),
    );
  });

  it("returns invalid messages if the quarantine is unreachable, and processes the others", async () => {
    const given = ports({ quarantine: () => Promise.reject(new Error("no route")) });
    const { answer, counts } = await handle(
      given,
      envelopeOf("not a reading"),
      envelopeOf(readingOf()),
      "no envelope",
    );
    assert.deepEqual(answer, {
      batchItemFailures: [{ itemIdentifier: "message-1" }, { itemIdentifier: "message-3" }],
    });
    assert.deepEqual(given.published, [acknowledged("pump-7")]);
    assert.deepEqual(counts, { Received: 3, Stored: 1, Duplicates: 0, Quarantined: 0, Failed: 2 });
  });

  it("accepts an empty batch", async () => {
    const { answer } = await handle(ports());
    assert.deepEqual(answer, { batchItemFailures: [] });
  });
});

describe("The worker's calls to AWS", () => {
  const cloud = useAws();
  const queueUrl = () => `${cloud.aws.url}/quarantine`;
  const handler = () =>
    createHandler(
      readSettings({ ACK_TOPIC_PREFIX: "plant/devices", QUARANTINE_QUEUE_URL: queueUrl() }),
    );

  it("publishes acknowledgements at least once", async () => {
    const { answer } = await logged(() => handler()(sqsEvent(envelopeOf(readingOf()))));
    assert.deepEqual(answer, { batchItemFailures: [] });
    assert.deepEqual(cloud.aws.calls, [
      {
        operation: "Publish",
        input: {
          topic: "plant/devices/pump-7/acks",
          qos: 1,
          payload: Buffer.from(
            JSON.stringify({ timestamp: receivedAt, receivedAt, status: "accepted" }),
          ),
        },
      },
    ]);
  });

  it("returns a message whose acknowledgement AWS IoT rejects", async () => {
    cloud.aws.answer("Publish", () => ({ refused: "UnauthorizedException", status: 401 }));
    const { answer } = await logged(() => handler()(sqsEvent(envelopeOf(readingOf()))));
    assert.deepEqual(answer, { batchItemFailures: [{ itemIdentifier: "message-1" }] });
  });

  it("sends invalid messages to the quarantine queue in one call", async () => {
    const { answer } = await logged(() =>
      handler()(sqsEvent(envelopeOf(1), envelopeOf(2), envelopeOf(readingOf()))),
    );
    assert.deepEqual(answer, { batchItemFailures: [] });
    const [call, ...others] = cloud.aws.calls.filter(({ operation }) => operation !== "Publish");
    assert.deepEqual(others, []);
    assert.equal(call?.operation, "SendMessageBatch");
    assert.equal(call.input.QueueUrl, queueUrl());
    const entries = call.input.Entries as { Id: string; MessageBody: string }[];
    assert.deepEqual(
      entries.map(({ Id, MessageBody }) => [
        Id,
        (JSON.parse(MessageBody) as QuarantineEntry).reason,
      ]),
      [
        ["0", "not-an-object"],
        ["1", "not-an-object"],
      ],
    );
  });
});
