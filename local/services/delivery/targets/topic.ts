import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { sendEach, type Caller, type Target } from "./target";

/**
 * Publishes to a standard topic, message by message: AWS checks `sns:Publish` for a batch, the emulator a permission that does not
 * exist.
 * @see https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html
 */
export const topic = ({ clients, credentials }: Caller, topicArn: string): Target => ({
  most: 10,
  async send(entries) {
    const sns = clients.get(SNSClient, await credentials());
    return sendEach(entries, ({ text }) =>
      sns.send(new PublishCommand({ TopicArn: topicArn, Message: text })),
    );
  },
});
