import { managedPolicies } from "../data/managed-policies";

/** The name of an AWS managed policy, with its path; undefined for any other ARN. */
export const managedName = (arn: string): string | undefined =>
  /^arn:[^:]*:iam::aws:policy\/(.+)/.exec(arn)?.[1];

/** The actions that such a policy allows on every resource; undefined if this pack does not list the policy. */
export const managedActions = (name: string): readonly string[] | undefined =>
  Object.hasOwn(managedPolicies, name) ? managedPolicies[name] : undefined;
