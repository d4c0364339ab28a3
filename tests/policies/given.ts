import type { Given } from "../support/policy";

/** ARNs as a program of one account has them. */
export const arn = {
  queue: (name: string) => `arn:aws:sqs:eu-central-1:123456789012:${name}`,
  topic: (name: string) => `arn:aws:sns:eu-central-1:123456789012:${name}`,
  function: (name: string) => `arn:aws:lambda:eu-central-1:123456789012:function:${name}`,
  stream: (name: string) => `arn:aws:kinesis:eu-central-1:123456789012:stream/${name}`,
  role: (name: string) => `arn:aws:iam::123456789012:role/${name}`,
  rule: (name: string) => `arn:aws:iot:eu-central-1:123456789012:rule/${name}`,
  bucket: (name: string) => `arn:aws:s3:::${name}`,
};

export const queueUrl = (name: string): string =>
  `https://sqs.eu-central-1.amazonaws.com/123456789012/${name}`;

/** A redrive policy in a resource of its own. */
export const redrive = (from: string, to: string): Given => ({
  type: "aws:sqs/redrivePolicy:RedrivePolicy",
  name: "redrive",
  inputs: {
    queueUrl: queueUrl(from),
    redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn.queue(to), maxReceiveCount: 5 }),
  },
});

/** A topic rule that sends to a queue, which sets nothing aside by that. */
export const sendsTo = (queue: string): Given => ({
  type: "aws:iot/topicRule:TopicRule",
  name: "rule",
  inputs: { name: "r", sqs: [{ queueUrl: queueUrl(queue), useBase64: false }] },
});

export type Statement = Record<string, unknown>;

export const document = (...statements: Statement[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

/** A statement that every rule accepts; `changes` break it. */
export const send = (changes: Statement = {}): Statement => ({
  Sid: "Send",
  Effect: "Allow",
  Action: "sqs:SendMessage",
  Resource: arn.queue("orders"),
  ...changes,
});

export const rolePolicy = (...statements: Statement[]): Given => ({
  type: "aws:iam/rolePolicy:RolePolicy",
  inputs: { name: "permissions", role: "worker", policy: document(...statements) },
});

/** A trust policy that every rule accepts. */
export const trust = (changes: Statement = {}): Statement => ({
  Effect: "Allow",
  Principal: { Service: "iot.amazonaws.com" },
  Action: "sts:AssumeRole",
  Condition: {
    StringEquals: { "aws:SourceAccount": "123456789012" },
    ArnLike: { "aws:SourceArn": arn.rule("ingest") },
  },
  ...changes,
});

export const role = (...statements: Statement[]): Given => ({
  type: "aws:iam/role:Role",
  inputs: { name: "ingest", assumeRolePolicy: document(...statements) },
});

/** One resource with some inputs changed; an input that becomes `undefined` is gone. */
export function changed(given: Given, changes: Record<string, unknown>): Given {
  const inputs = Object.entries({ ...given.inputs, ...changes });
  return {
    ...given,
    inputs: Object.fromEntries(inputs.filter(([, value]) => value !== undefined)),
  };
}
