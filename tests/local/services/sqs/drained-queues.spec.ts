import * as assert from "node:assert/strict";
import type { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Clients } from "../../../../local/aws/clients";
import { createDrainedQueues } from "../../../../local/services/sqs";

describe("the queues that are drained", () => {
  const depths: Record<string, object> = {
    readings: {
      ApproximateNumberOfMessages: "3",
      ApproximateNumberOfMessagesNotVisible: "2",
      ApproximateNumberOfMessagesDelayed: "1",
    },
    alerts: { ApproximateNumberOfMessages: "4" },
  };
  const clients = {
    account: { endpoint: "http://localhost", accountId: "000000000000", region: "eu-central-1" },
    get: () => ({
      send: async ({ input }: GetQueueAttributesCommand) => ({
        Attributes: depths[input.QueueUrl?.split("/").pop() ?? ""],
      }),
    }),
  } as unknown as Clients;

  it("have as many messages as all of them, and at most as many as the fullest", async () => {
    const queues = createDrainedQueues(clients);
    assert.deepEqual([await queues.depth(), await queues.fullest()], [0, 0]);
    for (const name of ["readings", "alerts"])
      queues.add(`arn:aws:sqs:eu-central-1:000000000000:${name}`);
    assert.deepEqual([await queues.depth(), await queues.fullest()], [10, 6]);
  });
});
