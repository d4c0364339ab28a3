import { isNamedBy, type Conditions, type Statement } from "../../iam";
import { findAction } from "./actions";
import { canApply } from "./overlap";
import { isEverybody } from "./principals";

/** Returns true if the statements deny all principals access without TLS. The ARN of a bucket does not cover its objects. */
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

/** A second condition or value would exempt some requests from the denial. */
function isOnPlainText(conditions: Conditions): boolean {
  const all = Object.entries(conditions).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => [operator, key.toLowerCase(), ...values]),
  );
  return all.map((one) => one.join(" ")).join() === "Bool aws:securetransport false";
}
