import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ErrorAction, RuleAction, RuleActions } from "./actions/action";
import { alarm, type AlarmTarget } from "./alarm";
import { arn, physicalName } from "./names";
import type { Statement } from "./policy-document";
import { Role } from "./role";

export interface TopicRuleArgs {
  /** One sentence that the console shows. */
  description: string;
  /** The statement, IoT SQL version 2016-03-23. */
  sql: string;
  actions: RuleAction[];
  /** Takes each message that an action could not deliver. Errors in the SQL itself do not come here: `ParseError` is alarmed. */
  errorAction: ErrorAction;
  alarms: AlarmTarget;
}

/** A topic rule with a role that only this rule can assume, and that may do only what its actions do. */
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
        ...together(actions.map((action) => action.asAction(role.arn))),
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
    watchRule(name, this.name, args.alarms, parent);
    this.registerOutputs({ name: this.name });
  }
}

/** One list per kind of action, as the rule wants them. */
function together(parts: RuleActions[]): RuleActions {
  const lists: Record<string, unknown[]> = {};
  for (const part of parts)
    for (const [kind, list] of Object.entries(part))
      lists[kind] = [...(lists[kind] ?? []), ...(list as unknown[])];
  return lists;
}

/** The statements of all actions share one document, whose statement ids are unique. */
const onError = (statement: Statement): Statement => ({
  ...statement,
  Sid: `${statement.Sid}OnError`,
});

/**
 * `Failure` and `ErrorActionFailure` carry an ActionType whose values AWS does not document, so a query sums over all of them.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html
 */
function watchRule(
  name: string,
  rule: string,
  alarms: AlarmTarget,
  parent: pulumi.CustomResourceOptions,
): void {
  const summed = (metric: string) => ({
    query: `SELECT SUM(${metric}) FROM SCHEMA("AWS/IoT", ActionType, RuleName) WHERE RuleName = '${rule}'`,
  });
  const counted = (metric: string) =>
    ({
      namespace: "AWS/IoT",
      name: metric,
      dimensions: { RuleName: rule },
      statistic: "Sum",
    }) as const;
  const surfaces = [
    ["failure", summed("Failure"), "could not deliver messages: they are in its failures queue"],
    [
      "error-action-failure",
      summed("ErrorActionFailure"),
      "lost messages: its error action failed too",
    ],
    [
      "parse-error",
      counted("ParseError"),
      "could not read messages with its SQL: see the AWS IoT logs",
    ],
    [
      "throttled",
      counted("RuleMessageThrottled"),
      "was throttled: ask for a higher rule evaluation quota",
    ],
  ] as const;
  for (const [surface, watch, happened] of surfaces)
    alarm(
      `${name}-${surface}`,
      { alarms, watch, description: `Rule ${rule} ${happened}.` },
      parent,
    );
}
