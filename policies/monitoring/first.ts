import type { Resource } from "../stack/resource";

/** True for an alarm that stays OK at 0 and fires above. */
export const firesAboveSome = (alarm: Resource): boolean => firesWithin(alarm, Infinity);

/** True for an alarm that stays OK at 0 and fires at 1. */
export const firesAtFirst = (alarm: Resource): boolean => firesWithin(alarm, 1);

/** True for an alarm that stays OK at 0 and fires at `most` or below. */
function firesWithin({ inputs }: Resource, most: number): boolean {
  const [comparison, threshold] = [inputs.at("comparisonOperator"), inputs.at("threshold")];
  // An unknown value has already been recorded.
  if (!comparison.isKnown() || !threshold.isKnown()) return true;
  const level = threshold.number() ?? 0;
  switch (comparison.text()) {
    case "GreaterThanThreshold":
      return level >= 0 && level < most;
    case "GreaterThanOrEqualToThreshold":
      return level > 0 && level <= most;
    default:
      return false;
  }
}
