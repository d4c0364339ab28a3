import * as assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { startAudit, type AuditArgs } from "../../../local/audit/audit";
import { createTrace } from "../../../local/trace";

/** A double of the emulator's list of the messages of a queue: `account`, `region` and the queue's URL. */
async function startListing(messagesOf: (queueUrl: string) => object[]): Promise<Server> {
  const server = createServer(({ url = "" }, response) => {
    const queueUrl = new URL(url, "http://localhost").searchParams.get("QueueUrl") ?? "";
    const messages = { account: { region: { [queueUrl]: messagesOf(queueUrl) } } };
    response.end(JSON.stringify({ messages }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

describe("the audit", () => {
  let listing: Server;
  after(() => listing.close());

  it("counts stored, quarantined, set aside and pending messages during the run", async () => {
    const trace = createTrace();
    // What each queue holds, by its URL; a failures queue has the message by which S3 tried it out.
    const depths: Record<string, number> = { quarantine: 0, failures: 1 };
    const payload = Buffer.from("no JSON").toString("base64");
    const send = async ({ input }: { input: { QueueUrl: string } }) => {
      const depth = depths[input.QueueUrl];
      if (depth === undefined) throw new Error(`There is no queue ${input.QueueUrl}.`);
      return { Attributes: { ApproximateNumberOfMessages: String(depth) } };
    };
    listing = await startListing((queueUrl) =>
      Array.from({ length: depths[queueUrl] ?? 0 }, (_, index) => ({
        MessageId: String(index),
        Body: JSON.stringify({ deviceId: "a", payload }),
        SentTimestamp: 1,
        MessageAttributes: {},
      })),
    );
    const account = {
      endpoint: `http://127.0.0.1:${(listing.address() as AddressInfo).port}`,
      region: "eu-central-1",
      accountId: "000000000000",
      root: { accessKeyId: "root", secretAccessKey: "root" },
    };
    const acks: { deviceId: string; timestamp: number }[] = [];
    const rule = (name: string, physical: string) => ({
      type: "aws:iot/topicRule:TopicRule",
      name,
      plain: { name: physical },
    });
    const audit = await startAudit({
      platform: { trace, clients: { account, get: () => ({ send }) } },
      deployment: { resources: [rule("iot-to-sqs-rule", "ours"), rule("telemetry-rule", "other")] },
      outputs: {
        topicPrefix: "devices",
        of: {
          "iot-to-sqs": { quarantineUrl: "quarantine", failuresUrl: "failures" },
          alarms: { topicArn: "arn:aws:sns:eu-central-1:000000000000:alarms" },
        },
      },
      fleet: { acks: () => acks },
    } as unknown as AuditArgs);

    const publish = (payload: string): void =>
      audit.published({ deviceId: "a", payload: Buffer.from(payload), kind: "ok", at: 0 });
    for (const payload of ['{"timestamp":1}', '{"timestamp":1}', '{"timestamp":2}', "no JSON"])
      publish(payload);
    for (const matched of ["ours", "ours", "ours", "other"])
      trace.emit({ kind: "rule-matched", rule: matched, topic: "t", traceId: "i" });
    const empty = { integration: "iot-to-sqs", published: 4, matched: 3, repeated: 1 };
    assert.deepEqual(await audit.soFar(), [
      { ...empty, stored: 0, muted: 0, quarantined: 0, setAside: 0, rest: 3 },
    ]);

    acks.push({ deviceId: "a", timestamp: 1 });
    Object.assign(depths, { quarantine: 1, failures: 2 });
    assert.deepEqual(await audit.soFar(), [
      { ...empty, stored: 1, muted: 0, quarantined: 1, setAside: 1, rest: 0 },
    ]);
    assert.deepEqual(audit.notCounted(), []);

    // A queue that is deleted hides no other count, and the screen says so until it is there again.
    acks.push({ deviceId: "a", timestamp: 2 });
    const { failures } = depths;
    delete depths["failures"];
    assert.deepEqual(await audit.soFar(), [
      { ...empty, stored: 2, muted: 0, quarantined: 1, setAside: 1, rest: 0 },
    ]);
    assert.deepEqual(audit.notCounted(), [
      "iot-to-sqs cannot be counted completely: There is no queue failures.",
    ]);
    Object.assign(depths, { failures });
    await audit.soFar();
    assert.deepEqual(audit.notCounted(), []);
    audit.close();
  });
});
