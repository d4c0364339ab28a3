import { randomUUID } from "node:crypto";
import type { Message } from "../../iot-sql";
import { assumeRole, forgetSessions } from "../aws/assume-role";
import type { Clients, Credentials } from "../aws/clients";
import type { Trace } from "../trace";
import type { Delivery } from "./actions/action";
import { createBacklog } from "./backlog";
import { errorEnvelope, failureOf, type Failure } from "./failure";
import { basicIngestRule } from "./limits";
import { prepareRule, type Rule, type RuleAction, type TopicRuleInputs } from "./rule";
import { noMetrics, type RuleMetrics } from "./rule-metrics";

/** A message as it comes in; the engine adds the account, the trace id and the time. */
export interface Incoming {
  topic: string;
  payload: Uint8Array;
  clientId: string;
  principal: string;
  sourceIp: string;
  /** Whether it came by MQTT: only then `traceid()` has a value. */
  mqtt: boolean;
}

export interface RuleEngineArgs {
  clients: Clients;
  trace: Trace;
  republish: Delivery["republish"];
}

export interface RuleEngine {
  /** Checks the rule and, as AWS does, that AWS IoT may assume its roles on its behalf. */
  addRule: (inputs: TopicRuleInputs) => Promise<{ arn: string }>;
  /** Resolves when the message is in the engine's queue, which is in memory; waits while it is full. */
  accept(message: Incoming): Promise<void>;
  /** Takes a message that a rule itself published, without waiting. */
  add(message: Incoming): void;
  /** By rule. */
  metrics: () => Record<string, RuleMetrics>;
  /** Resolves when no message is in flight. */
  idle(): Promise<void>;
}

/** Messages in work at a time; as many sockets does each service's client open. */
const concurrency = 64;
/** Messages that are acknowledged and not worked off; at 128 KiB each, 32 MiB. */
const capacity = 256;

interface Work {
  message: Message;
  traceId: string;
}

interface Listening extends Rule {
  arn: string;
  counted: RuleMetrics;
}

/** What goes to the actions: the rule's output, or the envelope of its failures. */
type Output = Pick<Delivery, "payload" | "value">;

/** Runs topic rules on every message: SQL by `iot-sql`, each action as a real call in the name of the rule's role. */
export function createRuleEngine({ clients, trace, republish }: RuleEngineArgs): RuleEngine {
  const { region, accountId } = clients.account;
  const rules = new Map<string, Listening>();
  const backlog = createBacklog<Work>({ work, concurrency, capacity });

  const assume = (arn: string, roleArn: string): Promise<Credentials> =>
    assumeRole(clients, {
      roleArn,
      servicePrincipal: "iot.amazonaws.com",
      context: { "aws:SourceArn": arn, "aws:SourceAccount": accountId },
    });

  async function addRule(inputs: TopicRuleInputs): Promise<{ arn: string }> {
    const rule = prepareRule(inputs);
    const arn = `arn:aws:iot:${region}:${accountId}:rule/${rule.name}`;
    const { actions, errorAction } = rule;
    const roles = [...actions, ...(errorAction ? [errorAction] : [])].map((one) => one.roleArn);
    for (const roleArn of new Set(roles)) {
      forgetSessions(clients, roleArn);
      await assume(arn, roleArn);
    }
    if (rules.has(rule.name))
      throw new Error(`There is a rule ${rule.name} already; choose another name.`);
    rules.set(rule.name, { ...rule, arn, counted: noMetrics() });
    return { arn };
  }

  function listeningTo(topic: string): Listening[] {
    const named = basicIngestRule(topic);
    return [...rules.values()].filter(
      ({ name, enabled, statement }) =>
        enabled && (named === undefined ? statement.matches(topic) : name === named),
    );
  }

  async function work({ message, traceId }: Work): Promise<void> {
    await Promise.all(listeningTo(message.topic).map((rule) => run(rule, message, traceId)));
  }

  async function run(rule: Listening, message: Message, traceId: string): Promise<void> {
    const { name, counted, errorAction } = rule;
    const seen = { rule: name, topic: message.topic, traceId };
    counted.TopicMatch += 1;
    const outcome = rule.statement.evaluate(message);
    if (outcome.kind === "no-match") return;
    if (outcome.kind === "error") {
      counted.ParseError += 1;
      return trace.emit({ kind: "rule-failed", ...seen, reason: outcome.reason });
    }
    trace.emit({ kind: "rule-matched", ...seen });

    const failures: Failure[] = [];
    const act = async (action: RuleAction): Promise<void> => {
      const failure = await perform(rule, action, message, outcome);
      const done = { rule: name, action: action.name, traceId };
      counted[failure ? "Failure" : "Success"] += 1;
      if (!failure) return trace.emit({ kind: "action-succeeded", ...done });
      failures.push(failure);
      trace.emit({ kind: "action-failed", ...done, reason: failure.errorMessage });
    };
    await Promise.all(rule.actions.map(act));
    if (failures.length === 0 || !errorAction) return;

    const value = errorEnvelope(name, traceId, message, failures);
    const envelope = { value, payload: Buffer.from(JSON.stringify(value)) };
    const failure = await perform(rule, errorAction, message, envelope);
    const done = { rule: name, action: errorAction.name, traceId };
    counted[failure ? "ErrorActionFailure" : "ErrorActionSuccess"] += 1;
    trace.emit(
      failure
        ? { kind: "error-action-failed", ...done, reason: failure.errorMessage }
        : { kind: "error-action-succeeded", ...done },
    );
  }

  /** The clients try three times what is throttled, unreachable or a fault of the service; all else fails at once. */
  async function perform(
    { arn }: Listening,
    action: RuleAction,
    message: Message,
    { payload, value }: Output,
  ): Promise<Failure | undefined> {
    let target = "";
    try {
      target = action.target(message);
      const credentials = await assume(arn, action.roleArn);
      await action.perform({ message, payload, value, clients, credentials, republish }, target);
      return undefined;
    } catch (error) {
      return failureOf(action, target, message, error as Error);
    }
  }

  function workFor({ mqtt, ...incoming }: Incoming): Work {
    const traceId = randomUUID();
    const now = Date.now();
    return { traceId, message: { ...incoming, accountId, now, traceId: mqtt ? traceId : "" } };
  }

  return {
    addRule,
    accept: (incoming) => backlog.accept(workFor(incoming)),
    add: (incoming) => backlog.add(workFor(incoming)),
    metrics: () =>
      Object.fromEntries([...rules.values()].map(({ name, counted }) => [name, { ...counted }])),
    idle: backlog.idle,
  };
}
