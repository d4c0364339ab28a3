import type { Statement } from "../../iam";

type Principals = Statement["principals"];

/** Returns true if a statement applies to all principals: `*`, alone or among the AWS principals. */
export const isEverybody = (principals: Principals): boolean =>
  principals === "*" || principals?.AWS?.includes("*") === true;

/** Returns true if a statement names a role or user by its ARN. A statement for its account or for all principals does not. */
export const isByName = (principals: Principals, arn: string): boolean =>
  typeof principals === "object" && principals.AWS?.includes(arn) === true;

/** The services that a statement names. */
export const servicesIn = (principals: Principals): string[] =>
  typeof principals === "object" ? (principals.Service ?? []) : [];
