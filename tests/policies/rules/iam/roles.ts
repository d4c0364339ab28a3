import type { Given } from "../../../support/policy";
import {
  arn,
  changed,
  document,
  queueUrl,
  role,
  rolePolicy,
  trust,
  type Statement,
} from "../../given";

/** A topic rule that has the role `ingest`, as `role()` calls itself. */
export const topicRule: Given = {
  type: "aws:iot/topicRule:TopicRule",
  name: "ingest-rule",
  inputs: {
    name: "ingest",
    sqs: [{ queueUrl: queueUrl("orders"), useBase64: false, roleArn: arn.role("ingest") }],
    errorAction: { sqs: { queueUrl: queueUrl("failures"), roleArn: arn.role("ingest") } },
  },
};

/** That role. */
export const ingestRole = (...statements: Statement[]): Given => ({
  ...role(...(statements.length > 0 ? statements : [trust()])),
  name: "ingest-role",
});

/** Its permissions. */
export const permissions = (...statements: Statement[]): Given => ({
  ...changed(rolePolicy(...statements), { role: "ingest" }),
  name: "ingest-permissions",
});

/** More of them, in a policy of its own that is attached. */
export const attached = (...statements: Statement[]): Given[] => [
  {
    type: "aws:iam/policy:Policy",
    name: "more",
    inputs: { name: "more", policy: document(...statements) },
  },
  {
    type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    name: "attachment",
    inputs: { role: "ingest", policyArn: "arn:aws:iam::123456789012:policy/more" },
  },
];
