import { defaultPolicyOf, evaluate, parseDocument, serviceContext } from "../../iam";

/** What an AWS service asks of a resource, for one resource of its own. */
export interface ServiceRequest {
  service: string;
  action: string;
  resource: string;
  sourceArn: string;
  sourceAccount: string;
}

/**
 * Whether a resource's policy, or the default policy of a resource that has none, lets an AWS service act on it; services have no
 * identity policy.
 */
export function admits(policy: string | undefined, request: ServiceRequest): boolean {
  const { service, action, resource } = request;
  const own = policy === undefined ? defaultPolicyOf(resource) : parseDocument(policy);
  return evaluate({
    documents: own ? [own] : [],
    principal: { kind: "Service", name: service },
    action,
    resource,
    context: serviceContext(request),
  }).allowed;
}
