import { conditionsHold } from "./conditions";
import type { PolicyDocument, Statement } from "./document";
import { isNamedBy, matchesTemplate, type Context } from "./pattern";
import { isExcepted, isNamed, type Principal } from "./principal";
import { checkEvaluable } from "./unevaluable";

export interface AccessRequest {
  documents: PolicyDocument[];
  /** One action by its full name. */
  action: string;
  /** One ARN, without wildcards. */
  resource: string;
  /** Left out for identity policies, which have no principal. */
  principal?: Principal;
  /** Condition keys of the request. @default none */
  context?: Context;
}

export interface Decision {
  allowed: boolean;
  /** One sentence. */
  reason: string;
  /** The statement that decided; none if nothing allows. */
  statement?: Statement;
}

/**
 * Decides as IAM does within one kind of policy: an explicit denial wins, then one statement that allows, else no. Throws an
 * `UnevaluableCondition` if a statement about the request has a condition that cannot be evaluated.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(request: AccessRequest): Decision {
  const applying = request.documents.flatMap((document) =>
    document.statements.filter((statement) => applies(statement, document, request)),
  );
  const denying = applying.find(({ effect }) => effect === "Deny");
  const deciding = denying ?? applying[0];
  const { action, resource, principal } = request;
  const asked = `${principal ? `${principal.name} asks for ` : ""}${action} on ${resource}`;
  if (!deciding) return { allowed: false, reason: `${asked}: no statement allows it.` };
  const by = deciding.sid ? `statement ${deciding.sid}` : "a statement without a Sid";
  return denying
    ? { allowed: false, reason: `${asked}: ${by} denies it.`, statement: denying }
    : { allowed: true, reason: `${asked}: ${by} allows it.`, statement: deciding };
}

function applies(
  statement: Statement,
  document: PolicyDocument,
  { action, resource, principal, context = {} }: AccessRequest,
): boolean {
  const variables = document.version === "2012-10-17" ? context : undefined;
  // In the order of their cost, since most statements are about something else.
  const isAbout =
    principalApplies(statement, principal) &&
    actionApplies(statement, action) &&
    resourceApplies(statement, resource, variables);
  if (!isAbout) return false;
  checkEvaluable(document, statement);
  return conditionsHold(statement.conditions, { context, variables });
}

function actionApplies({ actions, notActions }: Statement, action: string): boolean {
  if (actions) return isNamedBy(actions, action);
  return notActions !== undefined && !isNamedBy(notActions, action);
}

/** A trust policy names no resource: its resource is the role that it belongs to. */
function resourceApplies(
  { resources, notResources }: Statement,
  resource: string,
  variables: Context | undefined,
): boolean {
  const named = (templates: string[]) =>
    templates.some((template) => matchesTemplate(template, resource, variables));
  if (resources) return named(resources);
  return notResources ? !named(notResources) : true;
}

function principalApplies(
  { principals, notPrincipals }: Statement,
  principal?: Principal,
): boolean {
  if (!principal) return principals === undefined && notPrincipals === undefined;
  if (notPrincipals) return !isExcepted(notPrincipals, principal);
  return principals !== undefined && isNamed(principals, principal);
}
