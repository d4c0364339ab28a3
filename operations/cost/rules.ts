import { compile, parse } from "../../iot-sql";
import type { Flow, Message } from "./flow";
import { jsonIn, recordsIn, textOf, type Graph, type Resource } from "./graph";

/** What a rule's actions pass messages to, by the name of the action in the inputs. */
const targets: Readonly<Record<string, (action: Readonly<Record<string, unknown>>) => string>> = {
  dynamodbv2s: (action) =>
    `arn:aws:dynamodb:::table/${textOf(recordsIn(action["putItem"])[0]?.["tableName"])}`,
  firehoses: (action) =>
    `arn:aws:firehose:::deliverystream/${textOf(action["deliveryStreamName"])}`,
  kineses: (action) => `arn:aws:kinesis:::stream/${textOf(action["streamName"])}`,
  sns: (action) => textOf(action["targetArn"]),
  sqs: (action) => textOf(action["queueUrl"]),
};

/** Inputs of a rule that are no actions, or whose use is no delivery. */
const others = new Set([
  "description",
  "enabled",
  "errorAction",
  "name",
  "sql",
  "sqlVersion",
  "tags",
  "tagsAll",
]);

/**
 * Publishes messages to AWS IoT and lets every topic rule of the program act on them. AWS bills a rule for each message of its topic
 * filter, and each action for each message that its WHERE clause admits.
 * @see https://aws.amazon.com/iot-core/pricing/
 */
export function publish(graph: Graph, flow: Flow, messages: readonly Message[]): void {
  for (const rule of graph.ofType("aws:iot/topicRule:TopicRule")) {
    const { seen, admitted } = judge(textOf(rule.inputs["sql"]), messages);
    flow.bill(rule, { "iot-rule": seen });
    for (const [kind, value] of Object.entries(rule.inputs)) {
      if (others.has(kind)) continue;
      for (const action of recordsIn(value)) act(rule, kind, action, admitted, flow);
    }
  }
  for (const { rule, sql, actions } of rulesByCloudControl(graph)) {
    const { seen, admitted } = judge(sql, messages);
    flow.bill(rule, { "iot-rule": seen, "iot-action": admitted.length * actions });
  }
}

/** The actions of rules that are declared through Cloud Control, such as that of InfluxDB, pass messages to nothing in this program. */
const rulesByCloudControl = (graph: Graph): { rule: Resource; sql: string; actions: number }[] =>
  graph
    .ofType("aws:cloudcontrol/resource:Resource")
    .filter(({ inputs }) => inputs["typeName"] === "AWS::IoT::TopicRule")
    .map((rule) => {
      const { TopicRulePayload: payload } = jsonIn<{
        TopicRulePayload?: { Sql?: unknown; Actions?: unknown };
      }>(rule, "desiredState");
      const { Sql: sql, Actions: actions } = payload ?? {};
      if (typeof sql !== "string" || !Array.isArray(actions))
        throw new Error(
          `The cost of rule ${rule.name} is unknown: its desiredState needs TopicRulePayload with Sql and Actions.`,
        );
      return { rule, sql, actions: actions.length };
    });

function act(
  rule: Resource,
  kind: string,
  action: Readonly<Record<string, unknown>>,
  messages: readonly Message[],
  flow: Flow,
): void {
  const target = Object.hasOwn(targets, kind) ? targets[kind] : undefined;
  if (!target)
    throw new Error(
      `The action ${kind} of rule ${rule.name} has an unknown cost: add it to operations/cost/rules.ts.`,
    );
  flow.bill(rule, { "iot-action": messages.length });
  flow.deliver(target(action), messages);
}

/** The messages of the rule's topic filter, and those of them that its WHERE clause admits. */
function judge(
  sql: string,
  messages: readonly Message[],
): { seen: number; admitted: readonly Message[] } {
  const parsing = parse(sql);
  const compilation = parsing.ok ? compile(parsing.statement) : parsing;
  if (!compilation.ok)
    throw new Error(`The SQL of a rule is invalid: ${compilation.problems[0]?.message}`);
  const seen = messages.filter(({ topic }) => compilation.matches(topic));
  const admitted = seen.filter(
    ({ topic, payload, receivedAt }) =>
      compilation.evaluate({ topic, payload, timestamp: receivedAt }).matched,
  );
  return { seen: seen.length, admitted };
}
