import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ErrorAction, RuleAction, RuleActions } from "./actions/action";
import type { AlarmTarget } from "./alarm";
import { arn, physicalName } from "./names";
import type { Statement } from "./policy-document";
import { Role } from "./role";
import { watchRule } from "./rule-alarms";

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

    const role = ruleRole(
      name,
      actions.flatMap((action) => action.statements),
      errorAction,
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

/** The role that only this rule can assume, with the permissions of its actions and of its error action. */
export const ruleRole = (
  name: string,
  statements: Statement[],
  errorAction: ErrorAction,
  opts: pulumi.ComponentResourceOptions,
): Role =>
  new Role(
    `${name}-role`,
    {
      service: "iot.amazonaws.com",
      onBehalfOf: arn.rule(physicalName("rule", name)),
      statements: [...statements, ...errorAction.statements.map(onError)],
    },
    opts,
  );

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
