import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ErrorAction, RuleAction, RuleActions } from "./actions/action";
import { alarm, alarmOnMetrics, sumOf, type AlarmTarget } from "./alarm";
import { arn, physicalName } from "./names";
import type { Statement } from "./policy-document";
import { Role } from "./role";

export interface TopicRuleArgs {
  /** What the rule does, in one sentence; the console shows it. */
  description: string;
  /** The statement, in AWS IoT SQL version 2016-03-23. */
  sql: string;
  actions: RuleAction[];
  /** Receives each message that an action could not deliver. Errors in the SQL do not reach it; an alarm watches `ParseError`. */
  errorAction: ErrorAction;
  alarms: AlarmTarget;
}

/** A topic rule with an error action, alarms, and a role that only this rule can assume and that allows only its actions. */
export class TopicRule extends pulumi.ComponentResource {
  readonly name: string;

  constructor(name: string, args: TopicRuleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:TopicRule", name, {}, opts);
    const parent = { parent: this };
    const { actions, errorAction } = args;
    this.name = physicalName("rule", name);

    const role = new Role(
      `${name}-role`,
      {
        service: "iot.amazonaws.com",
        onBehalfOf: arn.rule(this.name),
        statements: [
          ...actions.flatMap((action) => action.statements),
          ...errorAction.statements.map(onError),
        ],
      },
      parent,
    );
    new aws.iot.TopicRule(
      name,
      {
        name: this.name,
        description: args.description,
        enabled: true,
        sql: args.sql,
        sqlVersion: "2016-03-23",
        ...merge(actions.map((action) => action.asAction(role.arn))),
        errorAction: errorAction.asErrorAction(role.arn),
      },
      {
        ...parent,
        dependsOn: [
          role.permissions,
          ...[...actions, errorAction].flatMap((action) => action.dependsOn),
        ],
      },
    );
    watchRule(name, this.name, args, parent);
    this.registerOutputs({ name: this.name });
  }
}

/** Merges actions into one list per kind, the form that a rule takes. */
function merge(parts: RuleActions[]): RuleActions {
  const lists: Record<string, unknown[]> = {};
  for (const part of parts)
    for (const [kind, list] of Object.entries(part))
      lists[kind] = [...(lists[kind] ?? []), ...(list as unknown[])];
  return lists;
}

/** Distinguishes the statement of an error action from that of an action, since ids are unique in a document. */
const onError = (statement: Statement): Statement => ({
  ...statement,
  Sid: `${statement.Sid}OnError`,
});

/**
 * Creates an alarm for each way in which a rule can fail. `Failure` and `ErrorActionFailure` have a dimension ActionType whose values
 * AWS does not document, so a query sums over all of them. Rules with the same topic filter share the alarm on `ParseError`, since a
 * payload that is not JSON counts for each of them.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html
 */
function watchRule(
  name: string,
  rule: string,
  { alarms, sql }: Pick<TopicRuleArgs, "alarms" | "sql">,
  opts: pulumi.CustomResourceOptions,
): void {
  const watch = sumOf("AWS/IoT", { RuleName: rule });
  const [, topicFilter = ""] = /\bFROM\s+'([^']*)'/i.exec(sql) ?? [];
  alarmOnMetrics(
    name,
    {
      alarms,
      watch: (metric) => ({
        query: `SELECT SUM(${metric}) FROM SCHEMA("AWS/IoT", ActionType, RuleName) WHERE RuleName = '${rule}'`,
      }),
      descriptions: {
        Failure: `Failure of rule ${rule}: an action could not deliver messages, and they are in the failures queue. Read one for the error, fix it, then redrive the queue.`,
        ErrorActionFailure: `ErrorActionFailure of rule ${rule}: messages are lost, since the error action failed too. Check the role of the rule and the policy of the failures queue.`,
      },
    },
    opts,
  );
  alarms.share(
    {
      id: `parse-error-${topicFilter.replace(/[^A-Za-z0-9]+/g, "-")}`,
      resource: rule,
      describe: (rules) =>
        `rules ${rules.join(", ")}: a SQL statement could not be evaluated for messages, or their payload is not JSON. Turn on the logs of AWS IoT and read them for the error.`,
    },
    watch("ParseError"),
  );
  alarm(
    `${name}-throttled`,
    {
      alarms,
      watch: watch("RuleMessageThrottled"),
      description: `RuleMessageThrottled of rule ${rule}: AWS IoT throttles the rule, and messages do not reach it. Request a higher quota of rule evaluations.`,
    },
    opts,
  );
}
