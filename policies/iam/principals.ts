import type { Statement } from "../../iam";

type Principals = Statement["principals"];

/** Returns true if a statement applies to all principals: `*`, alone or among the AWS principals. */
export const isEverybody = (principals: Principals): boolean =>
  principals === "*" || principals?.AWS?.includes("*") === true;

/** The services that a statement names. */
export const servicesIn = (principals: Principals): string[] =>
  typeof principals === "object" ? (principals.Service ?? []) : [];
