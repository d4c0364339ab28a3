import { PutEventsCommand, type EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { PublishCommand, type IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { StartExecutionCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { PublishCommand as NotifyCommand, type SNSClient } from "@aws-sdk/client-sns";
import { randomUUID } from "node:crypto";
import type { FailedEvent, FailedExecution } from "./event-envelopes";
import type { Notification } from "./envelopes";
import type { Plan } from "./plan";
import type { Publication } from "./publications";

/** The services to which a redrive sends. */
export interface SendClients {
  iot: IoTDataPlaneClient;
  sns: SNSClient;
  events: EventBridgeClient;
  workflows: SFNClient;
  sqs: SQSClient;
}

/** Everything that a redrive sends for one message of a failures queue. */
export interface Sending extends Pick<
  Plan,
  "notifications" | "events" | "executions" | "announcements"
> {
  publications: Publication[];
  /** The bus of the events. */
  busName: string | undefined;
}

/** Throws the first error of a service. */
export async function sendAll(
  clients: SendClients,
  { publications, notifications, events, executions, announcements, busName }: Sending,
): Promise<void> {
  for (const publication of publications) await publish(clients.iot, publication);
  for (const notification of notifications) await notify(clients.sns, notification);
  for (const event of events) await put(clients.events, event, busName);
  for (const execution of executions) await start(clients.workflows, execution);
  for (const { queueUrl, body } of announcements)
    await clients.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));
}

/** Every rule of the bus receives the event again. Its targets are idempotent, since EventBridge delivers at least once. */
async function put(
  events: EventBridgeClient,
  { source, detailType, detail }: FailedEvent,
  bus: string | undefined,
): Promise<void> {
  const { Entries: [entry] = [] } = await events.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName: bus,
          Source: source,
          DetailType: detailType,
          Detail: JSON.stringify(detail),
        },
      ],
    }),
  );
  if (entry?.ErrorCode) throw new Error(`${entry.ErrorCode}: ${entry.ErrorMessage}`);
}

/** Under a new name, since the failed execution has the old one. */
async function start(
  workflows: SFNClient,
  { stateMachineArn, input }: FailedExecution,
): Promise<void> {
  const name = `redrive-${randomUUID()}`;
  await workflows.send(new StartExecutionCommand({ stateMachineArn, name, input }));
}

async function publish(iot: IoTDataPlaneClient, { topic, payload }: Publication): Promise<void> {
  await iot.send(new PublishCommand({ topic, qos: 1, payload }));
}

/**
 * The longest text message that SNS accepts; a longer one would return to the queue.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html
 */
const longestSms = 1600;

/**
 * SNS cannot publish to one subscription, so all subscribers of the topic receive the text that one of them missed: those that have
 * the notification receive it twice, in the text of the protocol that failed.
 */
async function notify(sns: SNSClient, notification: Notification): Promise<void> {
  const { topicArn, subject, text, attributes } = notification;
  const sms = [...text].slice(0, longestSms).join("");
  await sns.send(
    new NotifyCommand({
      TopicArn: topicArn,
      Subject: subject,
      MessageStructure: "json",
      Message: JSON.stringify({ default: text, sms }),
      MessageAttributes: attributes,
    }),
  );
}
