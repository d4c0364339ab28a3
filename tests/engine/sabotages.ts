/** One thing broken about one resource of the program. */
export interface Sabotage {
  type: string;
  /** The resource's logical name. */
  name: string;
  input: string;
  /** The new value of the input; undefined removes it. */
  broken: (value: unknown) => unknown;
  /** Every policy that has to refuse it, at which resource and in which words. */
  refused: [policy: string, resource: string, sentence: string][];
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
      [
        "iot-rule-require-error-action",
        "iot-to-sqs-rule",
        "Has no error action, so messages that an action cannot deliver are lost: set errorAction.",
      ],
    ],
  },
  {
    type: topicRule,
    name: "iot-to-eventbridge-rule",
    input: "errorAction",
    broken: replaced("iot-to-eventbridge-failures", "iot-to-eventbridge-queue"),
    refused: [
      [
        "iot-rule-require-error-action",
        "iot-to-eventbridge-rule",
        "Sends failed messages to a target of the same rule, queue iot-integrations-test-iot-to-eventbridge-queue: use another target for errorAction.",
      ],
      // That queue is now one for failures, and nothing about it is fit for that.
      [
        "sqs-queue-require-arrivals-alarm",
        "iot-to-eventbridge-queue",
        "No alarm fires again when more messages arrive in this queue: create an alarm on NumberOfMessagesSent.",
      ],
      [
        "sqs-queue-require-depth-alarm",
        "iot-to-eventbridge-queue",
        "No alarm detects failed messages in this queue: create an alarm on ApproximateNumberOfMessagesVisible.",
      ],
      [
        "sqs-queue-require-long-retention",
        "iot-to-eventbridge-queue",
        "Retains failed messages for only 345600 s: set messageRetentionSeconds to 1209600.",
      ],
    ],
  },
  {
    type: rolePolicy,
    name: "iot-to-sqs-rule-role-permissions",
    input: "policy",
    broken: replaced(/"arn:[^"]*:iot-integrations-test-iot-to-sqs-queue"/, '"*"'),
    refused: [
      [
        "iam-statement-forbid-wildcard-resources",
        "iot-to-sqs-rule-role-permissions",
        "Statement SendToQueue in policy allows sqs:SendMessage on every resource: specify one ARN, in the format arn:${Partition}:sqs:${Region}:${Account}:${QueueName}.",
      ],
    ],
  },
  {
    type: rolePolicy,
    name: "iot-to-dynamodb-state-writer-role-permissions",
    input: "policy",
    broken: replaced("dynamodb:PutItem", "dynamodb:*"),
    refused: [
      [
        "iam-statement-forbid-wildcard-actions",
        "iot-to-dynamodb-state-writer-role-permissions",
        "Statement WriteState in policy allows dynamodb:*: specify each action by its full name.",
      ],
    ],
  },
  {
    type: rolePolicy,
    name: "iot-to-step-functions-process-telemetry-role-permissions",
    input: "policy",
    broken: replaced('"Action"', '"NotAction"'),
    refused: [
      [
        "iam-statement-forbid-not-elements",
        "iot-to-step-functions-process-telemetry-role-permissions",
        "Statement WriteLogs in policy allows by NotAction: use Action instead.",
      ],
    ],
  },
  {
    type: rolePolicy,
    name: "iot-to-step-functions-store-data-role-permissions",
    input: "policy",
    broken: replaced('"Effect"', '"Efect"'),
    refused: [
      [
        "iam-policy-require-readable-document",
        "iot-to-step-functions-store-data-role-permissions",
        'policy is invalid: Statement[0] has "Efect", which IAM does not know.',
      ],
    ],
  },
  {
    type: role,
    name: "iot-to-sqs-worker-role",
    input: "managedPolicyArns",
    broken: () => ["arn:aws:iam::aws:policy/AmazonSQSFullAccess"],
    refused: [
      [
        "iam-role-forbid-managed-policies",
        "iot-to-sqs-worker-role",
        "Attaches the AWS managed policy AmazonSQSFullAccess, which grants more than this role needs: replace it with a policy that contains only the required statements.",
      ],
    ],
  },
  {
    type: role,
    name: "telemetry-rule-role",
    input: "assumeRolePolicy",
    broken: replaced(/,"ArnLike":{[^}]*}/, ""),
    refused: [
      [
        "iam-role-require-trust-conditions",
        "telemetry-rule-role",
        "Statement 1 allows iot.amazonaws.com to assume the role for any resource: require aws:SourceArn (https://docs.aws.amazon.com/iot/latest/developerguide/iot-create-role.html).",
      ],
    ],
  },
  {
    type: mapping,
    name: "iot-to-dynamodb-state-writer-mapping",
    input: "destinationConfig",
    broken: gone,
    refused: [
      [
        "lambda-mapping-require-stream-failure-path",
        "iot-to-dynamodb-state-writer-mapping",
        "Has no on-failure destination, so records are lost when retries end: set destinationConfig.onFailure.",
      ],
    ],
  },
  {
    type: mapping,
    name: "iot-to-sqs-worker-mapping",
    input: "functionResponseTypes",
    broken: gone,
    refused: [
      [
        "lambda-mapping-require-partial-response",
        "iot-to-sqs-worker-mapping",
        "Retries the whole batch when one record fails: set functionResponseTypes to ReportBatchItemFailures.",
      ],
    ],
  },
  {
    type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    name: "iot-to-sns-formatter-on-failure",
    input: "destinationConfig",
    broken: gone,
    refused: [
      [
        "lambda-function-require-asynchronous-failure-path",
        "iot-to-sns-formatter",
        "Is invoked asynchronously by subscription 'iot-to-sns-formatter-subscription' and has no on-failure destination, so failed events are lost: set destinationConfig.onFailure.",
      ],
    ],
  },
  {
    type: "aws:sqs/queue:Queue",
    name: "iot-to-step-functions-queue",
    input: "redrivePolicy",
    broken: gone,
    refused: [
      [
        "sqs-queue-require-redrive",
        "iot-to-step-functions-queue",
        "Is consumed by 'iot-to-step-functions-starter-mapping' and has no redrive policy, so a message that fails returns until it expires: set redrivePolicy.",
      ],
    ],
  },
];

/** The same, with something else in place of a text or of what fits a pattern, wherever it stands. */
function replaced(text: string | RegExp, by: string): (value: unknown) => unknown {
  return (value) => {
    const isDocument = typeof value === "string";
    const changed = (isDocument ? value : JSON.stringify(value)).replace(text, by);
    return isDocument ? changed : (JSON.parse(changed) as unknown);
  };
}
