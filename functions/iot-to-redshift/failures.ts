import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describeError, log } from "../shared/log";
import { printable } from "../shared/printable";

/** A message about an object that was not loaded. */
export interface Unloaded {
  /** The message as it came, so that a redrive can send it again. */
  body: string;
  /** Why, in words of Redshift or of the loader. */
  error: string;
  /** The statement that failed, if there is one. */
  statementId?: string;
}

/** Sends messages to the failures queue; returns the indices of those that it did not take. */
export type SetAside = (messages: Unloaded[]) => Promise<number[]>;

/** Names the attributes as EventBridge does, so that an operator's tools show the error. At most ten messages, as many as a batch of the loader has, each an event of S3 of about 1 KB. */
export function failuresQueue(client: SQSClient, queueUrl: string): SetAside {
  return async (messages) => {
    if (messages.length === 0) return [];
    try {
      const { Failed = [] } = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: messages.map(({ body, error, statementId }, index) => ({
            Id: String(index),
            MessageBody: body,
            MessageAttributes: {
              ERROR_CODE: text("ObjectNotLoaded"),
              ERROR_MESSAGE: text(error),
              ...(statementId !== undefined && { StatementId: text(statementId) }),
            },
          })),
        }),
      );
      return Failed.map(({ Id }) => Number(Id));
    } catch (error) {
      log("error", "the failures queue is out of reach", { error: describeError(error) });
      return messages.map((_, index) => index);
    }
  };
}

/** SQS refuses control characters in attributes, and empty ones. */
const text = (value: string) => ({
  DataType: "String",
  StringValue: printable(value) || "no error was given",
});
