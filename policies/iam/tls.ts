import { matchesPattern, type Statement } from "../../iam";

/** True if statements deny everybody a use of the resource without TLS. */
export const deniesPlainText = (statements: Statement[], action: string): boolean =>
  statements.some(
    ({ effect, principals, actions = [], conditions }) =>
      effect === "Deny" &&
      (principals === "*" || principals?.AWS?.includes("*") === true) &&
      actions.some((pattern) => matchesPattern(pattern.toLowerCase(), action.toLowerCase())) &&
      Object.entries(conditions).length === 1 &&
      Object.entries(conditions.Bool ?? {}).some(
        ([key, values]) =>
          key.toLowerCase() === "aws:securetransport" && values.every((value) => value === "false"),
      ),
  );
