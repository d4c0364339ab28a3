import type { Account } from "../../aws/clients";
import { callApi } from "../../aws/call-api";

/** A notification in the form that SNS sends to queues and webhooks. */
export interface Notification {
  Type: "Notification";
  MessageId: string;
  TopicArn: string;
  Subject?: string;
  Message: string;
  Timestamp: string;
  SignatureVersion: string;
  Signature: string;
  SigningCertURL: string;
  UnsubscribeURL: string;
  MessageAttributes?: Record<string, { Type: string; Value: string }>;
}

type Parameters = Record<string, string | undefined>;
interface AuditEvent {
  EventTime: number;
  CloudTrailEvent: string;
}

/**
 * Starts the emulator's audit log, which keeps the parameters of calls. The holding queue receives only the text for queues, so the
 * texts for mail, SMS and webhooks are read from this log.
 */
export async function startAudit(account: Account): Promise<void> {
  const answer = await callApi(account, account.endpoint, "/_ministack/config", {
    method: "POST",
    body: JSON.stringify({ "cloudtrail._recording_enabled": true }),
  });
  if (answer.status !== 200)
    throw new Error(
      `The emulator at ${account.endpoint} did not start its audit log: ${answer.status}.`,
    );
}

/**
 * Returns the text of a notification for `protocol`, or undefined if the audit log (the last 10,000 calls) no longer has the publish.
 * Two publishes in the same second with equal subject and text for queues, but other texts, cannot be distinguished.
 */
export async function textFor(
  account: Account,
  notification: Notification,
  protocol: string,
): Promise<string | undefined> {
  const published = Date.parse(notification.Timestamp) / 1000;
  let until = published + 5;
  for (;;) {
    const events = await lookUp(account, published - 1, until);
    const publish = events
      .flatMap(({ CloudTrailEvent }) => publishesIn(CloudTrailEvent))
      .find(
        (candidate) =>
          candidate.TopicArn === notification.TopicArn &&
          (candidate.Subject || undefined) === notification.Subject &&
          resolve(candidate, "sqs") === notification.Message,
      );
    if (publish) return resolve(publish, protocol);
    const oldest = events.at(-1)?.EventTime;
    if (oldest === undefined || oldest >= until) return undefined;
    until = oldest;
  }
}

/** Returns at most 50 events, the newest first. */
async function lookUp(account: Account, from: number, until: number): Promise<AuditEvent[]> {
  const answer = await callApi(account, account.endpoint, "/", {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
    },
    body: JSON.stringify({
      LookupAttributes: [{ AttributeKey: "EventSource", AttributeValue: "sns.amazonaws.com" }],
      StartTime: from,
      EndTime: until,
    }),
  });
  const text = answer.body.toString();
  if (answer.status !== 200)
    throw new Error(`The emulator's audit log answered ${answer.status}: ${text}`);
  return (JSON.parse(text) as { Events: AuditEvent[] }).Events;
}

/** Returns the messages that a recorded call published: one, up to ten of a batch, or none for another call. */
function publishesIn(event: string): Parameters[] {
  const { requestParameters } = JSON.parse(event) as { requestParameters: Parameters };
  const { Action, TopicArn, TargetArn } = requestParameters;
  if (Action === "Publish") return [{ ...requestParameters, TopicArn: TopicArn ?? TargetArn }];
  if (Action !== "PublishBatch") return [];
  return Array.from({ length: 10 }, (_, index) => {
    const field = (name: string): string | undefined =>
      requestParameters[`PublishBatchRequestEntries.member.${index + 1}.${name}`];
    return {
      TopicArn,
      Message: field("Message"),
      Subject: field("Subject"),
      MessageStructure: field("MessageStructure"),
    };
  });
}

function resolve({ Message, MessageStructure }: Parameters, protocol: string): string | undefined {
  if (MessageStructure !== "json" || Message === undefined) return Message;
  const texts = textsIn(Message);
  return texts[protocol] ?? texts["default"];
}

/** Parses a message structure. SNS refuses one that is not an object; the emulator accepts it, so it is treated as empty. */
function textsIn(message: string): Parameters {
  try {
    return (JSON.parse(message) ?? {}) as Parameters;
  } catch {
    return {};
  }
}
