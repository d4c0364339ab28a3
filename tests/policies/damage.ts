/** Where in a value something is to be replaced: at each level the nth member, until there is none or the way ends. */
export type Way = readonly number[];

/**
 * The value with whatever the way leads to replaced. Text that holds JSON is a level like any other, so that a way leads into policy
 * documents and workflow definitions too.
 */
export function damaged(value: unknown, way: Way, replacement: unknown): unknown {
  const [nth, ...rest] = way;
  if (nth === undefined) return replacement;
  if (typeof value === "string") {
    const inside = json(value);
    return inside === undefined ? replacement : JSON.stringify(damaged(inside, way, replacement));
  }
  if (typeof value !== "object" || value === null) return replacement;
  const keys = Object.keys(value);
  const key = keys[nth % Math.max(keys.length, 1)];
  if (key === undefined) return replacement;
  const members = value as Record<string, unknown>;
  const changed = damaged(members[key], rest, replacement);
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (String(index) === key ? changed : item));
  return { ...members, [key]: changed };
}

function json(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}
