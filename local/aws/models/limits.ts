import { breach, type Finding, show } from "./finding";
import {
  batchWindow,
  between,
  distinctEntries,
  environment,
  type Input,
  type Limit,
  match,
  notificationText,
  policyDocument,
  publishPayload,
  queueBatch,
  queueMessage,
  startingPosition,
  unlessManaged,
} from "./limit";

const queueAttributes: Record<string, Limit> = {
  "Attributes.DelaySeconds": between(0, 900),
  "Attributes.MaximumMessageSize": between(1_024, 1_048_576),
  "Attributes.MessageRetentionPeriod": between(60, 1_209_600),
  "Attributes.ReceiveMessageWaitTimeSeconds": between(0, 20),
  "Attributes.VisibilityTimeout": between(0, 43_200),
};

const functionSettings: Record<string, Limit> = {
  "Environment.Variables": environment,
  MemorySize: unlessManaged(between(128, 10_240)),
  Timeout: unlessManaged(between(1, 900)),
};

/** Limits that AWS documents and its models do not contain: by service id and operation, then by parameter. */
const limits: Record<string, Record<string, Limit>> = {
  "SQS CreateQueue": {
    QueueName: match(
      /^(?=.{1,80}$)[\w-]+(\.fifo)?$/,
      "be 1 to 80 of A-Z, a-z, 0-9, _ and -, a final .fifo included",
    ),
    ...queueAttributes,
  },
  "SQS SetQueueAttributes": queueAttributes,
  "SQS SendMessage": { MessageBody: queueMessage, DelaySeconds: between(0, 900) },
  "SQS SendMessageBatch": { Entries: queueBatch },
  "SQS DeleteMessageBatch": { Entries: distinctEntries },
  "SQS ReceiveMessage": {
    MaxNumberOfMessages: between(1, 10),
    WaitTimeSeconds: between(0, 20),
    VisibilityTimeout: between(0, 43_200),
  },
  "SQS ChangeMessageVisibility": { VisibilityTimeout: between(0, 43_200) },
  "SNS CreateTopic": {
    Name: match(
      /^(?=.{1,256}$)[\w-]+(\.fifo)?$/,
      "be 1 to 256 of A-Z, a-z, 0-9, _ and -, a final .fifo included",
    ),
  },
  "SNS Publish": {
    Subject: match(
      /^[^\p{Cc}\u2028\u2029]{1,99}$/u,
      "have 1 to 99 characters, none of them a line break or control character",
    ),
    Message: notificationText,
  },
  "IAM CreateRole": { AssumeRolePolicyDocument: policyDocument(2_048) },
  "IAM UpdateAssumeRolePolicy": { PolicyDocument: policyDocument(2_048) },
  "IAM PutRolePolicy": { PolicyDocument: policyDocument(10_240) },
  "Lambda CreateFunction": functionSettings,
  "Lambda UpdateFunctionConfiguration": functionSettings,
  "Lambda CreateEventSourceMapping": {
    EventSourceArn: startingPosition,
    BatchSize: batchWindow,
  },
  "S3 CreateBucket": {
    Bucket: match(
      /^(?!.*\.\.)(?!\d+\.\d+\.\d+\.\d+$)[a-z\d][a-z\d.-]{1,61}[a-z\d]$/,
      "be 3 to 63 of a-z, 0-9, . and -, a letter or digit first and last",
    ),
  },
  "IoT Data Plane Publish": {
    topic: match(
      /^(?=.{1,256}$)(\$aws\/rules\/\w+\/)?[^+#/]*(\/[^+#/]*){0,7}$/,
      "have 1 to 256 characters, at most 7 slashes, and neither + nor #",
    ),
    payload: publishPayload,
  },
};

/** Returns the parameters of an operation's input that break a documented limit which the models do not contain. */
export function checkLimits(service: string, operation: string, input: Input): Finding[] {
  const ofOperation = limits[`${service} ${operation}`] ?? {};
  return Object.entries(ofOperation).flatMap(([parameter, limit]) => {
    const value = valueAt(input, parameter);
    const constraint = value === undefined || value === null ? undefined : limit(value, input);
    return constraint === undefined ? [] : [breach(parameter, show(value), constraint)];
  });
}

function valueAt(input: Input, parameter: string): unknown {
  return parameter
    .split(".")
    .reduce<unknown>((at, name) => (at as Input | null | undefined)?.[name], input);
}
