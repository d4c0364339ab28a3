/** An event of a bus that could not be delivered to a target or that its target failed at. */
export interface FailedEvent {
  source: string;
  detailType: string;
  detail: Record<string, unknown>;
}

/** An execution that ended without success; its input is JSON. */
export interface FailedExecution {
  stateMachineArn: string;
  executionArn: string;
  input: string;
}

type Json = Record<string, unknown>;
type Understood =
  { kind: "event"; event: FailedEvent } | { kind: "execution"; execution: FailedExecution };

/**
 * Understands what the failure paths of buses and workflows write: the dead letter of an event rule's target, Lambda's record of an
 * event, what a workflow's Catch sends, and the event about an execution that ended on its own.
 */
export function fromEvents(message: Json): Understood | undefined {
  return (
    fromCatch(message) ??
    fromStatusChange(message) ??
    fromBusEvent(message) ??
    fromBusEvent(asObject(message["requestPayload"]) ?? {})
  );
}

/** As `setAside` in components/parts/workflow.ts has it. */
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
 * AWS's own events are none of these: nobody else may put an event whose source begins with `aws.`.
 * @see https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 */
function fromBusEvent(message: Json): Understood | undefined {
  const { source, "detail-type": detailType } = message;
  const detail = asObject(message["detail"]);
  if (typeof source !== "string" || typeof detailType !== "string" || !detail) return undefined;
  if (source.startsWith("aws.")) return undefined;
  return { kind: "event", event: { source, detailType, detail } };
}

const asObject = (value: unknown): Json | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Json)
    : undefined;
