import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../policy-document";

type TopicRuleErrorAction = aws.types.input.iot.TopicRuleErrorAction;
/** The actions of a rule, one list per kind. */
export type RuleActions = Partial<
  Omit<aws.iot.TopicRuleArgs, "name" | "sql" | "sqlVersion" | "enabled" | "errorAction">
>;

/** An action of a rule: its configuration, and the permissions that the role of the rule needs for it. */
export interface RuleAction {
  statements: Statement[];
  /** The resources that must exist first. Computed names hide these dependencies from Pulumi. */
  dependsOn: pulumi.Resource[];
  asAction(roleArn: pulumi.Input<string>): RuleActions;
}

/** An action that can also be the error action of a rule. */
export interface ErrorAction extends RuleAction {
  asErrorAction(roleArn: pulumi.Input<string>): TopicRuleErrorAction;
}
