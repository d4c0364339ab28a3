import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import { createClients } from "../../../local/aws/clients";
import { depthOf } from "../../../local/services/sqs/queue-depth";
import { sharedAccount } from "../../support/account";

describe("the emulator's amendments", () => {
  it("delete what a batch names, once each, and fail the others", async () => {
    const clients = createClients(await sharedAccount());
    const sqs = clients.get(SQSClient);
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "amended" }));
    for (const MessageBody of ["1", "2", "3", "4"])
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 3 }),
    );
    const [first = "", second = "", third = ""] = Messages.map(
      ({ ReceiptHandle }) => ReceiptHandle,
    );
    const { Successful = [], Failed = [] } = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: "third", ReceiptHandle: third },
          { Id: "first", ReceiptHandle: first },
          { Id: "again", ReceiptHandle: first },
          { Id: "unknown", ReceiptHandle: "no-handle-of-this-queue" },
        ],
      }),
    );
    assert.deepEqual(
      Successful.map(({ Id }) => Id),
      ["third", "first"],
    );
    assert.deepEqual(
      Failed.map(({ Id, Code }) => [Id, Code]),
      [
        ["again", "ReceiptHandleIsInvalid"],
        ["unknown", "ReceiptHandleIsInvalid"],
      ],
    );
    assert.equal(await depthOf(clients, QueueUrl), 2);
    const entry = { Id: "second", ReceiptHandle: second };
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [entry] }));
    assert.equal(await depthOf(clients, QueueUrl), 1);
  });

  it("delete one message, and refuse a handle that the queue does not have", async () => {
    const clients = createClients(await sharedAccount());
    const sqs = clients.get(SQSClient);
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "amended-too" }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "1" }));
    const unknown = { QueueUrl, ReceiptHandle: "no-handle-of-this-queue" };
    await assert.rejects(sqs.send(new DeleteMessageCommand(unknown)), {
      name: "ReceiptHandleIsInvalid",
    });
    assert.equal(await depthOf(clients, QueueUrl), 1);
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    const known = { QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle };
    await sqs.send(new DeleteMessageCommand(known));
    assert.equal(await depthOf(clients, QueueUrl), 0);
  });
});
