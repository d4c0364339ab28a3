import { evaluate, parseDocument } from "../../../iam";

/** What an AWS service asks of a resource, for one resource of its own. */
export interface ServiceRequest {
  service: string;
  action: string;
  resource: string;
  sourceArn: string;
  sourceAccount: string;
}

/** Whether a resource's policy lets an AWS service act on it; services have no identity policy, and always come over TLS. */
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
