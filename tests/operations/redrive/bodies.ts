import type { Message } from "@aws-sdk/client-sqs";

/** The context of a device's message in a rule. */
export interface Reading {
  deviceId: string;
  receivedAt: number;
  payload: Uint8Array;
}

export const topicArn = "arn:aws:sns:eu-central-1:123456789012:alerts";

const base64 = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("base64");

/** The message of a rule's error action. */
export const errorAction = (topic: string, payload: Uint8Array): string =>
  JSON.stringify({
    ruleName: "ingest",
    topic,
    cloudwatchTraceId: "1a2b",
    clientId: "sensor-1",
    base64OriginalPayload: base64(payload),
    failures: [{ failedAction: "SqsAction", failedResource: "q", errorMessage: "gone" }],
  });

/** The output of a rule's SELECT for queues, streams and topics. */
export const envelope = ({ deviceId, receivedAt, payload }: Reading): string =>
  JSON.stringify({ deviceId, receivedAt, payload: base64(payload) });

/** Lambda's record of an event that a function failed to process. */
export const asynchronousFailure = (reading: Reading): string =>
  JSON.stringify({
    version: "1.0",
    timestamp: "2026-11-24T00:00:00.000Z",
    requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 3 },
    requestPayload: {
      Records: [
        { EventSource: "aws:sns", Sns: { Type: "Notification", Message: envelope(reading) } },
      ],
    },
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
  });

/** SNS's dead letter of a subscription: a reading for a function, a text for a person. */
export const deadLetter = (content: Reading | { text: string; subject: string }): string =>
  JSON.stringify({
    Type: "Notification",
    MessageId: "m-1",
    TopicArn: topicArn,
    ...("text" in content
      ? { Subject: content.subject, Message: content.text }
      : { Message: envelope(content) }),
    Timestamp: "2026-11-24T00:00:00.000Z",
    MessageAttributes: { deviceId: { Type: "String", Value: "sensor-1" } },
  });

/** S3's notification of new objects; it form-encodes keys. */
export const s3Event = (...objects: { bucket: string; key: string }[]): string =>
  JSON.stringify({
    Records: objects.map(({ bucket, key }) => ({
      eventSource: "aws:s3",
      eventName: "ObjectCreated:Put",
      s3: {
        bucket: { name: bucket },
        object: { key: encodeURIComponent(key).replaceAll("%20", "+"), size: 1 },
      },
    })),
  });

/** The lines that a delivery stream writes below its error prefix, one per record; delimiters belong to the record. */
export const deliveryErrors = (...records: string[]): string =>
  records
    .map((record) =>
      JSON.stringify({
        attemptsMade: 4,
        arrivalTimestamp: 1,
        errorCode: "Lambda.FunctionError",
        errorMessage: "no",
        attemptEndingTimestamp: 2,
        rawData: base64(record),
        lambdaArn: "arn:aws:lambda:eu-central-1:123456789012:function:shaper",
      }),
    )
    .map((line) => `${line}\n`)
    .join("");

/** The object that a stream's on-failure destination holds. */
export const streamFailure = (...readings: Reading[]): string =>
  JSON.stringify({
    requestContext: { condition: "RetryAttemptsExhausted" },
    KinesisBatchInfo: { batchSize: readings.length },
    payload: JSON.stringify({
      Records: readings.map((reading) => ({
        eventSource: "aws:kinesis",
        kinesis: { partitionKey: reading.deviceId, data: base64(envelope(reading)) },
      })),
    }),
  });

/** S3's event about a new object, as EventBridge delivers it. */
export const objectCreated = ({ bucket, key }: { bucket: string; key: string }): string =>
  JSON.stringify({
    version: "0",
    id: "17793124-05d4-b198-2fde-7ededc63b103",
    "detail-type": "Object Created",
    source: "aws.s3",
    account: "123456789012",
    time: "2026-11-24T00:00:00Z",
    region: "eu-central-1",
    resources: [`arn:aws:s3:::${bucket}`],
    detail: {
      version: "0",
      bucket: { name: bucket },
      object: { key, size: 1 },
      reason: "PutObject",
    },
  });

/** The dead letter of EventBridge Scheduler: the request to the target is the body, and the attributes say what failed. */
export const unstarted = (target: string): Message => {
  const attributes = {
    ERROR_CODE: "AccessDeniedException",
    ERROR_MESSAGE: "The role may not start the pipeline.",
    EXECUTION_ID: "ad06616e51cdf74a",
    EXHAUSTED_RETRY_CONDITION: "MaximumEventAgeInSeconds",
    IS_PAYLOAD_TRUNCATED: "false",
    RETRY_ATTEMPTS: "14",
    SCHEDULED_TIME: "2026-11-22T03:00:00Z",
    SCHEDULE_ARN: "arn:aws:scheduler:eu-central-1:123456789012:schedule/training/weekly",
    TARGET_ARN: target,
  };
  return {
    MessageId: "m-1",
    Body: JSON.stringify({ PipelineName: "training", ClientRequestToken: "1".repeat(32) }),
    MessageAttributes: Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [
        name,
        { DataType: "String", StringValue },
      ]),
    ),
  };
};
