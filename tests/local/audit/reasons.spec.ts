import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import { countReasons } from "../../../local/audit/reasons";
import type { StackOutputs } from "../../../operations/stack-outputs";
import { installMilliseconds } from "../../support/emulator";
import { createWorld, type World } from "../services/world";

describe("the reasons why messages wait", function () {
  this.timeout(60_000);
  let world: World;
  before(async function () {
    this.timeout(installMilliseconds);
    world = await createWorld();
  });
  after(() => world.end());

  const payload = Buffer.from("{}").toString("base64");
  const invalid = (reason: string) => ({
    reason,
    detail: `About ${reason}.`,
    deviceId: "a",
    payload,
  });
  const failed = (errorMessage: string) => ({
    ruleName: "rule",
    topic: "devices/a/telemetry",
    base64OriginalPayload: payload,
    failures: [{ failedAction: "SqsAction", failedResource: "q", errorMessage }],
  });

  async function queueWith(...bodies: object[]): Promise<string> {
    const { url } = await world.queue();
    const Entries = bodies.map((body, index) => ({
      Id: String(index),
      MessageBody: JSON.stringify(body),
    }));
    await world.clients
      .get(SQSClient)
      .send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    return url;
  }

  it("are counted over all integrations, the three most frequent of each kind, and leave the messages as they are", async () => {
    const one = await queueWith(...["b", "c", "c", "c", "d", "d"].map(invalid));
    const two = await queueWith(...["a", "b", "b", "c"].map(invalid));
    const failures = await queueWith(failed("No queue."), failed("Denied.\u001b[31m"), {
      Event: "s3:TestEvent",
    });
    const outputs: StackOutputs = {
      devicePolicyName: "device",
      topicPrefix: "devices",
      of: {
        "iot-to-one": { quarantineUrl: one },
        "iot-to-two": { quarantineUrl: two, failuresUrl: failures },
      },
    };
    const count = countReasons({ account: world.clients.account, outputs });
    const quarantined = (number: number, reason: string, part: string) => ({
      ...{ what: "quarantined", count: number, reason, detail: `About ${reason}.`, part },
    });
    assert.deepEqual(await count(), [
      {
        what: "set aside",
        count: 2,
        reason: "SqsAction of rule rule failed",
        detail: "No queue.",
        part: "iot-to-two",
      },
      quarantined(4, "c", "iot-to-one"),
      quarantined(3, "b", "iot-to-two"),
      quarantined(2, "d", "iot-to-one"),
    ]);
    // None of them is received, or hidden from others.
    assert.equal((await world.bodies(one)).length, 6);
  });

  it("are not counted again at once, nor twice at the same time", async () => {
    const outputs = { devicePolicyName: "device", topicPrefix: "devices", of: {} };
    const count = countReasons({ account: world.clients.account, outputs });
    const [first, second] = [count(), count()];
    assert.equal(first, second);
    assert.deepEqual(await first, []);
  });
});
