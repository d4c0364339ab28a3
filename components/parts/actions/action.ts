import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../policy-document";

type TopicRuleErrorAction = aws.types.input.iot.TopicRuleErrorAction;
/** The lists of actions that a rule takes, by kind. */
export type RuleActions = Partial<
  Omit<aws.iot.TopicRuleArgs, "name" | "sql" | "sqlVersion" | "enabled" | "errorAction">
>;

/** What a rule does with a message: its configuration, and exactly what the rule's role must be allowed for it. */
export interface RuleAction {
  statements: Statement[];
  /** What has to exist first; names are computed, so Pulumi cannot see it. */
  dependsOn: pulumi.Resource[];
  asAction(roleArn: pulumi.Input<string>): RuleActions;
}

/** An action that can also take what another action could not deliver. */
export interface ErrorAction extends RuleAction {
  asErrorAction(roleArn: pulumi.Input<string>): TopicRuleErrorAction;
}
