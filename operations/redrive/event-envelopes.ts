import { asObject, type Json } from "./json";

/** An event of a bus that could not be delivered to a target, or that the target failed to process. */
export interface FailedEvent {
  source: string;
  detailType: string;
  detail: Record<string, unknown>;
}

/** An execution that failed. `input` is JSON. */
export interface FailedExecution {
  stateMachineArn: string;
  executionArn: string;
  input: string;
}

type Understood =
  { kind: "event"; event: FailedEvent } | { kind: "execution"; execution: FailedExecution };

/**
 * Reads what the failure paths of buses and workflows write: dead letters of event rules, Lambda's records of asynchronous events, the
 * messages of a Catch, and the events about executions that ended outside of their Catch.
 */
export function fromEvents(message: Json): Understood | undefined {
  return (
    fromCatch(message) ??
    fromStatusChange(message) ??
    fromBusEvent(message) ??
    fromBusEvent(asObject(message["requestPayload"]) ?? {})
  );
}

/** The message of `setAside` in components/parts/workflow.ts. */
function fromCatch({ stateMachineArn, executionArn, input }: Json): Understood | undefined {
  if (typeof stateMachineArn !== "string" || typeof executionArn !== "string") return undefined;
  if (asObject(input) === undefined) return undefined;
  return {
    kind: "execution",
    execution: { stateMachineArn, executionArn, input: JSON.stringify(input) },
  };
}

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
function fromStatusChange(message: Json): Understood | undefined {
  if (message["detail-type"] !== "Step Functions Execution Status Change") return undefined;
  const { stateMachineArn, executionArn, input } = asObject(message["detail"]) ?? {};
  const texts = [stateMachineArn, executionArn, input];
  if (!texts.every((text): text is string => typeof text === "string")) return undefined;
  const [machine = "", execution = "", json = ""] = texts;
  return {
    kind: "execution",
    execution: { stateMachineArn: machine, executionArn: execution, input: json },
  };
}

/**
 * Events of AWS services are not among them: only AWS can send events whose source begins with `aws.`.
 * @see https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 */
function fromBusEvent(message: Json): Understood | undefined {
  const { source, "detail-type": detailType } = message;
  const detail = asObject(message["detail"]);
  if (typeof source !== "string" || typeof detailType !== "string" || !detail) return undefined;
  if (source.startsWith("aws.")) return undefined;
  return { kind: "event", event: { source, detailType, detail } };
}
