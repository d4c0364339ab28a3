import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { understand, type Envelope } from "../../../operations/redrive/envelopes";
import { understandStored } from "../../../operations/redrive/stored-failures";
import { redriveTopic } from "../../../operations/redrive/topics";
import * as bodies from "./bodies";

/** Any payload of a device, and any topic level. */
const reading = fc.record({
  deviceId: fc.string({ minLength: 1, unit: "binary" }).filter((id) => !/[/+#\0]/.test(id)),
  receivedAt: fc.nat(),
  payload: fc.uint8Array(),
});
const topicOf = (prefix: string, deviceId: string): string => `${prefix}/${deviceId}/telemetry`;

/** Buffers and plain arrays of bytes compare alike. */
const plain = (envelope: Envelope): unknown =>
  envelope.kind === "originals"
    ? envelope.originals.map((one) => ({ ...one, payload: Uint8Array.from(one.payload) }))
    : envelope;

describe("understand", () => {
  it("finds the original bytes and topic in an IoT error action's envelope", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.uint8Array(), (topic, payload) => {
        const body = bodies.errorAction(topic, payload);
        fc.pre(!/^\$aws\/rules\/|@\d+\/(telemetry|logs)$/.test(topic));
        const originals = [{ topic, payload, ruleName: "ingest" }];
        assert.deepEqual(plain(understand(body, "devices")), originals);
      }),
    );
  });

  it("finds the original topic and time in an error action's envelope of a redriven message", () => {
    fc.assert(
      fc.property(reading, fc.boolean(), ({ deviceId, receivedAt, payload }, shortened) => {
        const topic = topicOf("fleet", deviceId);
        const redriven = redriveTopic("ingest", topic, receivedAt);
        const body = bodies.errorAction(
          shortened ? redriven.replace("$aws/rules/ingest/", "") : redriven,
          payload,
        );
        const originals = [{ topic, payload, receivedAt, ruleName: "ingest" }];
        assert.deepEqual(plain(understand(body, "fleet")), originals);
      }),
    );
  });

  it("finds the topic of log messages in their envelopes and in those of their error action", () => {
    fc.assert(
      fc.property(reading, ({ deviceId, receivedAt, payload }) => {
        const topic = `fleet/${deviceId}/logs`;
        const encoded = Buffer.from(payload).toString("base64");
        // A rule leaves an empty payload out.
        const sent = {
          deviceId,
          receivedAt,
          channel: "logs",
          ...(encoded && { payload: encoded }),
        };
        const original = { topic, payload, receivedAt };
        assert.deepEqual(plain(understand(JSON.stringify(sent), "fleet")), [original]);
        const redriven = redriveTopic("ingest", topic, receivedAt);
        assert.equal(redriven, `$aws/rules/ingest/fleet/${deviceId}@${receivedAt}/logs`);
        const body = bodies.errorAction(redriven, payload);
        assert.deepEqual(plain(understand(body, "fleet")), [{ ...original, ruleName: "ingest" }]);
      }),
    );
  });

  for (const [what, write] of [
    ["a redriven queue message", bodies.envelope],
    ["a record of an asynchronous invocation", bodies.asynchronousFailure],
    ["a dead letter of a function's subscription", bodies.deadLetter],
  ] as const) {
    it(`finds the original bytes in ${what}`, () => {
      fc.assert(
        fc.property(reading, (sent) => {
          const { deviceId, receivedAt, payload } = sent;
          assert.deepEqual(plain(understand(write(sent), "fleet")), [
            { topic: topicOf("fleet", deviceId), payload, receivedAt },
          ]);
        }),
      );
    });
  }

  it("finds every object in an S3 notification, with any key", () => {
    const object = fc.record(
      {
        bucket: fc.stringMatching(/^[a-z0-9.-]{3,20}$/),
        key: fc.string({ minLength: 1, unit: "grapheme" }),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(object, { minLength: 1 }), (objects) => {
        assert.deepEqual(understand(bodies.s3Event(...objects), "devices"), {
          kind: "stored",
          objects,
        });
      }),
    );
  });

  it("finds the object in an event of S3, with any key as it is", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: "grapheme" }), (key) => {
        assert.deepEqual(understand(bodies.objectCreated({ bucket: "b", key }), "devices"), {
          kind: "stored",
          objects: [{ bucket: "b", key }],
        });
      }),
    );
  });

  it("recognises an alert to a person, with its subject and attributes", () => {
    const body = bodies.deadLetter({ text: "Sensor 1 is hot.", subject: "Alert" });
    assert.deepEqual(understand(body, "devices"), {
      kind: "notification",
      notification: {
        topicArn: bodies.topicArn,
        subject: "Alert",
        text: "Sensor 1 is hot.",
        attributes: { deviceId: { DataType: "String", StringValue: "sensor-1" } },
      },
    });
  });

  it("recognises an event of S3 about a stored batch, whose key is not encoded", () => {
    const event = (detail: unknown) =>
      understand(
        JSON.stringify({ source: "aws.s3", "detail-type": "Object Created", detail }),
        "devices",
      );
    assert.deepEqual(event({ bucket: { name: "b" }, object: { key: "a+b%20c d" } }), {
      kind: "stored",
      objects: [{ bucket: "b", key: "a+b%20c d" }],
    });
    for (const detail of [
      undefined,
      {},
      { bucket: { name: "b" } },
      { bucket: {}, object: { key: "k" } },
      { bucket: { name: "b" }, object: { key: 1 } },
    ])
      assert.equal(event(detail).kind, "unknown");
  });

  it("recognises S3's test message, which carries no message", () => {
    const body = JSON.stringify({ Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "b" });
    assert.deepEqual(understand(body, "devices"), {
      kind: "empty",
      why: "a test message of S3",
    });
  });

  it("recognises a scheduled run that failed or was not delivered, which carries no message", () => {
    const event = {
      version: "0",
      "detail-type": "Scheduled Event",
      source: "aws.events",
      resources: ["arn:aws:events:eu-central-1:123456789012:rule/daily"],
      detail: {},
    };
    const failed = { requestContext: { condition: "RetriesExhausted" }, requestPayload: event };
    for (const body of [event, failed])
      assert.deepEqual(understand(JSON.stringify(body), "devices"), {
        kind: "empty",
        why: "a scheduled run, which the next one makes up for",
      });
  });

  it("recognises a training run that was not started by its attributes, whatever its body is", () => {
    const pipeline = "arn:aws:sagemaker:eu-central-1:123456789012:pipeline/training";
    const { Body = "", MessageAttributes = {} } = bodies.unstarted(pipeline);
    for (const body of [Body, "{}", ""])
      assert.deepEqual(understand(body, "devices", MessageAttributes), {
        kind: "empty",
        why: "a training run that was not started; the next one trains",
      });
    assert.equal(understand(Body, "devices").kind, "unknown");
    const { SCHEDULE_ARN: _, ...ofNoSchedule } = MessageAttributes;
    assert.equal(understand(Body, "devices", ofNoSchedule).kind, "unknown");
    const other = bodies.unstarted("arn:aws:lambda:eu-central-1:123456789012:function:clean-up");
    assert.equal(understand(Body, "devices", other.MessageAttributes).kind, "unknown");
  });

  it("never throws and never invents a message, for any body", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        assert.equal(understand(body, "devices").kind, "unknown");
      }),
    );
  });

  for (const [what, body] of [
    ["a payload that is not base64", { deviceId: "a", receivedAt: 1, payload: "no base64!" }],
    ["a device id of two levels", { deviceId: "a/b", receivedAt: 1, payload: "" }],
    ["a device id with a wildcard", { deviceId: "#", receivedAt: 1, payload: "" }],
    ["a time of receipt that is none", { deviceId: "a", receivedAt: 1.5, payload: "" }],
    ["a time of receipt before all times", { deviceId: "a", receivedAt: -1, payload: "" }],
    ["no payload but something else", { deviceId: "a", receivedAt: 1, other: "" }],
    ["an error action without a topic", { ruleName: "r", base64OriginalPayload: "" }],
    ["an error action without a rule", { topic: "a", base64OriginalPayload: "" }],
    [
      "a record of which one part is not ours",
      {
        requestContext: {},
        requestPayload: {
          Records: [
            { Sns: { Message: '{"deviceId":"a","receivedAt":1,"payload":""}' } },
            { Sns: { Message: "other" } },
          ],
        },
      },
    ],
    [
      "an object whose key is not encoded as S3 does",
      { Records: [{ eventSource: "aws:s3", s3: { bucket: { name: "b" }, object: { key: "%" } } }] },
    ],
    ["an event of another service", { Records: [{ eventSource: "aws:sqs" }] }],
  ] as const) {
    it(`does not guess about ${what}`, () => {
      assert.deepEqual(understand(JSON.stringify(body), "devices"), {
        kind: "unknown",
        why: "it is none of the envelopes that the failure paths write",
      });
    });
  }
});

describe("understandStored", () => {
  it("finds the original bytes of every record of a stream's failed batch", () => {
    fc.assert(
      fc.property(fc.array(reading, { minLength: 1 }), (readings) => {
        assert.deepEqual(
          plain(understandStored(bodies.streamFailure(...readings), "devices")),
          readings.map(({ deviceId, receivedAt, payload }) => ({
            topic: topicOf("devices", deviceId),
            payload,
            receivedAt,
          })),
        );
      }),
    );
  });

  for (const [what, object] of [
    ["no JSON", "<html>"],
    ["no payload", "{}"],
    ["an empty batch", bodies.streamFailure()],
  ] as const) {
    it(`does not guess about ${what}`, () => {
      assert.deepEqual(understandStored(object, "devices"), {
        kind: "unknown",
        why: "it holds neither a Kinesis event of device messages nor error lines of a delivery stream",
      });
    });
  }
});
