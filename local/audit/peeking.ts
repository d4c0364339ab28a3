import type { QueueReader } from "../../operations/sinks/queues";
import type { Account } from "../aws/clients";
import { peek } from "../services/sqs";

/**
 * Reads queues without receiving their messages: a table that refreshes hides none from an operator, who looks at the same queues with
 * `npm run inspect`.
 */
export const peeking =
  (account: Account): QueueReader =>
  async (queueUrl) => {
    const messages = await peek(account, queueUrl);
    return messages.map(({ MessageId, Body, SentTimestamp, MessageAttributes }) => ({
      ...{ MessageId, Body },
      Attributes: { SentTimestamp: String(Math.round(SentTimestamp * 1000)) },
      MessageAttributes: Object.fromEntries(
        Object.entries(MessageAttributes).map(([name, { StringValue }]) => [
          name,
          { DataType: "String", StringValue },
        ]),
      ),
    }));
  };
