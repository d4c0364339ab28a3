import { matchesPattern, type Conditions, type Statement } from "../../iam";
import { isEverybody } from "./principals";

/** True if statements deny everybody a use of the resource without TLS. */
export const deniesPlainText = (statements: Statement[], action: string): boolean =>
  statements.some(
    ({ effect, principals, actions, conditions }) =>
      effect === "Deny" &&
      isEverybody(principals) &&
      actions?.some((pattern) => matchesPattern(pattern.toLowerCase(), action.toLowerCase())) &&
      isOnPlainText(conditions),
  );

/** A second condition, or a second value, would let some of it pass. */
function isOnPlainText(conditions: Conditions): boolean {
  const all = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => [operator, key.toLowerCase(), ...values]),
  );
  return all.map((one) => one.join(" ")).join() === "Bool aws:securetransport false";
}
