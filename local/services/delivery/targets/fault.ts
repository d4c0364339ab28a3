/** Why a target refused an event, as EventBridge names it, and whether a retry may help. */
export interface Fault {
  code: string;
  message: string;
  retriable: boolean;
}

interface SdkError {
  name?: string;
  message?: string;
  $metadata?: { httpStatusCode?: number };
}

/**
 * Classifies an error as EventBridge does: missing permissions and resources go to the dead-letter queue at once, throttling and faults
 * of the service are retried.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export function faultOf(error: unknown): Fault {
  const { name = "", message = String(error), $metadata } = error as SdkError;
  const status = $metadata?.httpStatusCode;
  if (/AccessDenied|NotAuthorized|AuthorizationError|InvalidClientTokenId/i.test(name))
    return { code: "NO_PERMISSIONS", message, retriable: false };
  if (/NotFound|DoesNotExist|NonExistentQueue/i.test(name))
    return { code: "NO_RESOURCE", message, retriable: false };
  if (name === "InvalidJson") return { code: "INVALID_JSON", message, retriable: false };
  if (/Throttl|TooManyRequests|LimitExceeded|RequestLimit/i.test(name) || status === 429)
    return { code: "THROTTLING", message, retriable: true };
  if (status === undefined) return { code: "CONNECTION_FAILURE", message, retriable: true };
  if (status >= 500) return { code: "INTERNAL_ERROR", message, retriable: true };
  return { code: "SDK_CLIENT_ERROR", message, retriable: false };
}
