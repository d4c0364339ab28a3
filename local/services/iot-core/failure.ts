import type { RuleMessage } from "./message";
import type { RuleAction } from "./rule";

/** One action that could not deliver, as AWS tells it to the error action. */
export interface Failure {
  failedAction: string;
  failedResource: string;
  errorMessage: string;
}

/** The parts of an SDK error that AWS puts into its sentence. */
interface ServiceError extends Error {
  $metadata?: { httpStatusCode?: number; requestId?: string };
}

/** Tells a service's error in the manner of AWS's rules engine; it publishes no list of its texts. */
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
 * The one message that an error action gets per rule and message, with every failure in it.
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
