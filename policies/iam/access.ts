import { evaluate, type PolicyDocument, type Principal, type Statement } from "../../iam";
import type { Deliverer } from "../stack/deliverers";
import type { Whereabouts } from "../stack/location";
import { nameOf } from "../stack/names";
import { permissionsIn, type Unless } from "../stack/permissions";
import type { Resource } from "../stack/resource";
import type { Stack } from "../stack/stack";
import { policiesIn, type OwnPolicy } from "./resource-policies";

/** Decides about access in a stack by all policies of a role and all resource policies. */
export interface Access {
  /** Returns undefined if the access is allowed. Throws if a condition cannot be evaluated. */
  refusal(request: AccessQuestion): Refusal | undefined;
}

/** Why access is not allowed. */
export interface Refusal {
  /** The end of a sentence. */
  sentence: string;
  /** What may still allow the access; undefined if the denial is final. */
  unless?: Unless;
}

interface AccessQuestion {
  deliverer: Exclude<Deliverer, undefined>;
  action: string;
  arn: string;
  /** The resource that is accessed, whose resource policy takes part in the decision; undefined if there is none. */
  resource?: Resource;
  /** Condition keys in addition to those that every such request contains. */
  context?: Record<string, string | string[]>;
  /** True if the service does not send the source on whose behalf it acts. */
  withoutSource?: boolean;
}

export function accessIn(stack: Stack, where: Whereabouts): Access {
  const permissionsOf = permissionsIn(stack);
  const policyOf = policiesIn(stack, where);

  return {
    refusal({ deliverer, action, arn, resource, context = {}, withoutSource = false }) {
      const own = policyOf(resource);
      const request = { action, resource: arn };
      const unread: Unless | undefined = own.isUnknown
        ? { why: `the policy of '${resource?.name ?? arn}' is not known`, isNoted: true }
        : undefined;
      if ("role" in deliverer) {
        const { statements, unless = unread } = permissionsOf(deliverer.role);
        const surroundings = { "aws:SecureTransport": "true", ...context };
        const identity = evaluate({
          ...request,
          documents: [document(statements)],
          context: surroundings,
        });
        const named = nameOf(deliverer.role)?.slice("role ".length) ?? deliverer.role.name;
        const name = `arn:${where.partition}:iam::${where.account}:role/${named}`;
        const asked = { ...request, context: surroundings };
        const principal: Principal = { kind: "AWS", name };
        // Within an account, either policy is sufficient unless one of them denies the request.
        const denied = denial(own, asked, principal);
        if (denied) return { sentence: denied };
        if (identity.allowed) return undefined;
        const isDenied = identity.statement !== undefined;
        const admitting = document(own.statements.flatMap(withoutAccounts));
        if (!isDenied && evaluate({ ...asked, documents: [admitting], principal }).allowed)
          return undefined;
        const sentence = `role '${deliverer.role.name}' does not allow ${action} on ${arn}`;
        return isDenied ? { sentence } : { sentence, unless };
      }
      const { service, source } = deliverer;
      const { allowed, statement } = evaluate({
        ...request,
        documents: [document(own.statements)],
        principal: { kind: "Service", name: service },
        context: {
          "aws:SecureTransport": "true",
          ...(!withoutSource && {
            "aws:SourceArn": source,
            "aws:SourceAccount": where.account,
          }),
          ...(sendsOwner.has(service) && { "aws:SourceOwner": where.account }),
          ...context,
        },
      });
      if (allowed) return undefined;
      const because = withoutSource
        ? ": the service does not send aws:SourceArn and aws:SourceAccount there"
        : "";
      return {
        sentence: `the policy of '${resource?.name ?? arn}' does not allow ${service} to perform ${action} for ${source}${because}`,
        ...(statement === undefined && { unless: unread }),
      };
    },
  };
}

/** Services that send the owner of the source, which the default policy of a topic checks. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html */
const sendsOwner = new Set(["cloudwatch.amazonaws.com"]);

/** The statement without the accounts that it allows. The roles of those accounts still require their own statement. */
function withoutAccounts(statement: Statement): Statement[] {
  const { effect, principals } = statement;
  if (effect === "Deny") return [statement];
  const names = typeof principals === "object" ? (principals.AWS ?? []) : [];
  const own = names.filter((name) => !/^(arn:[^:]*:iam::\d{12}:root|\d{12}|\*)$/.test(name));
  return own.length > 0 ? [{ ...statement, principals: { AWS: own } }] : [];
}

const document = (statements: Statement[]): PolicyDocument => ({
  version: "2012-10-17",
  statements,
});

function denial(
  own: OwnPolicy,
  request: Pick<Parameters<typeof evaluate>[0], "action" | "resource" | "context">,
  principal: Principal,
): string | undefined {
  const { statement } = evaluate({ ...request, documents: [document(own.statements)], principal });
  return statement?.effect === "Deny"
    ? `the policy of the resource denies ${request.action}, by ${statement.sid ?? "a statement without a Sid"}`
    : undefined;
}
