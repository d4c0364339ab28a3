import * as assert from "node:assert/strict";
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { peeking } from "../../../local/audit/peeking";
import { searchClients } from "../../../local/audit/search";
import { createClients, type Clients } from "../../../local/aws/clients";
import type { Own } from "../../../operations/redrive/own";
import { hashOf } from "../../../operations/sinks/message-hash";
import {
  createQuarantineReader,
  deleteQuarantined,
  setAsideIn,
} from "../../../operations/sinks/queues";
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
  /** What a stack owns whose failures queue this is. */
  const ownWith = (queueUrl: string): Own => ({
    ...{ queueUrl, topicPrefix: "devices", accountId: "123456789012" },
    ...{ ruleName: "r", busName: undefined, place: "eu-central-1:123456789012" },
    resources: new Set(["r", "arn:aws:sns:eu-central-1:123456789012:alerts"]),
  });
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
    const read = createQuarantineReader(clients.get(SQSClient));
    assert.deepEqual(await read(url, "iot-to-sqs"), expected);
    assert.deepEqual(await read(url, "iot-to-sqs"), expected);
    const together = await Promise.all([1, 2, 3, 4].map((nth) => read(url, `iot-to-${nth}`)));
    assert.deepEqual(together, [expected, expected, expected, expected]);
    assert.equal(await depthOf(clients, url), 26);
  });

  it("are hidden from no other reader while the table of a run counts them", async () => {
    const entry = (text: string) => ({
      ...{ reason: "not-json", deviceId: "a", payload: base64(text) },
    });
    const url = await queueWith(entry("1"), entry("2"));
    const failures = await queueWith({ deviceId: "b", receivedAt: 5, payload: base64("3") });
    const sqs = clients.get(SQSClient);
    const account = await sharedAccount();
    const counting = createQuarantineReader(sqs, peeking(account));
    const expected = new Set([hash("a", "1"), hash("a", "2")]);
    assert.deepEqual(await counting(url, "iot-to-sqs"), expected);
    const setAside = () => setAsideIn(searchClients(clients), ownWith(failures), peeking(account));
    assert.deepEqual(await setAside(), new Set([hash("b", "3")]));
    for (const QueueUrl of [url, failures]) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          ...{ QueueUrl, MaxNumberOfMessages: 10 },
          MessageSystemAttributeNames: ["ApproximateReceiveCount"],
        }),
      );
      const counts = Messages.map(({ Attributes }) => Attributes?.ApproximateReceiveCount);
      assert.deepEqual(counts, QueueUrl === url ? ["1", "1"] : ["1"]);
    }
    // Nor does another reader hide them from the table.
    assert.deepEqual(await counting(url, "iot-to-sqs"), expected);
    assert.deepEqual(await setAside(), new Set([hash("b", "3")]));
  });

  it("are of one integration alone, if others take the reading", async () => {
    const entry = (reason: string) => ({ reason, deviceId: "a", payload: base64(reason) });
    const ofOne = [
      ...["too-old-for-datadog", "refused-by-datadog", "refused-by-model", "refused-by-store"],
    ];
    const url = await queueWith(...[...ofOne, "not-json"].map(entry));
    const read = createQuarantineReader(clients.get(SQSClient));
    for (const [stem, reasons] of [
      ["iot-to-sqs", ["not-json"]],
      ["iot-to-datadog", ["too-old-for-datadog", "refused-by-datadog", "not-json"]],
      ["iot-to-sagemaker", ["refused-by-model", "not-json"]],
      ["iot-to-timestream", ["refused-by-store", "not-json"]],
    ] as const)
      assert.deepEqual(
        await read(url, stem),
        new Set(reasons.map((reason) => hash("a", reason))),
        stem,
      );
  });

  it("lose the messages of one device only, if they are deleted from a quarantine", async () => {
    const entry = (deviceId: string | undefined, text: string) => ({
      ...{ reason: "not-json", payload: base64(text) },
      ...(deviceId !== undefined && { deviceId }),
    });
    const url = await queueWith(
      entry("a", "1"),
      entry("b", "2"),
      entry("a", "3"),
      entry(undefined, "4"),
    );
    const sqs = clients.get(SQSClient);
    assert.equal(await deleteQuarantined(sqs, url, "a"), 2);
    const left = await createQuarantineReader(sqs)(url, "iot-to-sqs");
    assert.deepEqual(left, new Set([hash("b", "2"), hash("", "4")]));
    assert.equal(await deleteQuarantined(sqs, url, "a"), 0);
    assert.equal(await depthOf(clients, url), 2);
  });

  it("return the messages of a failures queue as the redrive tool parses them", async () => {
    const url = await queueWith(
      { ruleName: "r", topic: "devices/a/telemetry", base64OriginalPayload: base64("one") },
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
      await setAsideIn(searchClients(clients), ownWith(url)),
      new Set([hash("a", "one"), hash("b", "two"), "c#7"]),
    );
    assert.equal(await depthOf(clients, url), 4);
  });

  it("report a message in a failures queue that cannot be parsed", async () => {
    const url = await queueWith({ what: "ever" });
    await assert.rejects(
      setAsideIn(searchClients(clients), ownWith(url)),
      /The message cannot be redriven/,
    );
  });

  it("refuse a message that names a resource of another stack, and do not read it", async () => {
    const s3 = { bucket: { name: "of-another" }, object: { key: "k" } };
    const url = await queueWith({ Records: [{ eventSource: "aws:s3", s3 }] });
    await assert.rejects(
      setAsideIn(searchClients(clients), ownWith(url)),
      /The message names the bucket of-another, which is not of this part of the stack/,
    );
  });
});
