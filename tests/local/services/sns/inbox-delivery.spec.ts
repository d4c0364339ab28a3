import * as assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
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

  /** Asks with headers that fetch would not send. */
  const ask = async (url: string, headers: Record<string, string>): Promise<number> => {
    const { host, ...others } = headers;
    const request = get(url, { headers: { ...others, ...(host !== undefined && { host }) } });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    response.resume();
    return response.statusCode ?? 0;
  };

  it("answers those who have its whole URL", async () => {
    const { origin, pathname } = new URL(inbox.url);
    assert.match(pathname, /^\/[A-Za-z0-9_-]{32}$/);
    assert.equal(await ask(inbox.url, {}), 200);
    assert.equal(await ask(inbox.url, { origin }), 200);
    for (const path of [
      "",
      "/",
      "/email/a",
      pathname.slice(0, -1),
      `${pathname}x`,
      `/x${pathname}`,
    ])
      assert.equal(await ask(`${origin}${path}`, {}), 403, path);
    const answer = await fetch(`${origin}/email/a`, {
      method: "POST",
      headers: { "x-amz-sns-message-type": "Notification" },
      body: JSON.stringify(notification({})),
    });
    assert.equal(answer.status, 403);
    assert.deepEqual(inbox.received(), []);
  });

  it("answers no page of another origin, whatever name it gives this machine", async () => {
    const { port } = new URL(inbox.url);
    for (const host of [
      `attacker.example:${port}`,
      `localhost:${port}`,
      "127.0.0.1",
      "127.0.0.1:1",
    ])
      assert.equal(await ask(inbox.url, { host }), 403, host);
    for (const origin of ["https://attacker.example", "null", `http://localhost:${port}`])
      assert.equal(await ask(inbox.url, { origin }), 403, origin);
  });

  it("takes no notification that is longer than SNS sends", async () => {
    const refusal = await post("email", "ops@example.com", {
      Message: "x".repeat(2 * 1024 * 1024),
    });
    assert.match(
      refusal?.reason ?? "",
      /answered 413: The notification is longer than SNS sends\./,
    );
    assert.deepEqual(inbox.received(), []);
  });

  it("states in its output that it is a double", async () => {
    const page = await (await fetch(inbox.url)).text();
    assert.match(page, /Inbox double: stands for mailboxes, phones and webhooks on this machine\./);
  });
});
