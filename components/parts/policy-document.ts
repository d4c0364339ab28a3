import * as pulumi from "@pulumi/pulumi";
import type { Arn } from "./names";

/** An action of one service by its full name; the type refuses a bare `*`. */
export type Action = `${string}:${string}`;

/** Condition operator → condition key → value, as IAM writes it. */
export type Conditions = Record<string, Record<string, pulumi.Input<string | string[]>>>;

/** What a principal may do to which resources, and under which conditions. */
export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Action: Action | Action[];
  Resource: Arn | Arn[] | "*";
  Condition?: Conditions;
}

/** A statement of a resource policy: it also says who. */
export interface ResourceStatement extends Omit<Statement, "Action"> {
  Action: Action | Action[];
  Principal: "*" | { Service: string } | { AWS: Arn };
}

/** One permission: these actions on these ARNs. */
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

/** Actions that have no resource type in the Service Authorization Reference: `*` is their only legal resource. */
export const allowUnscoped = (sid: string, action: Action[]): Statement => ({
  Sid: sid,
  Effect: "Allow",
  Action: action,
  Resource: "*",
});

/**
 * Refuses every request to `resource` that does not come over TLS.
 * `action` names the service's actions with a wildcard, which only ever widens a denial.
 */
export const denyPlainText = (action: Action, resource: Arn | Arn[]): ResourceStatement => ({
  Sid: "DenyPlainText",
  Effect: "Deny",
  Principal: "*",
  Action: action,
  Resource: resource,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
});

/** The policy document of these statements as JSON, known at preview if its ARNs are. */
export const policyDocument = (
  statements: pulumi.Input<Statement | ResourceStatement>[],
): pulumi.Output<string> =>
  pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: pulumi.output(statements).apply(withDistinctIds),
  });

/**
 * IAM refuses a document in which two statements have one id, and SQS and SNS may: the second of an id gets a 2.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
 */
function withDistinctIds<S extends { Sid: string }>(statements: S[]): S[] {
  const times: Record<string, number> = {};
  return statements.map((statement) => {
    const nth = (times[statement.Sid] = (times[statement.Sid] ?? 0) + 1);
    return nth === 1 ? statement : { ...statement, Sid: `${statement.Sid}${nth}` };
  });
}
