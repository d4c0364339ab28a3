import type { RuleMessage } from "./message";
import type { RuleAction } from "./rule";

/** One failed action, as AWS describes it to the error action. */
export interface Failure {
  failedAction: string;
  failedResource: string;
  errorMessage: string;
}

/** The parts of an SDK error that AWS includes in its message. */
interface ServiceError extends Error {
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

/** Formats a service's error like AWS's rules engine; AWS documents no list of its messages. */
export function failureOf(
  { name, failedAction }: RuleAction,
  target: string,
  message: RuleMessage,
  error: ServiceError,
): Failure {
  const { httpStatusCode = "none", requestId = "none" } = error.$metadata ?? {};
  const received = `The error received was ${error.message} (Status Code: ${httpStatusCode}; Error Code: ${error.name}; Request ID: ${requestId}).`;
  return {
    failedAction,
    failedResource: target,
    errorMessage: `The ${name} action failed. ${received} Message arrived on: ${message.topic}, Action: ${name}, Resource: ${target}`,
  };
}

/**
 * The message of an error action: one per rule and message, with every failure.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html
 */
export const errorEnvelope = (
  ruleName: string,
  cloudwatchTraceId: string,
  { topic, clientId, sourceIp, payload }: RuleMessage,
  failures: Failure[],
) => ({
  ruleName,
  topic,
  cloudwatchTraceId,
  clientId,
  sourceIp,
  base64OriginalPayload: Buffer.from(payload).toString("base64"),
  failures,
});
