import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import { createMetrics } from "../cloudwatch";
import { resourceOf } from "../delivery/arns";
import { idlePause, pause } from "../delivery/pause";
import { invokePermission, sendAsService } from "../delivery/service-permissions";
import { invokeAsynchronously } from "../lambda";
import { isAlarmText } from "./alarm-text";
import { postNotification, type Refusal } from "./inbox-delivery";
import { snsEvent } from "./notification";
import { startAudit, textFor, type Notification } from "./published-text";
import { refuseUnsupported, type SubscriptionInputs } from "./subscription-inputs";
import { holdTopic } from "./topic-holding";

export interface SubscriptionArgs {
  clients: Clients;
  trace: Trace;
  inputs: SubscriptionInputs;
  /** The double that stands for mailboxes, phones and webhooks. */
  inbox: { url: string };
  /** Attempts before a notification is set aside. AWS makes 4 in a minute for a webhook and 50 in 6 hours for mail. @default 3 */
  attempts?: number;
  /** Before the second attempt; doubles each time. @default 100 */
  retryDelayMilliseconds?: number;
}

export interface Subscription {
  arn: string;
  /** Resolves when everything published before the call is delivered, processed or set aside. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Delivers notifications of a topic to one endpoint, with the retries and the dead-letter queue that the emulator ignores. Mailboxes,
 * phones and webhooks are confirmed from the start, since AWS's confirmation link has no reader here.
 */
export async function startSubscription({
  clients,
  trace,
  inputs,
  inbox,
  attempts = 3,
  retryDelayMilliseconds = 100,
}: SubscriptionArgs): Promise<Subscription> {
  const { protocol, deadLetterQueueArn } = refuseUnsupported({ ...inputs });
  const { topic: topicArn, endpoint } = inputs;
  const stopping = new AbortController();
  const stopped = stopping.signal;
  const warn = (message: string): void =>
    trace.emit({ kind: "warning", part: "subscription", message });

  const sender = { service: "sns.amazonaws.com", sourceArn: topicArn };
  await startAudit(clients.account);
  const metrics = createMetrics({
    clients,
    trace,
    namespace: "AWS/SNS",
    dimensions: { TopicName: resourceOf(topicArn) },
  });
  const queue = await holdTopic(clients, topicArn, (reason) =>
    warn(`A notification for ${endpoint} is kept and tried again: ${reason}`),
  );

  /** Texts of held notifications, because the audit log keeps only the last calls. */
  const texts = new Map<string, string>();

  async function inFull(held: Notification): Promise<Notification> {
    const text = texts.get(held.MessageId) ?? (await textFor(clients.account, held, protocol));
    if (text !== undefined) texts.set(held.MessageId, text);
    else if (!isAlarmText(held.Message)) {
      warn(
        `${endpoint} gets the default text of ${held.MessageId}: the one for ${protocol} is not known.`,
      );
    }
    return {
      ...held,
      Message: text ?? held.Message,
      UnsubscribeURL: `${clients.account.endpoint}/?Action=Unsubscribe&SubscriptionArn=${queue.subscriptionArn}`,
    };
  }

  /** Makes one attempt. SNS invokes asynchronously, so a function that fails is not a failed delivery. */
  async function attempt(notification: Notification): Promise<Refusal | undefined> {
    switch (protocol) {
      case "lambda":
        return (await invokePermission(clients, sender, endpoint)) === "allowed"
          ? undefined
          : {
              reason: `${endpoint} is gone or does not admit SNS for ${topicArn}.`,
              permanent: true,
            };
      case "sqs":
        return sendAsService(clients, sender, endpoint, {
          MessageBody: JSON.stringify(notification),
        }).then(
          () => undefined,
          (error: unknown) => ({ reason: String(error), permanent: true }),
        );
      default:
        return postNotification(inbox.url, inputs, queue.subscriptionArn, notification);
    }
  }

  async function deliver(notification: Notification): Promise<void> {
    let refusal: Refusal | undefined;
    for (let tried = 1; tried <= attempts && !stopped.aborted; tried++) {
      refusal = await attempt(notification);
      // Every failed attempt counts for webhooks, one per notification for all other endpoints.
      if (refusal && protocol === "https") metrics.count({ NumberOfNotificationsFailed: 1 });
      if (!refusal || refusal.permanent) break;
      if (tried < attempts) await pause(retryDelayMilliseconds * 2 ** (tried - 1), stopped);
    }
    if (refusal) return setAside(notification, refusal.reason);
    metrics.count({ NumberOfNotificationsDelivered: 1 });
    const { MessageId: messageId } = notification;
    trace.emit({ kind: "notified", topicArn, protocol, endpoint, messageId });
    if (protocol !== "lambda") return;
    await invokeAsynchronously({
      clients,
      trace,
      functionArn: endpoint,
      source: topicArn,
      event: snsEvent(queue.subscriptionArn, notification),
      retryDelayMilliseconds,
      stopped,
    });
  }

  async function setAside(notification: Notification, reason: string): Promise<void> {
    if (protocol !== "https") metrics.count({ NumberOfNotificationsFailed: 1 });
    if (!deadLetterQueueArn) {
      warn(
        `${notification.MessageId} was discarded, for the subscription of ${endpoint} has no redrive policy: ${reason}`,
      );
      return;
    }
    try {
      await sendAsService(clients, sender, deadLetterQueueArn, {
        MessageBody: JSON.stringify(notification),
      });
    } catch (error) {
      metrics.count({ NumberOfNotificationsFailedToRedriveToDlq: 1 });
      throw error;
    }
    metrics.count({ NumberOfNotificationsRedrivenToDlq: 1 });
    trace.emit({ kind: "notification-set-aside", topicArn, endpoint, reason });
  }

  const serving = queue.serve(async (body) => {
    const held = JSON.parse(body) as Notification;
    await deliver(await inFull(held));
    texts.delete(held.MessageId);
  }, stopped);
  return {
    arn: queue.subscriptionArn,
    async idle() {
      while (!stopped.aborted && (await queue.held()) > 0) await pause(idlePause, stopped);
      await metrics.idle();
    },
    async stop() {
      stopping.abort();
      await serving;
      await queue.close();
    },
  };
}
