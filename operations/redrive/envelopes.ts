import { fromEvents, type FailedEvent, type FailedExecution } from "./event-envelopes";
import { asList, asObject, decode, objectIn, type Json } from "./json";
import { fromReadings, unknown, type Originals, type Unknown } from "./originals";
import { fromObjectCreated, fromS3, type StoredFailure } from "./stored-failures";
import { fromStreamBatch, type StreamBatch } from "./stream-batch";
import { originalTopic } from "./topics";

/** A notification that SNS could not deliver to one of its subscribers. */
export interface Notification {
  topicArn: string;
  subject?: string;
  text: string;
  attributes: Record<string, { DataType: string; StringValue: string }>;
}

/** The content of a message in a failures queue. */
export type Envelope =
  | Originals
  | { kind: "stored"; objects: StoredFailure[] }
  /** Metadata of records, which the stream still has for a while. */
  | { kind: "batch"; batch: StreamBatch }
  | { kind: "notification"; notification: Notification }
  | { kind: "event"; event: FailedEvent }
  | { kind: "execution"; execution: FailedExecution }
  /** Nothing to send again, such as the test message of S3. */
  | { kind: "empty"; why: string }
  | Unknown;

/** The attributes of a message that are texts, by name. */
type Attributes = Readonly<Record<string, { StringValue?: string | undefined }>>;

/**
 * Reads what the failure paths of an integration write: IoT error actions, redrives of queues, Lambda's records of asynchronous
 * events, the announcements of failed batches in S3, metadata of failed batches, dead letters of subscriptions, schedules and event rules, and
 * failed executions.
 */
export function understand(
  body: string,
  topicPrefix: string,
  attributes: Attributes = {},
): Envelope {
  const unstarted = fromScheduler(attributes);
  if (unstarted) return unstarted;
  const message = objectIn(body);
  if (!message) return unknown("it is not a JSON object");
  return (
    fromErrorAction(message) ??
    fromReadings([message], topicPrefix) ??
    fromSchedule(message) ??
    fromTraining(message) ??
    fromAsynchronousInvocation(message, topicPrefix) ??
    fromS3(message) ??
    fromObjectCreated(message) ??
    fromBatch(message) ??
    fromSubscription(message, topicPrefix) ??
    fromEvents(message) ??
    unknown("it is none of the envelopes that the failure paths write")
  );
}

/**
 * Reads an event of a schedule, or Lambda's record of one. The next run looks at everything that a failed one did not.
 * @see https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-eventbridge.html
 */
function fromSchedule(message: Json): Envelope | undefined {
  const event = asObject(message["requestContext"]) ? message["requestPayload"] : message;
  const { source, "detail-type": type } = asObject(event) ?? {};
  return source === "aws.events" && type === "Scheduled Event"
    ? { kind: "empty", why: "a scheduled run, which the next one makes up for" }
    : undefined;
}

/** @see https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html */
function fromTraining({ source, "detail-type": type }: Json): Envelope | undefined {
  return source === "aws.sagemaker" &&
    type === "SageMaker Model Building Pipeline Execution Status Change"
    ? { kind: "empty", why: "a training run that failed, after which the next one trains again" }
    : undefined;
}

/**
 * Reads the dead letter of EventBridge Scheduler for a pipeline of SageMaker, by its attributes: the body is the request that failed, which
 * has another shape for each target.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 */
function fromScheduler({ SCHEDULE_ARN, TARGET_ARN }: Attributes): Envelope | undefined {
  return /^arn:[^:]*:scheduler:/.test(SCHEDULE_ARN?.StringValue ?? "") &&
    /^arn:[^:]*:sagemaker:[^:]*:\d+:pipeline\//.test(TARGET_ARN?.StringValue ?? "")
    ? { kind: "empty", why: "a training run that was not started; the next one trains" }
    : undefined;
}

function fromBatch(message: Json): Envelope | undefined {
  const batch = fromStreamBatch(message);
  return batch && { kind: "batch", batch };
}

/**
 * The envelope has no time of receipt, except in the topic of a message that was redriven before.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html
 */
function fromErrorAction({ ruleName, topic, base64OriginalPayload }: Json): Originals | undefined {
  const payload = decode(base64OriginalPayload);
  if (!payload || typeof topic !== "string" || topic === "") return undefined;
  if (typeof ruleName !== "string" || ruleName === "") return undefined;
  return { kind: "originals", originals: [{ ...originalTopic(topic), payload, ruleName }] };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function fromAsynchronousInvocation(
  { requestContext, requestPayload }: Json,
  topicPrefix: string,
): Originals | undefined {
  const records = asList(asObject(requestPayload)?.["Records"]);
  if (!asObject(requestContext) || !records) return undefined;
  const readings = records.map((record) =>
    objectIn(asObject(asObject(record)?.["Sns"])?.["Message"]),
  );
  return fromReadings(readings, topicPrefix);
}

/** @see https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html */
function fromSubscription(message: Json, topicPrefix: string): Envelope | undefined {
  const { Type, TopicArn: topicArn, Message: text, Subject: subject } = message;
  if (Type !== "Notification" || typeof topicArn !== "string" || typeof text !== "string") {
    return undefined;
  }
  const reading = objectIn(text);
  const original = reading && fromReadings([reading], topicPrefix);
  if (original) return original;
  const attributes = Object.entries(asObject(message["MessageAttributes"]) ?? {}).map(
    ([name, attribute]) => {
      const { Type: DataType, Value: StringValue } = asObject(attribute) ?? {};
      return [name, { DataType: String(DataType), StringValue: String(StringValue) }] as const;
    },
  );
  return {
    kind: "notification",
    notification: {
      topicArn,
      text,
      ...(typeof subject === "string" && { subject }),
      attributes: Object.fromEntries(attributes),
    },
  };
}
