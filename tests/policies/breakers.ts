import { rewrite, set, type Breaker, type Statement } from "./sabotage";

const queue = "aws:sqs/queue:Queue";
const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const lambda = "aws:lambda/function:Function";
const mapping = "aws:lambda/eventSourceMapping:EventSourceMapping";
const role = "aws:iam/role:Role";
const rolePolicy = "aws:iam/rolePolicy:RolePolicy";
const topicRule = "aws:iot/topicRule:TopicRule";

const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const listed = (value: unknown): unknown[] => (isList(value) ? value : [value]);
const purpose = (inputs: Record<string, unknown>): unknown =>
  (inputs.tags as Record<string, unknown> | undefined)?.purpose;
const isStream = (inputs: Record<string, unknown>): boolean =>
  String(inputs.eventSourceArn).includes(":kinesis:");

/** Takes an input away. */
const without = (
  type: string,
  input: string,
  rules: Breaker["rules"],
  also?: string[],
): Breaker => ({
  what: `without ${input}`,
  type,
  change: (inputs) => {
    const holder = input
      .split(".")
      .slice(0, -1)
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], inputs);
    const last = input.split(".").pop() ?? "";
    return Object.hasOwn((holder ?? {}) as object, last)
      ? set(inputs, input, undefined)
      : undefined;
  },
  rules,
  also,
});

/** Gives an input another value. */
const having = (
  type: string,
  input: string,
  value: unknown,
  rules: Breaker["rules"],
  also?: string[],
): Breaker => ({
  what: `with ${input} ${JSON.stringify(value)}`,
  type,
  change: (inputs) => set(inputs, input, value),
  rules,
  also,
});

/** Changes a document. */
const rewriting = (
  what: string,
  type: string,
  input: string,
  change: (statements: Statement[]) => Statement[],
  rules: Breaker["rules"],
  also?: string[],
): Breaker => ({ what, type, change: (inputs) => rewrite(inputs, input, change), rules, also });

const first = (change: (statement: Statement) => Statement) => (statements: Statement[]) =>
  statements.map((statement, index) => (index === 0 ? change(statement) : statement));

const delivery = "iam-failure-path-require-delivery";
const permission = "iam-message-path-require-permission";
const redrive = "sqs-queue-require-redrive";

const ofRoles: Breaker[] = [
  rewriting(
    "may use every resource",
    rolePolicy,
    "policy",
    first((one) => ({ ...one, Resource: "*" })),
    ["iam-statement-forbid-wildcard-resources"],
  ),
  rewriting(
    "may do everything with it",
    rolePolicy,
    "policy",
    first((one) => ({ ...one, Action: `${String(listed(one.Action)[0]).split(":")[0]}:*` })),
    ["iam-statement-forbid-wildcard-actions"],
  ),
  rewriting(
    "may do everything but something with it",
    rolePolicy,
    "policy",
    first(({ Action: _, ...one }) => ({ ...one, NotAction: "iam:CreateUser" })),
    ["iam-statement-forbid-not-elements"],
  ),
  rewriting(
    "names an action that does not exist",
    rolePolicy,
    "policy",
    first((one) => ({ ...one, Action: [...listed(one.Action), "sqs:SendMessageBatch"] })),
    ["iam-statement-forbid-unknown-actions"],
  ),
  rewriting(
    "names what its actions cannot be about",
    rolePolicy,
    "policy",
    first((one) => ({
      ...one,
      Resource: [...listed(one.Resource), "arn:aws:glacier:eu-central-1:123456789012:vaults/v"],
    })),
    ["iam-statement-forbid-mismatched-resources"],
  ),
  rewriting(
    "may only on behalf of a source that is never sent",
    rolePolicy,
    "policy",
    first((one) => ({
      ...one,
      Condition: { ArnEquals: { "aws:SourceArn": "arn:aws:iot:eu-central-1:123456789012:rule/r" } },
    })),
    ["iam-statement-forbid-dead-conditions"],
    [delivery, permission],
  ),
  rewriting(
    "may pass every role",
    rolePolicy,
    "policy",
    (statements) => [
      ...statements,
      {
        Sid: "Pass",
        Effect: "Allow",
        Action: "iam:PassRole",
        Resource: "arn:aws:iam::123456789012:role/*",
      },
    ],
    ["iam-statement-require-exact-passed-role"],
  ),
  rewriting(
    "may write its own permissions",
    rolePolicy,
    "policy",
    (statements) => [
      ...statements,
      {
        Sid: "Grow",
        Effect: "Allow",
        Action: "iam:PutRolePolicy",
        Resource: "arn:aws:iam::123456789012:role/it",
      },
    ],
    ["iam-role-forbid-escalation"],
  ),
  rewriting(
    "may write metrics of every namespace",
    rolePolicy,
    "policy",
    (statements) => [
      ...statements,
      { Sid: "Metrics", Effect: "Allow", Action: "cloudwatch:PutMetricData", Resource: "*" },
    ],
    ["iam-statement-require-narrowing-conditions"],
  ),
  rewriting(
    "repeats without its condition what has one",
    rolePolicy,
    "policy",
    (statements) =>
      statements.flatMap((one) =>
        one.Condition ? [one, { ...one, Sid: `${one.Sid}Again`, Condition: undefined }] : [one],
      ),
    ["iam-role-forbid-widening-siblings"],
    ["iam-statement-forbid-wildcard-resources"],
  ),
  rewriting(
    "has a misspelt condition",
    rolePolicy,
    "policy",
    first((one) => ({ ...one, Condtion: {} })),
    ["iam-policy-require-readable-document"],
    [delivery, permission],
  ),
  rewriting(
    "may not set messages aside",
    rolePolicy,
    "policy",
    (statements) =>
      statements.filter(({ Sid }) => !/OnError$|^SetAside|^FindFailures/.test(Sid ?? "")),
    [delivery],
  ),
  rewriting(
    "may not do what it is for",
    rolePolicy,
    "policy",
    (statements) =>
      statements.filter(
        ({ Sid }) => !/^(SendToQueue|PutItem|PutRecord|ConsumeQueue|ReadStream)$/.test(Sid ?? ""),
      ),
    [permission],
  ),
];

const ofTrust: Breaker[] = [
  rewriting(
    "trusts its service for anybody",
    role,
    "assumeRolePolicy",
    (statements) => statements.map((one) => ({ ...one, Condition: undefined })),
    ["iam-role-require-trust-conditions"],
  ),
  ...["aws:SourceAccount", "aws:SourceArn"].map((key) =>
    rewriting(
      `trusts its service without ${key}`,
      role,
      "assumeRolePolicy",
      (statements) =>
        statements.map((one) => {
          const conditions = Object.entries((one.Condition ?? {}) as Record<string, object>).filter(
            ([, keys]) => !Object.hasOwn(keys, key),
          );
          return one.Condition ? { ...one, Condition: Object.fromEntries(conditions) } : one;
        }),
      ["iam-role-require-trust-conditions"],
    ),
  ),
  rewriting(
    "trusts its service once more, without conditions",
    role,
    "assumeRolePolicy",
    (statements) =>
      statements.flatMap((one) =>
        one.Condition ? [one, { ...one, Condition: undefined }] : [one],
      ),
    ["iam-role-require-trust-conditions"],
  ),
  rewriting(
    "trusts everybody",
    role,
    "assumeRolePolicy",
    first((one) => ({ ...one, Principal: "*" })),
    ["iam-role-require-trust-conditions"],
  ),
  ...[
    ["another of its kind", "other"],
    ["all of its kind", "*"],
  ].map(([what, name]) =>
    rewriting(
      `trusts its service for ${what}`,
      role,
      "assumeRolePolicy",
      (statements) =>
        statements.map((one) => {
          const source = JSON.stringify(one.Condition ?? {});
          if (!/:(rule|pipe|stateMachine)[/:]/.test(source)) return one;
          const Condition = JSON.parse(
            source.replace(/(:(?:rule|pipe)\/|:stateMachine:)[^"]+/, `$1${name}`),
          ) as object;
          return { ...one, Condition };
        }),
      ["iam-role-require-matching-source"],
    ),
  ),
];

const ofQueues: Breaker[] = [
  without(queue, "redrivePolicy", [redrive]),
  without(queue, "redriveAllowPolicy", ["sqs-queue-require-redrive-allow-policy"]),
  without(queue, "sqsManagedSseEnabled", ["sqs-queue-require-encryption"]),
  having(queue, "fifoQueue", true, (inputs) =>
    purpose(inputs) === "failures" ? ["sqs-queue-require-matching-kind"] : [],
  ),
  having(queue, "messageRetentionSeconds", 3600, (inputs) =>
    purpose(inputs) === "work" ? [] : ["sqs-queue-require-long-retention"],
  ),
  having(queue, "messageRetentionSeconds", 1_209_600, (inputs) =>
    purpose(inputs) === "work" ? ["sqs-queue-require-long-retention"] : [],
  ),
  having(queue, "visibilityTimeoutSeconds", 30, (inputs) =>
    purpose(inputs) === "work" ? ["sqs-queue-require-visibility-timeout"] : [],
  ),
  having(queue, "tags", undefined, (inputs) => (purpose(inputs) === "quarantine" ? [redrive] : [])),
  {
    what: "lets no queue redrive to it",
    type: queue,
    change: (inputs) =>
      String(inputs.redriveAllowPolicy).includes("byQueue")
        ? set(inputs, "redriveAllowPolicy", '{"redrivePermission":"denyAll"}')
        : undefined,
    rules: [delivery],
  },
  {
    what: "redrives to a queue that does not expect it",
    type: queue,
    change: (inputs) =>
      typeof inputs.redrivePolicy === "string"
        ? set(
            inputs,
            "redrivePolicy",
            inputs.redrivePolicy.replace(
              /[^:"]+-failures"/,
              'iot-integrations-test-telemetry-failures"',
            ),
          )
        : undefined,
    rules: [delivery],
  },
  {
    what: "redrives to itself",
    type: queue,
    change: (inputs) =>
      typeof inputs.redrivePolicy === "string"
        ? set(
            inputs,
            "redrivePolicy",
            inputs.redrivePolicy.replace(/[^:"]+-failures"/, `${String(inputs.name)}"`),
          )
        : undefined,
    rules: ["sqs-queue-forbid-redrive-cycles"],
    also: [delivery, "sqs-queue-require-long-retention", "sqs-queue-require-depth-alarm"],
  },
  rewriting(
    "takes plain text",
    queue,
    "policy",
    (statements) => statements.filter(({ Effect }) => Effect !== "Deny"),
    ["aws-resource-require-tls"],
  ),
  rewriting(
    "lets in no service",
    queue,
    "policy",
    (statements) => statements.filter(({ Effect }) => Effect === "Deny"),
    [],
  ),
  rewriting(
    "lets a service in for any resource",
    queue,
    "policy",
    (statements) =>
      statements.map((one) =>
        one.Effect === "Allow"
          ? { ...one, Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } } }
          : one,
      ),
    ["iam-policy-require-exact-principals"],
  ),
];

const lettingIn: Breaker[] = [
  {
    what: "lets in no service",
    type: queue,
    change: (inputs) =>
      rewrite(inputs, "policy", (statements) =>
        statements.filter(({ Effect }) => Effect === "Deny"),
      ),
    rules: (inputs) => {
      const policy = String(inputs.policy);
      return [
        ...(/sns\.amazonaws|events\.amazonaws/.test(policy) ? [] : []),
        ...(/s3\.amazonaws/.test(policy) ? [permission] : []),
        ...(/sns\.amazonaws/.test(policy) ? [delivery] : []),
      ];
    },
    also: [delivery, permission],
  },
];

const surfaces = new Set([
  "Failure",
  "ErrorActionFailure",
  "ParseError",
  "RuleMessageThrottled",
  "Errors",
  "Throttles",
  "DestinationDeliveryFailures",
  "AsyncEventsDropped",
  "IteratorAge",
  "WriteThrottleEvents",
  "WriteProvisionedThroughputExceeded",
  "InvocationsFailedToBeSentToDlq",
  "ExecutionFailed",
  "ExecutionsFailed",
  "ExecutionsTimedOut",
]);

/** The rules that miss an alarm, by what it watches. */
function missing(inputs: Record<string, unknown>): string[] {
  const query = JSON.stringify(inputs.metricQueries ?? "");
  const metric = String(inputs.metricName ?? /SUM\((\w+)\)/.exec(query)?.[1]);
  if (metric === "ApproximateNumberOfMessagesVisible") return ["sqs-queue-require-depth-alarm"];
  return surfaces.has(metric) ? ["cloudwatch-alarm-require-failure-surfaces"] : [];
}

const ofAlarms: Breaker[] = [
  { what: "is not there", type: alarm, change: () => "gone", rules: missing },
  having(alarm, "alarmActions", [], ["cloudwatch-alarm-require-reachable-target"]),
  without(alarm, "alarmDescription", ["aws-resource-require-description"]),
  {
    what: "watches a dimension that is not emitted",
    type: alarm,
    change: (inputs) =>
      inputs.dimensions && !String(inputs.namespace).includes("ApiGateway")
        ? set(inputs, "dimensions", { Name: "x" })
        : undefined,
    rules: ["cloudwatch-alarm-require-emitted-dimensions"],
    also: ["cloudwatch-alarm-require-failure-surfaces", "sqs-queue-require-depth-alarm"],
  },
  {
    what: "fires at the hundredth message only",
    type: alarm,
    change: (inputs) => set(inputs, "threshold", 100),
    rules: (inputs) => missing(inputs).filter((rule) => rule === "sqs-queue-require-depth-alarm"),
  },
];

const ofTopics: Breaker[] = [
  without("aws:sns/topic:Topic", "kmsMasterKeyId", ["sns-topic-require-encryption"]),
  having("aws:sns/topic:Topic", "kmsMasterKeyId", "alias/aws/sns", [
    "sns-topic-require-encryption",
  ]),
  rewriting(
    "takes plain text",
    "aws:sns/topic:Topic",
    "policy",
    (statements) => statements.filter(({ Effect }) => Effect !== "Deny"),
    ["aws-resource-require-tls"],
  ),
  ...(["aws:sns/topic:Topic", "aws:kms/key:Key"] as const).map((type) =>
    rewriting(
      "does not let CloudWatch in",
      type,
      "policy",
      (statements) =>
        statements.filter((one) => !JSON.stringify(one.Principal).includes("cloudwatch")),
      ["cloudwatch-alarm-require-reachable-target"],
    ),
  ),
  without("aws:kms/key:Key", "enableKeyRotation", ["kms-key-require-rotation"]),
  without(
    "aws:sns/topicSubscription:TopicSubscription",
    "redrivePolicy",
    ["sns-subscription-require-redrive"],
    [redrive],
  ),
];

const ofFunctions: Breaker[] = [
  having(lambda, "runtime", "nodejs18.x", ["lambda-function-forbid-ending-runtimes"]),
  having(lambda, "environment.variables.API_TOKEN", "in clear", [
    "aws-resource-forbid-secrets-in-clear",
  ]),
  having(lambda, "loggingConfig.logGroup", "/aws/lambda/nobody", [
    "lambda-function-require-log-group",
  ]),
  without(lambda, "description", ["aws-resource-require-description"]),
  without("aws:cloudwatch/logGroup:LogGroup", "retentionInDays", [
    "cloudwatch-log-group-require-log-retention",
  ]),
  {
    what: "is not there",
    type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    change: () => "gone",
    rules: ["lambda-function-require-asynchronous-failure-path"],
  },
  {
    what: "is not there",
    type: "aws:lambda/permission:Permission",
    change: () => "gone",
    rules: ({ principal }) => (principal === "apigateway.amazonaws.com" ? [] : [permission]),
  },
  without("aws:lambda/permission:Permission", "sourceArn", [
    "lambda-permission-require-permission-source",
  ]),
  without(mapping, "functionResponseTypes", ["lambda-mapping-require-partial-response"]),
  having(mapping, "batchSize", 1, ["lambda-mapping-require-batches"]),
  ...["maximumRetryAttempts", "maximumRecordAgeInSeconds", "bisectBatchOnFunctionError"].map(
    (input) =>
      without(mapping, input, (inputs) =>
        isStream(inputs) ? ["lambda-mapping-require-stream-failure-path"] : [],
      ),
  ),
  without(mapping, "destinationConfig", ["lambda-mapping-require-stream-failure-path"]),
];

const ofRules: Breaker[] = [
  without(topicRule, "errorAction", ["iot-rule-require-error-action"], [redrive]),
  without(topicRule, "description", ["aws-resource-require-description"]),
  having(topicRule, "sql", "SELECT FROM", ["iot-rule-require-valid-sql"]),
  having(topicRule, "sqlVersion", "2015-10-08", ["iot-rule-require-valid-sql"]),
  {
    what: "sets aside where it could not deliver",
    type: topicRule,
    change: (inputs) =>
      isList(inputs.sqs) ? set(inputs, "errorAction", { sqs: inputs.sqs[0] }) : undefined,
    rules: ["iot-rule-require-error-action"],
    also: [redrive, "sqs-queue-require-long-retention", "sqs-queue-require-depth-alarm"],
  },
  {
    what: "writes everything to one shard",
    type: topicRule,
    change: (inputs) =>
      isList(inputs.kineses)
        ? {
            ...inputs,
            kineses: inputs.kineses.map((one) => ({ ...(one as object), partitionKey: "a" })),
          }
        : undefined,
    rules: ["iot-rule-require-partition-key"],
  },
  {
    what: "is kept by AWS IoT Analytics",
    type: topicRule,
    change: (inputs) => set(inputs, "iotAnalytics", [{ channelName: "c", roleArn: "r" }]),
    rules: ["aws-resource-forbid-ended-services"],
  },
  rewriting(
    "lets devices use each other's topics",
    "aws:iot/policy:Policy",
    "policy",
    (statements) =>
      statements.map((one) => ({
        ...one,
        Resource: listed(one.Resource).map((arn) => String(arn).replace(/\$\{[^}]+\}/, "any")),
      })),
    ["iot-policy-require-own-thing"],
  ),
];

const ofStores: Breaker[] = [
  without("aws:kinesis/stream:Stream", "encryptionType", ["kinesis-stream-require-encryption"]),
  without("aws:kinesis/stream:Stream", "streamModeDetails", ["kinesis-stream-require-on-demand"]),
  without("aws:dynamodb/table:Table", "billingMode", ["dynamodb-table-require-on-demand"]),
  without("aws:dynamodb/table:Table", "pointInTimeRecovery", ["dynamodb-table-require-recovery"]),
  having("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "restrictPublicBuckets", false, [
    "s3-bucket-require-public-access-block",
  ]),
  {
    what: "is not there",
    type: "aws:s3/bucketPolicy:BucketPolicy",
    change: () => "gone",
    rules: ["aws-resource-require-tls"],
  },
];

const ofFlows: Breaker[] = [
  without(
    "aws:cloudwatch/eventTarget:EventTarget",
    "deadLetterConfig",
    ["events-target-require-dead-letter-queue"],
    [redrive],
  ),
  without("aws:cloudwatch/eventTarget:EventTarget", "retryPolicy", [
    "events-target-require-dead-letter-queue",
  ]),
  without("aws:pipes/pipe:Pipe", "description", ["aws-resource-require-description"]),
  ...["Catch", "Retry", "TimeoutSeconds"].map((field): Breaker => ({
    what: `has a task without ${field}`,
    type: "aws:sfn/stateMachine:StateMachine",
    change: (inputs) => {
      const definition = JSON.parse(String(inputs.definition)) as {
        States: Record<string, Record<string, unknown>>;
      };
      const task = Object.values(definition.States).find((state) => state[field] !== undefined);
      delete task?.[field];
      return set(inputs, "definition", JSON.stringify(definition));
    },
    rules: ["sfn-workflow-require-catch"],
  })),
];

export const breakers: Breaker[] = [
  ...ofRoles,
  ...ofTrust,
  ...ofQueues,
  ...lettingIn,
  ...ofAlarms,
  ...ofTopics,
  ...ofFunctions,
  ...ofRules,
  ...ofStores,
  ...ofFlows,
];
