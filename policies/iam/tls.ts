import { isNamedBy, type Conditions, type Statement } from "../../iam";
import { findAction } from "./actions";
import { canApply } from "./overlap";
import { isEverybody } from "./principals";

/** True if statements deny everybody a use of the resource without TLS: a bucket's own ARN has none of its objects in it. */
export function deniesPlainText(statements: Statement[], action: string): boolean {
  const use = findAction(action);
  return statements.some(
    ({ effect, principals, actions, resources, conditions }) =>
      effect === "Deny" &&
      isEverybody(principals) &&
      actions !== undefined &&
      isNamedBy(actions, action) &&
      use !== undefined &&
      resources?.some((pattern) => canApply(use, pattern)) &&
      isOnPlainText(conditions),
  );
}

/** A second condition, or a second value, would let some of it pass. */
function isOnPlainText(conditions: Conditions): boolean {
  const all = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => [operator, key.toLowerCase(), ...values]),
  );
  return all.map((one) => one.join(" ")).join() === "Bool aws:securetransport false";
}
