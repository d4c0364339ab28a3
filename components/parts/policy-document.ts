import * as pulumi from "@pulumi/pulumi";
import { sentBy } from "../../iam";
import { accountId, type Arn } from "./names";

/** An action with the prefix of its service; the type excludes `*`. */
export type Action = `${string}:${string}`;

/** Values by condition operator and condition key, as in a policy document. */
export type Conditions = Record<string, Record<string, pulumi.Input<string | string[]>>>;

/** A statement of an identity policy. */
export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Action: Action | Action[];
  Resource: Arn | Arn[] | "*";
  Condition?: Conditions;
}

/** A statement of a resource policy, which names a principal. */
export interface ResourceStatement extends Omit<Statement, "Action"> {
  Action: Action | Action[];
  Principal: "*" | { Service: string } | { AWS: Arn };
}

/** Allows actions on resources. */
export const allow = (
  sid: string,
  action: Action | Action[],
  resource: Arn | Arn[],
  condition?: Conditions,
): Statement => ({
  Sid: sid,
  Effect: "Allow",
  Action: action,
  Resource: resource,
  ...(condition && { Condition: condition }),
});

/** Allows actions that have no resource type in the Service Authorization Reference, so that `*` is the only valid resource. */
export const allowUnscoped = (sid: string, action: Action[]): Statement => ({
  Sid: sid,
  Effect: "Allow",
  Action: action,
  Resource: "*",
});

/**
 * Denies code of a function what Lambda itself does with the role of the function: only calls of the code have this key.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
 */
export const denyToCode = (sid: string, action: Action[], functionArn: Arn): Statement => ({
  Sid: sid,
  Effect: "Deny",
  Action: action,
  Resource: "*",
  Condition: { ArnEquals: { "lambda:SourceFunctionArn": functionArn } },
});

/**
 * Denies all requests to `resource` that are not sent over TLS. `action` may contain a wildcard, which only widens the denial.
 */
export const denyPlainText = (action: Action, resource: Arn | Arn[]): ResourceStatement => ({
  Sid: "DenyPlainText",
  Effect: "Deny",
  Principal: "*",
  Action: action,
  Resource: resource,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

/**
 * Returns the condition that a service calls an action for one resource. It consists of the keys that AWS documents for the caller and
 * the call, since a key that the service does not send would refuse every call. Throws for a pair that `iam/sent-keys.ts` does not list.
 */
export function onBehalfOf(
  service: string,
  action: Action,
  sourceArn: Arn,
  operator: "ArnEquals" | "ArnLike" = "ArnLike",
): Conditions {
  const sent = sentBy(service, action);
  if (!sent)
    throw new Error(
      `The condition keys that ${service} sends with ${action} are not known: add them to iam/sent-keys.ts, with the page that documents them.`,
    );
  // The external id that Firehose sends is the id of the account that owns the delivery stream.
  const accountKeys = (["aws:SourceAccount", "sts:ExternalId"] as const).filter((key) =>
    sent.keys.includes(key),
  );
  return {
    ...(accountKeys.length > 0 && {
      StringEquals: Object.fromEntries(accountKeys.map((key) => [key, accountId()])),
    }),
    ...(sent.keys.includes("aws:SourceArn") && { [operator]: { "aws:SourceArn": sourceArn } }),
  };
}

/** Returns a policy document as JSON, known at preview if its ARNs are known. */
export const policyDocument = (
  statements: pulumi.Input<Statement | ResourceStatement>[],
): pulumi.Output<string> =>
  pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: pulumi.output(statements).apply(withDistinctIds),
  });

/**
 * Appends a number to statement ids that repeat: IAM refuses a document with equal ids, and SQS and SNS may refuse it.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
 */
function withDistinctIds<S extends { Sid: string }>(statements: S[]): S[] {
  const times: Record<string, number> = {};
  return statements.map((statement) => {
    const nth = (times[statement.Sid] = (times[statement.Sid] ?? 0) + 1);
    return nth === 1 ? statement : { ...statement, Sid: `${statement.Sid}${nth}` };
  });
}
