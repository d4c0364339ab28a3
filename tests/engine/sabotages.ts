/** One thing broken about one resource of the program. */
export interface Sabotage {
  type: string;
  /** The resource's logical name. */
  name: string;
  input: string;
  /** What the input is to be instead; undefined takes it away. */
  broken: (value: unknown) => unknown;
  /** The resource at which it is found. @default the broken one */
  found?: string;
  /** Which policy has to refuse it, in which words. */
  refused: [policy: string, sentence: string];
}

const topicRule = "aws:iot/topicRule:TopicRule";
const role = "aws:iam/role:Role";
const rolePolicy = "aws:iam/rolePolicy:RolePolicy";
const mapping = "aws:lambda/eventSourceMapping:EventSourceMapping";

const gone = (): undefined => undefined;

/** Each breaks another resource, so that no finding hides another. */
export const sabotages: Sabotage[] = [
  {
    type: topicRule,
    name: "iot-to-sqs-rule",
    input: "errorAction",
    broken: gone,
    refused: [
      "iot-rule-require-error-action",
      "Has no error action: messages that an action cannot deliver are lost.",
    ],
  },
  {
    type: topicRule,
    name: "iot-to-eventbridge-rule",
    input: "errorAction",
    broken: replaced("iot-to-eventbridge-failures", "iot-to-eventbridge-queue"),
    refused: [
      "iot-rule-require-error-action",
      "Sends what it could not deliver to where it could not deliver it, queue iot-integrations-test-iot-to-eventbridge-queue: name another.",
    ],
  },
  {
    type: rolePolicy,
    name: "iot-to-sqs-rule-role-permissions",
    input: "policy",
    broken: replaced(/"arn:[^"]*:iot-integrations-test-iot-to-sqs-queue"/, '"*"'),
    refused: [
      "iam-statement-forbid-wildcard-resources",
      "Statement SendToQueue in policy allows sqs:SendMessage on every resource: name one, as arn:${Partition}:sqs:${Region}:${Account}:${QueueName}.",
    ],
  },
  {
    type: rolePolicy,
    name: "iot-to-dynamodb-state-writer-role-permissions",
    input: "policy",
    broken: replaced("dynamodb:PutItem", "dynamodb:*"),
    refused: [
      "iam-statement-forbid-wildcard-actions",
      "Statement WriteState in policy allows dynamodb:*: name each action in full.",
    ],
  },
  {
    type: rolePolicy,
    name: "iot-to-sns-critical-rule-role-permissions",
    input: "policy",
    broken: replaced('"Action":"sns:Publish"', '"NotAction":"sns:Publish"'),
    refused: [
      "iam-statement-forbid-not-elements",
      "Statement PublishToTopic in policy allows by NotAction: say Action instead.",
    ],
  },
  {
    type: rolePolicy,
    name: "iot-to-step-functions-rule-role-permissions",
    input: "policy",
    broken: replaced('"Effect"', '"Efect"'),
    refused: [
      "iam-policy-require-readable-document",
      'policy cannot be read: Statement[0] has "Efect", which IAM does not know.',
    ],
  },
  {
    type: role,
    name: "iot-to-sqs-worker-role",
    input: "managedPolicyArns",
    broken: () => ["arn:aws:iam::aws:policy/AmazonSQSFullAccess"],
    refused: [
      "iam-role-forbid-managed-policies",
      "Attaches AmazonSQSFullAccess, which AWS wrote for everybody: write the statements that are needed here.",
    ],
  },
  {
    type: role,
    name: "telemetry-rule-role",
    input: "assumeRolePolicy",
    broken: replaced(/,"ArnLike":{[^}]*}/, ""),
    refused: [
      "iam-role-require-trust-conditions",
      "Statement 1 lets iot.amazonaws.com assume the role for any resource: ask for aws:SourceArn (https://docs.aws.amazon.com/iot/latest/developerguide/iot-create-role.html).",
    ],
  },
  {
    type: mapping,
    name: "iot-to-dynamodb-state-writer-mapping",
    input: "destinationConfig",
    broken: gone,
    refused: [
      "lambda-mapping-require-stream-failure-path",
      "Has no on-failure destination: records that it gives up on are lost; set destinationConfig.onFailure.",
    ],
  },
  {
    type: mapping,
    name: "iot-to-sqs-worker-mapping",
    input: "functionResponseTypes",
    broken: gone,
    refused: [
      "lambda-mapping-require-partial-response",
      "Repeats a whole batch for one record that failed: set functionResponseTypes to ReportBatchItemFailures.",
    ],
  },
  {
    type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    name: "iot-to-sns-formatter-on-failure",
    input: "destinationConfig",
    broken: gone,
    found: "iot-to-sns-formatter",
    refused: [
      "lambda-function-require-asynchronous-failure-path",
      "Is invoked asynchronously by subscription 'iot-to-sns-formatter-subscription' and has no on-failure destination: events that it fails at are lost.",
    ],
  },
  {
    type: "aws:sqs/queue:Queue",
    name: "iot-to-step-functions-queue",
    input: "redrivePolicy",
    broken: gone,
    refused: [
      "sqs-queue-require-redrive",
      "Is consumed by 'iot-to-step-functions-starter-mapping' and has no redrive policy: a message that fails comes back until it is deleted.",
    ],
  },
];

/** The same, with something else in place of a text or of what fits a pattern, wherever it stands. */
function replaced(text: string | RegExp, by: string): (value: unknown) => unknown {
  return (value) => {
    const isDocument = typeof value === "string";
    const changed = (isDocument ? value : JSON.stringify(value)).replace(text, by);
    return isDocument ? changed : JSON.parse(changed);
  };
}
