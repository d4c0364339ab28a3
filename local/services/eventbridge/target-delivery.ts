import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import type { Metrics } from "../cloudwatch";
import { serviceOf } from "../delivery/arns";
import type { ConcurrencyLimit } from "../delivery/concurrency-limit";
import { pause } from "../delivery/pause";
import { sendAsService, type Sender } from "../delivery/service-permissions";
import { faultOf, type Fault } from "../delivery/targets/fault";
import { invokeAsynchronously } from "../lambda";
import type { BusEvent } from "./bus-event";
import type { TargetInputs } from "./bus-inputs";
import { createTargetCall } from "./rule-target";
import { compileInput } from "./target-input";

export interface TargetDeliveryArgs {
  clients: Clients;
  trace: Trace;
  metrics: Metrics;
  rule: { name: string; arn: string };
  inputs: TargetInputs;
  now: () => number;
  retryDelayMilliseconds: number;
  /** Limits how many functions run at a time. */
  limit: ConcurrencyLimit;
  stopped: AbortSignal;
}

/** Resolves when the target has the event, and a function has processed it, or when the event is set aside or dropped. */
export type DeliverEvent = (event: BusEvent) => Promise<void>;

/** EventBridge's own limits: 185 retries within a day. */
const mostRetries = 185;
const longestSeconds = 86_400;

/**
 * Delivers events of a rule to one target with its retry policy and dead-letter queue. The delays between retries are shorter than
 * AWS's, which are not documented.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
 */
export function createTargetDelivery(args: TargetDeliveryArgs): DeliverEvent {
  const { clients, trace, metrics, rule, inputs, now, retryDelayMilliseconds, stopped } = args;
  const sender: Sender = { service: "events.amazonaws.com", sourceArn: rule.arn };
  const textOf = compileInput(inputs, rule);
  const call = createTargetCall(clients, sender, inputs);
  const { maximumRetryAttempts = mostRetries, maximumEventAgeInSeconds = longestSeconds } =
    inputs.retryPolicy ?? {};

  return async (event) => {
    const about = { rule: rule.name, target: inputs.arn, eventId: event.id };
    const text = textOf(event);
    const oldest = now() + maximumEventAgeInSeconds * 1000;
    for (let retries = 0; !stopped.aborted; retries++) {
      try {
        metrics.count({ Invocations: 1 });
        await call(event, text);
        trace.emit({ kind: "event-delivered", ...about });
        return await process(args, text);
      } catch (error) {
        const fault = faultOf(error);
        const condition = exhausted(fault, retries >= maximumRetryAttempts, now() >= oldest);
        if (condition !== undefined) {
          metrics.count({ FailedInvocations: 1 });
          return setAside(args, sender, event, { fault, retries, condition });
        }
        await pause(retryDelayMilliseconds * 2 ** Math.min(retries, 6), stopped);
      }
    }
  };
}

/** Returns why there is no further retry: empty if a retry never helps; undefined while it may. */
const exhausted = (fault: Fault, tries: boolean, time: boolean): string | undefined => {
  if (!fault.retriable) return "";
  if (time) return "MaximumEventAgeInSeconds";
  return tries ? "MaximumRetryAttempts" : undefined;
};

/** A function has retries and a destination of its own behind EventBridge's. An event that the destination refuses is kept. */
async function process(args: TargetDeliveryArgs, text: string): Promise<void> {
  const { clients, trace, rule, inputs, limit, retryDelayMilliseconds, stopped } = args;
  if (serviceOf(inputs.arn) !== "lambda") return;
  while (!stopped.aborted) {
    try {
      return await limit(() =>
        invokeAsynchronously({
          clients,
          trace,
          functionArn: inputs.arn,
          source: rule.arn,
          event: JSON.parse(text) as unknown,
          retryDelayMilliseconds,
          stopped,
        }),
      );
    } catch (error) {
      if (stopped.aborted) return;
      const message = `An event for ${inputs.arn} is kept and tried again: ${String(error)}`;
      trace.emit({ kind: "warning", part: "event bus", message });
      await pause(1000, stopped);
    }
  }
}

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html */
async function setAside(
  { clients, trace, metrics, rule, inputs }: TargetDeliveryArgs,
  sender: Sender,
  event: BusEvent,
  { fault, retries, condition }: { fault: Fault; retries: number; condition: string },
): Promise<void> {
  const queueArn = inputs.deadLetterConfig?.arn;
  const reason = `${fault.code}: ${fault.message}`;
  const drop = (why: string): void => {
    const message = `Event ${event.id} of rule ${rule.name} was dropped, for ${why}: ${reason}`;
    trace.emit({ kind: "warning", part: "event bus", message });
  };
  if (!queueArn) return drop(`its target ${inputs.targetId} has no dead-letter queue`);
  const text = (StringValue: string, DataType = "String") => ({ DataType, StringValue });
  try {
    await sendAsService(clients, sender, queueArn, {
      MessageBody: JSON.stringify(event),
      MessageAttributes: {
        RULE_ARN: text(rule.arn),
        TARGET_ARN: text(inputs.arn),
        ERROR_CODE: text(fault.code),
        ERROR_MESSAGE: text(fault.message || fault.code),
        RETRY_ATTEMPTS: text(String(retries), "Number"),
        ...(condition && { EXHAUSTED_RETRY_CONDITION: text(condition) }),
      },
    });
  } catch (error) {
    metrics.count({ InvocationsFailedToBeSentToDlq: 1 });
    return drop(`its dead-letter queue refuses it (${String(error)})`);
  }
  metrics.count({ InvocationsSentToDlq: 1 });
  trace.emit({
    kind: "event-set-aside",
    rule: rule.name,
    target: inputs.arn,
    eventId: event.id,
    reason,
  });
}
