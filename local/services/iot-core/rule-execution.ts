import type { Json } from "../../../iot-sql";
import type { Clients, Credentials } from "../../aws/clients";
import type { Trace } from "../../trace";
import type { Delivery, Surroundings } from "./actions/action";
import { errorEnvelope, failureOf, type Failure } from "./failure";
import type { RuleMessage } from "./message";
import type { MetricBatches } from "./metric-batches";
import type { Rule, RuleAction } from "./rule";
import type { RuleMetrics } from "./rule-metrics";

/** An active rule and its metrics. */
export interface ListeningRule extends Rule {
  arn: string;
  counted: RuleMetrics;
}

export interface ExecutionArgs {
  clients: Clients;
  trace: Trace;
  metrics: MetricBatches;
  surroundings: Surroundings;
  /** Credentials of a role, if the rule may assume it. */
  assume: (ruleArn: string, roleArn: string) => Promise<Credentials>;
}

/** Runs one rule on one message; never rejects. */
export type Execution = (
  rule: ListeningRule,
  message: RuleMessage,
  traceId: string,
) => Promise<void>;

/** The message for the actions: the rule's output, or the envelope of its failures. */
type Output = Pick<Delivery, "payload" | "value">;

/** Runs a rule's statement, then each action with its role, then, if any failed, its error action once. */
export function createExecution(args: ExecutionArgs): Execution {
  const { clients, trace, metrics, surroundings, assume } = args;

  function count(
    { name, counted }: ListeningRule,
    metric: Exclude<keyof RuleMetrics, "RuleMessageThrottled">,
    action?: RuleAction,
  ): void {
    counted[metric] += 1;
    metrics.count(metric, {
      ...(action && { ActionType: actionTypeOf(action) }),
      RuleName: name,
    });
  }

  /** The clients make three attempts on throttling, connection and service errors; all other errors fail at once. */
  async function perform(
    { name: ruleName, arn: ruleArn }: ListeningRule,
    action: RuleAction,
    message: RuleMessage,
    output: Output,
  ): Promise<Failure | undefined> {
    let target = "";
    try {
      target = await action.target(message);
      const delivery = { ...surroundings, ...output, clients, message, ruleName, ruleArn };
      if (action.roleArn === undefined) await action.perform(delivery, target);
      else {
        const credentials = await assume(ruleArn, action.roleArn);
        await action.perform({ ...delivery, credentials }, target);
      }
      return undefined;
    } catch (error) {
      return failureOf(action, target, message, error as Error);
    }
  }

  return async (rule, message, traceId) => {
    const { name, errorAction } = rule;
    const seen = { rule: name, topic: message.topic, traceId };
    count(rule, "TopicMatch");
    const evaluation = await rule.statement.evaluate(message);
    const { error } = evaluation;
    if (error) count(rule, "ParseError");
    if (error?.kind === "evaluation")
      return trace.emit({ kind: "rule-failed", ...seen, reason: error.message });
    if (!evaluation.matched) return;
    trace.emit({ kind: "rule-matched", ...seen });

    const { exact: value } = evaluation;
    const payload = evaluation.payload();
    const failures: Failure[] = [];
    const act = async (action: RuleAction): Promise<void> => {
      const failure = await perform(rule, action, message, { payload, value });
      const done = { rule: name, action: action.name, traceId };
      count(rule, failure ? "Failure" : "Success", action);
      if (!failure) return trace.emit({ kind: "action-succeeded", ...done });
      failures.push(failure);
      trace.emit({ kind: "action-failed", ...done, reason: failure.errorMessage });
    };
    await Promise.all(rule.actions.map(act));
    if (failures.length === 0 || !errorAction) return;

    const envelope = errorEnvelope(name, traceId, message, failures);
    const failure = await perform(rule, errorAction, message, {
      value: envelope as unknown as Json,
      payload: Buffer.from(JSON.stringify(envelope)),
    });
    const done = { rule: name, action: errorAction.name, traceId };
    count(rule, failure ? "ErrorActionFailure" : "ErrorActionSuccess", errorAction);
    trace.emit(
      failure
        ? { kind: "error-action-failed", ...done, reason: failure.errorMessage }
        : { kind: "error-action-succeeded", ...done },
    );
  };
}

/** AWS does not document the values of this dimension; here they are the action's name in failures without its last word. */
const actionTypeOf = ({ failedAction }: RuleAction): string => failedAction.replace(/Action$/, "");
