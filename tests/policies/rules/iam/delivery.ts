import type { Given } from "../../../support/policy";
import { arn, document, send, trust, type Statement } from "../../given";
import { ingestRole } from "./roles";

/** The queue in which messages are set aside. */
export const failuresArn = arn.queue("failures");
/** The statement that lets somebody send to it; `changes` break it. */
export const setAside = (changes: Statement = {}): Statement =>
  send({ Resource: failuresArn, ...changes });

/** A queue that lets in a service for one source. */
export const failures = (
  service?: string,
  source?: string,
  more: Record<string, unknown> = {},
): Given => ({
  type: "aws:sqs/queue:Queue",
  name: "failures",
  inputs: {
    name: "failures",
    policy: document(
      {
        Sid: "Tls",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: failuresArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
      ...(service
        ? [
            setAside({
              Principal: { Service: `${service}.amazonaws.com` },
              Condition: { ArnEquals: { "aws:SourceArn": source } },
            }),
          ]
        : []),
    ),
    ...more,
  },
});

export const workerRole: Given = {
  ...ingestRole(trust({ Principal: { Service: "lambda.amazonaws.com" } })),
  name: "worker-role",
};

export const worker: Given = {
  type: "aws:lambda/function:Function",
  name: "worker",
  inputs: { name: "worker", role: arn.role("ingest") },
};

/** What the rule says. */
export const refused = (by: string, place: string, why: string) =>
  `${by}: Cannot deliver failed messages through ${place}: ${why}.`;

export const notAllowed = (role: string, action: string, on: string) =>
  `role '${role}' does not allow ${action} on ${on}`;

export const notLetIn = (service: string, source: string) =>
  `the policy of 'failures' does not allow ${service}.amazonaws.com to perform sqs:SendMessage for ${source}`;
