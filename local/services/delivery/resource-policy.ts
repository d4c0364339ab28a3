import {
  defaultPolicyOf,
  evaluate,
  parseDocument,
  serviceContext,
  type ServiceCall,
} from "../../../iam";

/** A call that an AWS service makes on a resource, for one of its own resources. */
export interface ServiceRequest extends ServiceCall {
  resource: string;
}

/**
 * Returns whether a resource's policy, or the default policy of a resource that has none, allows a call of an AWS service. Services
 * have no identity policy, and always use TLS.
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
