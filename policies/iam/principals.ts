import type { Statement } from "../../iam";

type Principals = Statement["principals"];

/** True if a statement is about everybody, which `*` among accounts says as well. */
export const isEverybody = (principals: Principals): boolean =>
  principals === "*" || principals?.AWS?.includes("*") === true;

/** The services that a statement names. */
export const servicesIn = (principals: Principals): string[] =>
  typeof principals === "object" ? (principals.Service ?? []) : [];
