import {
  evaluate,
  sentBy,
  serviceContext,
  type Context,
  type PolicyDocument,
  type Principal,
  type Statement,
} from "../../iam";
import type { Deliverer } from "../stack/deliverers";
import type { Whereabouts } from "../stack/location";
import { physicalName } from "../stack/names";
import { permissionsIn, type Unless } from "../stack/permissions";
import type { Resource } from "../stack/resource";
import type { Stack } from "../stack/model";
import { requiredOf } from "./breadth";
import { isByName } from "./principals";
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
}

export function accessIn(stack: Stack, where: Whereabouts): Access {
  const policyOf = policiesIn(stack, where);

  return {
    refusal({ deliverer, action, arn, resource, context = {} }) {
      const own = policyOf(resource);
      const request = { action, resource: arn };
      const policy = `the policy of '${resource?.name ?? arn}'`;
      const unread: Unless | undefined = own.isUnknown
        ? { why: `${policy} is not known`, isNoted: true }
        : undefined;
      if ("role" in deliverer) {
        const { statements, unless = unread } = permissionsIn(stack)(deliverer.role);
        const named = physicalName(deliverer.role) ?? deliverer.role.name;
        const name = `arn:${where.partition}:iam::${where.account}:role/${named}`;
        const surroundings = {
          "aws:SecureTransport": "true",
          "aws:PrincipalArn": name,
          "aws:PrincipalAccount": where.account,
          ...context,
        };
        const identity = evaluate({
          ...request,
          documents: [document(statements)],
          context: surroundings,
        });
        const asked = { ...request, context: surroundings };
        const principal: Principal = { kind: "AWS", name };
        // Within an account, either policy is sufficient unless one of them denies the request.
        const denied = denial(own, asked, principal);
        if (denied) return { sentence: denied };
        const isKey = resource?.type === "aws:kms/key:Key";
        // IAM policies decide about a key only as far as its own policy admits the account.
        const isDelegated =
          !isKey ||
          evaluate({ ...asked, documents: [document(own.statements)], principal }).allowed;
        if (identity.allowed && isDelegated) return undefined;
        if (identity.allowed)
          return {
            sentence: `${policy} does not let IAM policies allow ${action} to role '${deliverer.role.name}'`,
            unless: unread,
          };
        const isDenied = identity.statement !== undefined;
        // A statement for an account leaves the decision to the policies of its roles.
        const admitting = document(
          own.statements.filter(({ principals }) => isByName(principals, name)),
        );
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
        context: { ...sourceOf(service, action, source, where), ...context },
      });
      if (allowed) return undefined;
      const missing = ["aws:SourceArn", "aws:SourceAccount"].filter(
        (key) => sentBy(service, action)?.keys.every((sent) => sent !== key) && requires(own, key),
      );
      const because =
        missing.length > 0 ? `: the service does not send ${missing.join(" and ")} there` : "";
      return {
        sentence: `${policy} does not allow ${service} to perform ${action} for ${source}${because}`,
        ...(statement === undefined && { unless: unread }),
      };
    },
  };
}

/** The keys of the call. For a pair without documentation both keys are assumed, and another rule reports it as unverified. */
const sourceOf = (
  service: string,
  action: string,
  sourceArn: string,
  { account }: Whereabouts,
): Context => {
  const known = serviceContext({ service, action, sourceArn, sourceAccount: account });
  return sentBy(service, action)
    ? known
    : { ...known, "aws:SourceArn": sourceArn, "aws:SourceAccount": account };
};

const requires = ({ statements }: OwnPolicy, key: string): boolean =>
  statements.some(({ conditions }) => requiredOf(conditions, key).length > 0);

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
