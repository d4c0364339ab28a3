import { arnParts } from "../stack/names";
import type { Action } from "./actions";

/** Returns true if a string matches both. `*` matches any characters in either; `?` matches one character in the pattern. */
function overlaps(pattern: string, format: string): boolean {
  const seen = new Set<string>();
  const fit = (i: number, j: number): boolean => {
    const at = `${i} ${j}`;
    if (seen.has(at)) return false;
    seen.add(at);
    const [x, y] = [pattern[i], format[j]];
    if (x === "*") return fit(i + 1, j) || (y !== undefined && fit(i, j + 1));
    if (y === "*") return fit(i, j + 1) || (x !== undefined && fit(i + 1, j));
    if (y === undefined) return x === undefined;
    return (x === y || x === "?") && fit(i + 1, j + 1);
  };
  return fit(0, 0);
}

/** Returns true if an action can apply to a resource that the pattern covers. */
export function canApply({ types }: Action, pattern: string): boolean {
  const given = arnParts(pattern);
  // `*` or an equally broad pattern.
  if (!given) return /^[*?]+$/.test(pattern) || pattern.startsWith("arn:*");
  return types.some(({ arn }) => {
    const format = arnParts(withoutVariables(arn));
    return (
      format !== undefined &&
      overlaps(given.service, format.service) &&
      overlaps(given.region, format.region) &&
      overlaps(given.account, format.account) &&
      overlaps(withoutVariables(given.resource), format.resource)
    );
  });
}

/** A policy variable, and a name in an ARN format, represent any string. */
const withoutVariables = (text: string): string => text.replace(/\$\{[^}]*\}/g, "*");
