import * as assert from "node:assert/strict";
import { inspect } from "../../../operations/inspect/inspect";
import type { ReadingClients } from "../../../operations/clients";

/** A double of a queue of which another reader has received some messages. */
const queueWith = (visible: number, hidden: number): ReadingClients =>
  ({
    sqs: {
      send: async ({ input }: { input: { AttributeNames?: string[] } }) =>
        input.AttributeNames
          ? {
              Attributes: {
                ApproximateNumberOfMessages: String(visible),
                ApproximateNumberOfMessagesNotVisible: String(hidden),
              },
            }
          : {},
    },
  }) as unknown as ReadingClients;

async function linesOf(clients: ReadingClients, limit: number): Promise<string[]> {
  const outputs = { topicPrefix: "devices", of: { "iot-to-sqs": { quarantineUrl: "q" } } };
  const lines = [];
  for await (const line of inspect({
    ...{ clients, part: "iot-to-sqs", limit },
    outputs: outputs as unknown as Parameters<typeof inspect>[0]["outputs"],
  }))
    lines.push(line);
  return lines;
}

describe("npm run inspect", () => {
  it("counts the messages that another reader has received, and says why they are not shown", async () => {
    assert.deepEqual(await linesOf(queueWith(0, 40), 10), [
      "iot-to-sqs, quarantine: 40 waiting",
      "  40 of them are in use by another reader: run this again if they are missing below.",
    ]);
    assert.deepEqual(await linesOf(queueWith(3, 0), 10), ["iot-to-sqs, quarantine: 3 waiting"]);
  });
});
