import * as assert from "node:assert/strict";
import { startInbox, type Inbox } from "../../../../local/doubles/inbox";
import { postNotification } from "../../../../local/services/sns/inbox-delivery";
import type { Notification } from "../../../../local/services/sns/published-text";

describe("inbox double", () => {
  let inbox: Inbox;

  beforeEach(async () => {
    inbox = await startInbox();
  });
  afterEach(() => inbox.stop());

  const topicArn = "arn:aws:sns:eu-central-1:123456789012:alerts";
  const notification = (fields: Partial<Notification> = {}): Notification => ({
    Type: "Notification",
    MessageId: "m-1",
    TopicArn: topicArn,
    Message: "hot",
    Timestamp: "2026-11-24T00:00:00.000Z",
    SignatureVersion: "1",
    Signature: "none",
    SigningCertURL: "https://sns.eu-central-1.amazonaws.com/cert.pem",
    UnsubscribeURL: "https://sns.eu-central-1.amazonaws.com/",
    ...fields,
  });
  const post = (protocol: string, endpoint: string, fields: Partial<Notification> = {}) =>
    postNotification(inbox.url, { protocol, endpoint }, `${topicArn}:s`, notification(fields));

  it("keeps what each endpoint received, with its attributes", async () => {
    const taken = await post("https", "https://example.com/a?b=c/d", {
      Subject: "Alert",
      MessageAttributes: { deviceId: { Type: "String", Value: "sensor-1" } },
    });
    await post("email", "ops@example.com");
    assert.equal(taken, undefined);
    assert.deepEqual(inbox.received("https://example.com/a?b=c/d"), [
      {
        protocol: "https",
        endpoint: "https://example.com/a?b=c/d",
        messageId: "m-1",
        topicArn,
        subject: "Alert",
        text: "hot",
        attributes: { deviceId: "sensor-1" },
      },
    ]);
    assert.equal(inbox.received().length, 2);
  });

  it("fails for an endpoint that is set to reject, until it accepts again", async () => {
    inbox.refuse("ops@example.com");
    assert.deepEqual(await post("email", "ops@example.com"), {
      reason: "ops@example.com answered 503: ops@example.com refuses for now.",
      permanent: false,
    });
    assert.equal(await post("email", "other@example.com"), undefined);
    inbox.accept("ops@example.com");
    assert.equal(await post("email", "ops@example.com"), undefined);
    assert.deepEqual(
      inbox.received().map(({ endpoint }) => endpoint),
      ["other@example.com", "ops@example.com"],
    );
  });

  it("accepts 1,600 characters as a text message and rejects one more", async () => {
    assert.equal(await post("sms", "+4915100000000", { Message: "ü".repeat(1600) }), undefined);
    assert.deepEqual(await post("sms", "+4915100000000", { Message: "ü".repeat(1601) }), {
      reason:
        "+4915100000000 answered 400: Invalid parameter: a text message has 1601 characters, at most 1600 are sent.",
      permanent: true,
    });
    assert.equal(await post("email", "a@example.com", { Message: "x".repeat(1601) }), undefined);
  });

  for (const [what, Subject] of [
    ["100 characters", "x".repeat(100)],
    ["a line break", "a\nb"],
    ["a letter outside ASCII", "Überhitzt"],
    ["a leading blank", " alert"],
  ] as const) {
    it(`refuses a subject with ${what}`, async () => {
      const refusal = await post("email", "ops@example.com", { Subject });
      assert.match(refusal?.reason ?? "", /answered 400: Invalid parameter: Subject/);
      assert.deepEqual(inbox.received(), []);
    });
  }

  it("takes a subject of 99 characters", async () => {
    assert.equal(await post("email", "ops@example.com", { Subject: "x".repeat(99) }), undefined);
  });

  it("accepts only SNS notifications", async () => {
    const answer = await fetch(`${inbox.url}/email/a`, { method: "POST", body: "{}" });
    assert.equal(answer.status, 400);
    assert.deepEqual(inbox.received(), []);
  });

  it("states in its output that it is a double", async () => {
    const page = await (await fetch(inbox.url)).text();
    assert.match(page, /Inbox double: stands for mailboxes, phones and webhooks on this machine\./);
  });
});
