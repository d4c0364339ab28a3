import { managedPolicies } from "../data/managed-policies";

/** The name of an AWS managed policy, with its path; undefined for any other ARN, and for one that is not known. */
export const managedName = (arn: string | undefined): string | undefined =>
  arn?.match(/^arn:[^:]*:iam::aws:policy\/(.+)/)?.[1];

/** The actions that such a policy allows on every resource; undefined if this pack does not list the policy. */
export const managedActions = (name: string): readonly string[] | undefined =>
  Object.hasOwn(managedPolicies, name) ? managedPolicies[name] : undefined;
