import { evaluate, parseDocument } from "../../../iam";

/** A call that an AWS service makes on a resource, for one of its own resources. */
export interface ServiceRequest {
  service: string;
  action: string;
  resource: string;
  sourceArn: string;
  sourceAccount: string;
}

/** Returns whether a resource's policy allows a call of an AWS service. Services have no identity policy, and always use TLS. */
export function admits(policy: string, request: ServiceRequest): boolean {
  const { service, action, resource, sourceArn, sourceAccount } = request;
  return evaluate({
    documents: [parseDocument(policy)],
    principal: { kind: "Service", name: service },
    action,
    resource,
    context: {
      "aws:SourceArn": sourceArn,
      "aws:SourceAccount": sourceAccount,
      "aws:SecureTransport": "true",
    },
  }).allowed;
}
