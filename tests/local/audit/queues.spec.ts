import * as assert from "node:assert/strict";
import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { hashOf } from "../../../local/audit/published-messages";
import { quarantinedIn, setAsideIn } from "../../../local/audit/queues";
import { createClients, type Clients } from "../../../local/aws/clients";
import { depthOf } from "../../../local/services/sqs/queue-depth";
import { sharedAccount } from "../../support/account";
import { installMilliseconds } from "../../support/emulator";

describe("the queues of an audit", function () {
  this.timeout(installMilliseconds);
  let clients: Clients;
  let made = 0;
  before(async () => {
    clients = createClients(await sharedAccount());
  });
  after(() => clients.destroy());

  async function queueWith(...bodies: object[]): Promise<string> {
    const sqs = clients.get(SQSClient);
    const name = `audit-queue-${++made}`;
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: name }));
    for (const body of bodies)
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(body) }));
    return QueueUrl;
  }
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const hash = (deviceId: string, text: string): string => hashOf(deviceId, Buffer.from(text));

  it("return the messages of a quarantine, by device and bytes, and keep them", async () => {
    const entries = Array.from({ length: 25 }, (_, index) => ({
      reason: "not-json",
      deviceId: "a",
      payload: base64(`message ${index}`),
    }));
    const url = await queueWith(...entries, { reason: "not-json", deviceId: "b", payload: "" });
    const expected = new Set([
      ...entries.map((_, index) => hash("a", `message ${index}`)),
      hash("b", ""),
    ]);
    assert.deepEqual(await quarantinedIn(clients, url), expected);
    assert.deepEqual(await quarantinedIn(clients, url), expected);
    assert.equal(await depthOf(clients, url), 26);
  });

  it("return the messages of a failures queue as the redrive tool parses them", async () => {
    const url = await queueWith(
      { topic: "devices/a/telemetry", base64OriginalPayload: base64("one") },
      { deviceId: "b", receivedAt: 5, payload: base64("two") },
      {
        Type: "Notification",
        TopicArn: "arn:aws:sns:eu-central-1:123456789012:alerts",
        Message: "Device c reports a critical state.",
        MessageAttributes: {
          deviceId: { Type: "String", Value: "c" },
          timestamp: { Type: "Number", Value: "7" },
        },
      },
      { Service: "Amazon S3", Event: "s3:TestEvent" },
    );
    assert.deepEqual(
      await setAsideIn(clients, url, "devices"),
      new Set([hash("a", "one"), hash("b", "two"), "c#7"]),
    );
    assert.equal(await depthOf(clients, url), 4);
  });

  it("report a message in a failures queue that cannot be parsed", async () => {
    const url = await queueWith({ what: "ever" });
    await assert.rejects(setAsideIn(clients, url, "devices"), /The message cannot be redriven/);
  });
});
