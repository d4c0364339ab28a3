import { listed, rewriting, first, delivery, permission } from "./breaking";
import { type Breaker } from "../sabotage";

/** Callbacks send to their queues by code, which rules do not read; they read the environment that names the queues. */
const byCode = "sqs-queue-require-user-permission";
const rolePolicy = "aws:iam/rolePolicy:RolePolicy";

const ofEveryRole: Breaker[] = [
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
    ["iam-statement-require-narrowing-conditions", "iam-statement-forbid-wildcard-resources"],
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
    // The first statement may be one whose actions take no resource.
    ["iam-statement-forbid-wildcard-resources"],
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
    "may only under a key that its action does not have",
    rolePolicy,
    "policy",
    first((one) => ({ ...one, Condition: { StringEquals: { "dynamodb:LeadingKey": "a" } } })),
    ["iam-statement-forbid-unknown-condition-keys"],
    [delivery, permission, "iam-role-forbid-widening-siblings"],
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
    ["iam-role-forbid-widening-siblings"],
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
    ["iam-statement-forbid-wildcard-resources", "iam-statement-require-narrowing-conditions"],
  ),
  rewriting(
    "has a misspelt condition",
    rolePolicy,
    "policy",
    first((one) => ({ ...one, Condtion: {} })),
    ["iam-policy-require-readable-document"],
    [delivery, permission, byCode],
  ),
  ...["Quarantine", "SetAside"].map((sid) =>
    rewriting(
      `may not send to a queue by its code: ${sid}`,
      rolePolicy,
      "policy",
      (statements) => statements.filter(({ Sid }) => Sid !== sid),
      // A workflow sends by its definition.
      ({ policy }) => [/"(WriteLogs|KeepStatistics)"/.test(String(policy)) ? byCode : delivery],
    ),
  ),
  rewriting(
    "may not set messages aside",
    rolePolicy,
    "policy",
    (statements) =>
      statements.filter(({ Sid = "" }) => !/OnError$|^SetAside.|^FindFailures/.test(Sid)),
    [delivery],
    [byCode],
  ),
  rewriting(
    "may not do what it is for",
    rolePolicy,
    "policy",
    (statements) =>
      // A container reads its stream by code, which no rule reads.
      statements.some(({ Sid }) => Sid === "KeepStatistics")
        ? statements
        : statements.filter(
            ({ Sid }) =>
              !/^(SendToQueue|PutItem|PutRecord|ConsumeQueue|ReadStream)$/.test(Sid ?? ""),
          ),
    [permission],
  ),
];

const ofDevices: Breaker = {
  what: "lets every camera write everywhere",
  type: rolePolicy,
  change: (inputs) =>
    String(inputs.policy).includes("${credentials-iot:ThingName}/")
      ? { ...inputs, policy: String(inputs.policy).replace("${credentials-iot:ThingName}/", "") }
      : undefined,
  rules: ["iot-role-alias-require-own-resources"],
};

/** A statement that was broken in the role of devices may name no device any more. */
export const ofRoles: Breaker[] = [
  ...ofEveryRole.map((one) => ({
    ...one,
    also: [...(one.also ?? []), "iot-role-alias-require-own-resources"],
  })),
  ofDevices,
];
