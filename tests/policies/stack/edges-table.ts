import type { Given } from "../../support/policy";
import { arn, queueUrl, redrive, rolePolicy, send } from "../given";

/** What is at the other ends, named by one letter each. */
export const ends: Given[] = [
  { type: "aws:sqs/queue:Queue", name: "queue", inputs: { name: "q" } },
  { type: "aws:sns/topic:Topic", name: "topic", inputs: { name: "t" } },
  {
    type: "aws:lambda/function:Function",
    name: "function",
    inputs: { name: "f", role: arn.role("r") },
  },
  { type: "aws:kinesis/stream:Stream", name: "stream", inputs: { name: "s" } },
  { type: "aws:cloudwatch/eventBus:EventBus", name: "bus", inputs: { name: "b" } },
  { type: "aws:iam/role:Role", name: "role", inputs: { name: "r" } },
  rolePolicy(send()),
];
const inPlace = (service: string, resource: string) =>
  `arn:aws:${service}:eu-central-1:123456789012:${resource}`;
const byRole = "role";
const toQueue = JSON.stringify({ deadLetterTargetArn: arn.queue("q") });
export const aside = { deadLetterConfig: { arn: arn.queue("q") } };
export const toDeadLetters = { deadLetterConfig: { targetArn: arn.queue("q") } };
const definition = (state: object) =>
  JSON.stringify({ States: { Do: { Type: "Task", ...state } } });

/** What says so → its edges: kind, other end, who does it. */
export const rows: [type: string, inputs: Record<string, unknown>, edges: string[]][] = [
  [
    "aws:cloudwatch/eventBus:EventBus",
    { name: "c", ...aside },
    [`bus failure → queue by events.amazonaws.com for ${inPlace("events", "event-bus/c")}`],
  ],
  ["aws:cloudwatch/eventBus:EventBus", aside, ["bus failure → queue by nobody known"]],
  [
    "aws:cloudwatch/eventTarget:EventTarget",
    { rule: "e", arn: arn.function("f"), ...aside },
    [
      `target → function by events.amazonaws.com for ${inPlace("events", "rule/e")}`,
      `target failure → queue by events.amazonaws.com for ${inPlace("events", "rule/e")}`,
    ],
  ],
  [
    "aws:cloudwatch/eventTarget:EventTarget",
    { rule: "e", eventBusName: "b", roleArn: arn.role("r"), arn: arn.stream("s"), ...aside },
    [
      `target → stream by ${byRole}`,
      `target failure → queue by events.amazonaws.com for ${inPlace("events", "rule/b/e")}`,
    ],
  ],
  [
    "aws:cloudwatch/eventTarget:EventTarget",
    { rule: "e", eventBusName: inPlace("events", "event-bus/b"), arn: arn.queue("q") },
    [`target → queue by events.amazonaws.com for ${inPlace("events", "rule/b/e")}`],
  ],
  [
    "aws:cloudwatch/eventTarget:EventTarget",
    { rule: "e", eventBusName: "default", arn: arn.queue("q") },
    [`target → queue by events.amazonaws.com for ${inPlace("events", "rule/e")}`],
  ],
  [
    "aws:cloudwatch/eventTarget:EventTarget",
    { arn: arn.queue("q") },
    ["target → queue by nobody known"],
  ],
  [
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    {
      eventSourceArn: arn.stream("s"),
      functionName: "f",
      destinationConfig: { onFailure: { destinationArn: arn.topic("t") } },
    },
    [`mapping → stream by ${byRole}`, `mapping failure → topic by ${byRole}`],
  ],
  [
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    { eventSourceArn: arn.queue("q"), functionName: "elsewhere" },
    ["mapping → queue by nobody known"],
  ],
  [
    "aws:lambda/function:Function",
    { name: "g", role: arn.role("r"), ...toDeadLetters },
    [`asynchronous failure → queue by ${byRole}`],
  ],
  [
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    {
      functionName: arn.function("f"),
      destinationConfig: {
        onFailure: { destination: arn.queue("q") },
        onSuccess: { destination: arn.topic("t") },
      },
    },
    [`asynchronous failure → queue by ${byRole}`, `asynchronous success → topic by ${byRole}`],
  ],
  [
    "aws:pipes/pipe:Pipe",
    {
      roleArn: arn.role("r"),
      source: arn.stream("s"),
      enrichment: arn.function("f"),
      target: inPlace("events", "event-bus/b"),
      sourceParameters: { kinesisStreamParameters: aside, dynamodbStreamParameters: aside },
    },
    [
      `pipe source → stream by ${byRole}`,
      `pipe enrichment → function by ${byRole}`,
      `pipe target → bus by ${byRole}`,
      `pipe failure → queue by ${byRole}`,
      `pipe failure → queue by ${byRole}`,
    ],
  ],
  [
    "aws:s3/bucketNotification:BucketNotification",
    {
      bucket: "u",
      queues: [{ queueArn: arn.queue("q") }],
      topics: [{ topicArn: arn.topic("t") }],
      lambdaFunctions: [{ lambdaFunctionArn: arn.function("f") }],
    },
    ["queue", "topic", "function"].map(
      (end) => `notification → ${end} by s3.amazonaws.com for arn:aws:s3:::u`,
    ),
  ],
  [
    "aws:s3/bucketNotification:BucketNotification",
    { queues: [{ queueArn: arn.queue("q") }] },
    ["notification → queue by nobody known"],
  ],
  [
    "aws:scheduler/schedule:Schedule",
    { target: { arn: arn.function("f"), roleArn: arn.role("r"), ...aside } },
    [`schedule → function by ${byRole}`, `schedule failure → queue by ${byRole}`],
  ],
  [
    "aws:sns/topicSubscription:TopicSubscription",
    { topic: arn.topic("t"), endpoint: arn.queue("q"), redrivePolicy: toQueue },
    [
      `subscription → queue by sns.amazonaws.com for ${arn.topic("t")}`,
      `subscription failure → queue by sns.amazonaws.com for ${arn.topic("t")}`,
    ],
  ],
  [
    "aws:sns/topicSubscription:TopicSubscription",
    { topic: arn.topic("t"), endpoint: "a@example.com" },
    [`subscription → outside by sns.amazonaws.com for ${arn.topic("t")}`],
  ],
  [
    "aws:sqs/queue:Queue",
    { name: "w", redrivePolicy: toQueue },
    ["queue redrive → queue by nobody known"],
  ],
  [
    "aws:sqs/redrivePolicy:RedrivePolicy",
    redrive("w", "q").inputs,
    ["queue redrive → queue by nobody known"],
  ],
  [
    "aws:iot/topicRule:TopicRule",
    {
      name: "i",
      sqs: [{ queueUrl: queueUrl("q"), roleArn: arn.role("r") }],
      lambdas: [{ functionArn: arn.function("f") }],
      errorAction: { kinesis: { streamName: "s", roleArn: arn.role("r") } },
    },
    [
      `rule error action → stream by ${byRole}`,
      `rule action → function by iot.amazonaws.com for ${arn.rule("i")}`,
      `rule action → queue by ${byRole}`,
    ],
  ],
  [
    "aws:iot/topicRule:TopicRule",
    { lambdas: [{ functionArn: arn.function("f") }] },
    ["rule action → function by nobody known"],
  ],
  [
    "aws:sfn/stateMachine:StateMachine",
    {
      roleArn: arn.role("r"),
      definition: definition({
        Resource: "arn:aws:states:::lambda:invoke",
        Arguments: { FunctionName: "f" },
      }),
    },
    [`workflow task → function by ${byRole}`],
  ],
  [
    "aws:sfn/stateMachine:StateMachine",
    {
      roleArn: arn.role("r"),
      definition: JSON.stringify({
        States: {
          Do: { Type: "Pass", Catch: [{ Next: "Aside" }] },
          Aside: {
            Type: "Task",
            Resource: "arn:aws:states:::sqs:sendMessage",
            Parameters: { QueueUrl: queueUrl("q") },
          },
        },
      }),
    },
    [`workflow failure → queue by ${byRole}`],
  ],
];
