import type { PublishCommandInput, SNSClient } from "@aws-sdk/client-sns";
import * as assert from "node:assert/strict";
import { definition as vehicle } from "../../../examples/vehicle/fields";
import { alertsTopic } from "../../../functions/shared/alerts-topic";
import type { Definition } from "../../../reading/definition";
import type { Reading } from "../../../reading/reading";
import { readingOf, receivedAt } from "../../support/events";

/** The SNS request for a reading, and its response. */
async function published(reading: object, of?: Definition) {
  const sent: PublishCommandInput[] = [];
  const client = {
    send: async ({ input }: { input: PublishCommandInput }) => {
      sent.push(input);
      return { MessageId: "message-1" };
    },
  } as unknown as SNSClient;
  const publish = alertsTopic(client, "topic", of);
  const id = await publish({ subject: "Subject", message: "{}" }, reading as Reading);
  return { id, attributes: sent[0]?.MessageAttributes };
}

describe("alertsTopic", () => {
  const common = {
    deviceId: { DataType: "String", StringValue: "pump-7" },
    timestamp: { DataType: "Number", StringValue: String(receivedAt) },
  };

  it("publishes with device, time and severity as attributes, and returns the message's id", async () =>
    assert.deepEqual(await published(readingOf({ status: "critical" })), {
      id: "message-1",
      attributes: { ...common, status: { DataType: "String", StringValue: "critical" } },
    }));

  it("writes a severity that is a boolean as text, and none where there is none", async () => {
    const reading = { deviceId: "pump-7", timestamp: receivedAt, speed: 5, fault: true };
    const { attributes } = await published(reading, vehicle);
    assert.deepEqual(attributes, { ...common, fault: { DataType: "String", StringValue: "true" } });
    const { severity: _none, ...without } = vehicle;
    assert.deepEqual((await published(reading, without)).attributes, common);
  });
});
