/** Items of one key together, keys in the order of their first item. */
export function groupBy<T>(items: T[], keyOf: (item: T) => string): [T, ...T[]][] {
  const groups: Record<string, [T, ...T[]]> = Object.create(null) as Record<string, [T, ...T[]]>;
  for (const item of items) {
    const key = keyOf(item);
    const group = groups[key];
    if (group) group.push(item);
    else groups[key] = [item];
  }
  return Object.values(groups);
}
