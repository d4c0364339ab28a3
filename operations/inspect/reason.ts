import { printable } from "../../functions/shared/printable";
import { asList, asObject, objectIn, type Json } from "../redrive/json";

/** Why a message waits in a quarantine or a failures queue. */
export interface Reason {
  /** Short, and the same for messages that failed alike. */
  reason: string;
  /** What is particular to this message; empty if its envelope says no more. */
  detail: string;
}

/** The attributes that SNS and EventBridge add to a dead letter, by name. */
export type Attributes = Readonly<Record<string, string | undefined>>;

/** Reads the reason from what the failure path wrote beside the message, in printable text: some of it may be a device's. */
export function reasonOf(body: string, attributes: Attributes = {}): Reason {
  const { reason, detail } = find(objectIn(body) ?? {}, attributes);
  return { reason: printable(reason), detail: printable(detail) };
}

const find = (message: Json, attributes: Attributes): Reason =>
  ofQuarantine(message) ??
  ofErrorAction(message) ??
  ofDeadLetter(attributes) ??
  ofExecution(message) ??
  ofInvocation(message) ??
  ofStoredBatch(message) ?? {
    reason: "not processed within the attempts of its queue",
    detail: "the log of the function that reads the queue has the error",
  };

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** The entry of functions/shared/quarantine.ts. */
function ofQuarantine({ reason, detail }: Json): Reason | undefined {
  return typeof reason === "string" && typeof detail === "string" ? { reason, detail } : undefined;
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/rule-error-handling.html */
function ofErrorAction({ failures, ruleName }: Json): Reason | undefined {
  const first = asObject(asList(failures)?.[0]);
  if (!first || typeof ruleName !== "string") return undefined;
  return {
    reason: `${text(first["failedAction"])} of rule ${ruleName} failed`,
    detail: text(first["errorMessage"]),
  };
}

/**
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-dead-letter-queues.html
 */
function ofDeadLetter(attributes: Attributes): Reason | undefined {
  const code = attributes["ERROR_CODE"] ?? attributes["ErrorCode"];
  if (code === undefined) return undefined;
  const detail = attributes["ERROR_MESSAGE"] ?? attributes["ErrorMessage"] ?? "";
  return { reason: `not delivered: ${code}`, detail };
}

/**
 * The message of a Catch, or an event about an execution that ended outside of it.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
 */
function ofExecution({ executionArn, error, ...message }: Json): Reason | undefined {
  if (typeof executionArn === "string") {
    const { Error: name, Cause: cause } = asObject(error) ?? {};
    return { reason: `execution failed: ${text(name)}`, detail: text(cause) };
  }
  if (message["detail-type"] !== "Step Functions Execution Status Change") return undefined;
  const { status, cause } = asObject(message["detail"]) ?? {};
  return { reason: `execution ended as ${text(status)}`, detail: text(cause) };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function ofInvocation({ requestContext, responsePayload }: Json): Reason | undefined {
  const { condition, functionArn } = asObject(requestContext) ?? {};
  if (typeof condition !== "string") return undefined;
  const { errorType, errorMessage } = asObject(responsePayload) ?? {};
  const name = text(functionArn).split(":function:")[1]?.split(":")[0] ?? "the function";
  const error = text(errorType) === "" ? condition : text(errorType);
  return { reason: `${name} failed: ${error}`, detail: text(errorMessage) };
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
function ofStoredBatch({ Records, Event }: Json): Reason | undefined {
  if (Event === "s3:TestEvent") return { reason: "a test message of S3", detail: "" };
  const stored = asObject(asObject(asList(Records)?.[0])?.["s3"]);
  if (!stored) return undefined;
  const key = text(asObject(stored["object"])?.["key"]);
  return { reason: "a batch of a stream failed", detail: `its records are in object ${key}` };
}
