import { arnParts } from "../stack/names";
import type { Action } from "./actions";

/** True if some text fits both patterns, in which `*` is any run of characters and `?` any one. */
function overlaps(a: string, b: string): boolean {
  const seen = new Set<number>();
  const fit = (i: number, j: number): boolean => {
    const at = i * (b.length + 1) + j;
    if (seen.has(at)) return false;
    seen.add(at);
    const [x, y] = [a[i], b[j]];
    if (x === undefined && y === undefined) return true;
    if (x === "*" && (fit(i + 1, j) || (y !== undefined && fit(i, j + 1)))) return true;
    if (y === "*" && (fit(i, j + 1) || (x !== undefined && fit(i + 1, j)))) return true;
    if (x === undefined || y === undefined || x === "*" || y === "*") return false;
    return (x === y || x === "?" || y === "?") && fit(i + 1, j + 1);
  };
  return fit(0, 0);
}

/** True if an action can be about something that the resource pattern covers. */
export function canApply({ types }: Action, pattern: string): boolean {
  const given = arnParts(pattern);
  // `*`, or something as wide.
  if (!given) return /^[*?]+$/.test(pattern) || pattern.startsWith("arn:*");
  return types.some(({ arn }) => {
    if (arn === "*") return true;
    const format = arnParts(arn.replace(/\$\{[^}]*\}/g, "*"));
    return (
      format !== undefined &&
      overlaps(given.service, format.service) &&
      overlaps(given.region, format.region) &&
      overlaps(given.account, format.account) &&
      overlaps(withoutVariables(given.resource), format.resource)
    );
  });
}

/** A policy variable stands for any text. */
const withoutVariables = (resource: string): string => resource.replace(/\$\{[^}]*\}/g, "*");
