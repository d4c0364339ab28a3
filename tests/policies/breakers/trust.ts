import { rewriting, first } from "./breaking";
import { type Breaker } from "../sabotage";

const role = "aws:iam/role:Role";

export const ofTrust: Breaker[] = [
  rewriting(
    "trusts its service for anybody",
    role,
    "assumeRolePolicy",
    (statements) => statements.map((one) => ({ ...one, Condition: undefined })),
    ["iam-role-require-trust-conditions"],
  ),
  ...["aws:SourceAccount", "aws:SourceArn", "sts:ExternalId"].map((key) =>
    rewriting(
      `trusts its service without ${key}`,
      role,
      "assumeRolePolicy",
      (statements) =>
        statements.map((one) => {
          const conditions = Object.entries((one.Condition ?? {}) as Record<string, object>).filter(
            ([, keys]) => !Object.hasOwn(keys, key),
          );
          return one.Condition ? { ...one, Condition: Object.fromEntries(conditions) } : one;
        }),
      ["iam-role-require-trust-conditions"],
    ),
  ),
  rewriting(
    "trusts its service once more, without conditions",
    role,
    "assumeRolePolicy",
    (statements) =>
      statements.flatMap((one) =>
        one.Condition ? [one, { ...one, Condition: undefined }] : [one],
      ),
    ["iam-role-require-trust-conditions"],
  ),
  rewriting(
    "trusts everybody",
    role,
    "assumeRolePolicy",
    first((one) => ({ ...one, Principal: "*" })),
    ["iam-role-require-trust-conditions"],
  ),
  ...[
    ["another of its kind", "other"],
    ["all of its kind", "*"],
  ].map(([what, name]) =>
    rewriting(
      `trusts its service for ${what}`,
      role,
      "assumeRolePolicy",
      (statements) =>
        statements.map((one) => {
          const source = JSON.stringify(one.Condition ?? {});
          if (!/:(rule|pipe|stateMachine)[/:]/.test(source)) return one;
          const Condition = JSON.parse(
            source.replace(/(:(?:rule|pipe)\/|:stateMachine:)[^"]+/, `$1${name}`),
          ) as object;
          return { ...one, Condition };
        }),
      ["iam-role-require-matching-source"],
    ),
  ),
];
