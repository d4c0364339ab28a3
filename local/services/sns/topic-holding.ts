import { SNSClient, SubscribeCommand, UnsubscribeCommand } from "@aws-sdk/client-sns";
import type { Clients } from "../../aws/clients";
import { openHoldingQueue, type HoldingQueue } from "../delivery/holding-queue";

/** A holding queue that is subscribed to a topic. */
export interface TopicHolding extends HoldingQueue {
  subscriptionArn: string;
}

/** Opens the queue and subscribes it. `warn` receives the reason of each delivery that is retried. */
export async function holdTopic(
  clients: Clients,
  topicArn: string,
  warn: (reason: string) => void,
): Promise<TopicHolding> {
  const sns = clients.get(SNSClient);
  const queue = await openHoldingQueue(clients, {
    purpose: "subscription",
    sender: { service: "sns.amazonaws.com", sourceArn: topicArn },
    warn,
  });
  // Not raw, so that attributes and ids are included.
  const { SubscriptionArn } = await sns.send(
    new SubscribeCommand({
      TopicArn: topicArn,
      Protocol: "sqs",
      Endpoint: queue.arn,
      ReturnSubscriptionArn: true,
    }),
  );
  if (!SubscriptionArn)
    throw new Error(`The emulator gave no ARN for a subscription of ${topicArn}.`);
  return {
    ...queue,
    subscriptionArn: SubscriptionArn,
    async close() {
      await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
      await queue.close();
    },
  };
}
