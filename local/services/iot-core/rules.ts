import { randomUUID } from "node:crypto";
import { assumeRole, forgetSessions } from "../../aws/assume-role";
import type { Clients, Credentials } from "../../aws/clients";
import type { Trace } from "../../trace";
import type { ActionOptions, Surroundings } from "./actions/action";
import { createBacklog } from "./backlog";
import { basicIngestRule } from "./limits";
import type { Headers } from "./mqtt5/headers";
import type { RuleMessage } from "./message";
import type { MetricBatches } from "./metric-batches";
import { createPorts } from "./ports";
import { prepareRule, type TopicRuleInputs } from "./rule";
import { createExecution, type ListeningRule } from "./rule-execution";
import { noMetrics, type RuleMetrics } from "./rule-metrics";

/** A received message; the engine adds the account, the trace id and the time. */
export interface Incoming extends Headers {
  topic: string;
  payload: Uint8Array;
  clientId: string;
  principal: string;
  sourceIp: string;
  /** Whether it was received by MQTT: only then `traceid()` has a value. */
  mqtt: boolean;
}

export interface RuleEngineArgs {
  clients: Clients;
  trace: Trace;
  metrics: MetricBatches;
  surroundings: Surroundings;
  options?: ActionOptions;
}

export interface RuleEngine {
  /** Validates the rule and, as AWS does, checks that AWS IoT may assume its roles. */
  addRule: (inputs: TopicRuleInputs) => Promise<{ arn: string }>;
  /** Replaces an existing rule: later messages go to the new rule, and its metrics continue. */
  replaceRule: (inputs: TopicRuleInputs) => Promise<{ arn: string }>;
  /**
   * A rule that is not enabled processes no message.
   * @see https://docs.aws.amazon.com/iot/latest/apireference/API_DisableTopicRule.html
   */
  setRuleEnabled: (name: string, enabled: boolean) => void;
  /** Messages already in the rule are still processed. */
  removeRule: (name: string) => void;
  /** Resolves when the message is in the engine's queue, which is in memory; waits while it is full. */
  accept(message: Incoming): Promise<void>;
  /** Accepts a message that IoT Core itself published, without waiting. */
  add(message: Incoming): void;
  /** By rule. */
  metrics: () => Record<string, RuleMetrics>;
  /** Resolves when no message is in flight. */
  idle(): Promise<void>;
  isIdle(): boolean;
}

/** Concurrent messages; equal to the number of sockets of each service client. */
const concurrency = 64;
/** Acknowledged messages that are not yet processed; at 128 KiB each, 32 MiB. */
const capacity = 256;

interface Work {
  message: RuleMessage;
  traceId: string;
}

/** Runs topic rules on every message: SQL by `iot-sql`, each action as a real call with the rule's role. */
export function createRuleEngine(args: RuleEngineArgs): RuleEngine {
  const { clients, metrics, surroundings, options } = args;
  const { region, accountId } = clients.account;
  const rules = new Map<string, ListeningRule>();
  const execute = createExecution({ ...args, assume });
  const backlog = createBacklog<Work>({ work, concurrency, capacity });

  function assume(ruleArn: string, roleArn: string): Promise<Credentials> {
    return assumeRole(clients, {
      roleArn,
      servicePrincipal: "iot.amazonaws.com",
      sourceArn: ruleArn,
    });
  }

  async function prepare(inputs: TopicRuleInputs): Promise<ListeningRule> {
    const arn = `arn:aws:iot:${region}:${accountId}:rule/${inputs.name}`;
    const ports = createPorts({
      clients,
      ruleArn: arn,
      assume: (roleArn) => assume(arn, roleArn),
    });
    const rule = prepareRule(inputs, { ...options, ports });
    const actions = [...rule.actions, ...(rule.errorAction ? [rule.errorAction] : [])];
    for (const roleArn of new Set(actions.flatMap((action) => action.roleArn ?? []))) {
      forgetSessions(clients, roleArn);
      await assume(arn, roleArn);
    }
    for (const { confirmationUrl } of actions)
      if (confirmationUrl !== undefined) await surroundings.destinations.ask(confirmationUrl);
    return { ...rule, arn, counted: noMetrics() };
  }

  function listeningTo(topic: string): ListeningRule[] {
    const named = basicIngestRule(topic);
    if (named !== undefined && !rules.has(named))
      metrics.count("RuleNotFound", { RuleName: named });
    return [...rules.values()].filter(
      ({ name, enabled, statement }) =>
        enabled && (named === undefined ? statement.matches(topic) : name === named),
    );
  }

  async function work({ message, traceId }: Work): Promise<void> {
    await Promise.all(listeningTo(message.topic).map((rule) => execute(rule, message, traceId)));
  }

  function workFor({ mqtt, messageExpiry: _notReadByRules, ...incoming }: Incoming): Work {
    const traceId = randomUUID();
    const message = { ...incoming, accountId, timestamp: Date.now(), ...(mqtt && { traceId }) };
    return { traceId, message };
  }

  function known(name: string): ListeningRule {
    const rule = rules.get(name);
    if (rule) return rule;
    throw new Error(`There is no rule ${name}; add it first.`);
  }

  return {
    async addRule(inputs) {
      const rule = await prepare(inputs);
      if (rules.has(rule.name))
        throw new Error(`There is a rule ${rule.name} already; choose another name.`);
      rules.set(rule.name, rule);
      return { arn: rule.arn };
    },
    async replaceRule(inputs) {
      const rule = await prepare(inputs);
      rules.set(rule.name, { ...rule, counted: known(rule.name).counted });
      return { arn: rule.arn };
    },
    setRuleEnabled: (name, enabled) => void rules.set(name, { ...known(name), enabled }),
    removeRule: (name) => void rules.delete(known(name).name),
    accept: (incoming) => backlog.accept(workFor(incoming)),
    add: (incoming) => backlog.add(workFor(incoming)),
    metrics: () =>
      Object.fromEntries([...rules.values()].map(({ name, counted }) => [name, { ...counted }])),
    idle: backlog.idle,
    isIdle: () => backlog.size() === 0,
  };
}
