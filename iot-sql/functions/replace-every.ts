// AWS publishes no limit for strings; without one, two attributes of 64 KiB could make gigabytes of
// one message.
const LONGEST = 1 << 20;

/**
 * Replaces every match by what `expand` makes of it and its groups; Undefined if the result would
 * exceed 2^20 characters. The pattern is a string, or a regular expression with the flag `g`.
 */
export function replaceEvery(
  text: string,
  pattern: string | RegExp,
  expand: (match: string, ...groups: unknown[]) => string,
): string | undefined {
  let room = LONGEST - text.length;
  const result = text.replaceAll(pattern, (match: string, ...groups: unknown[]) => {
    const replacement = room < 0 ? "" : expand(match, ...groups);
    room -= replacement.length;
    return room < 0 ? "" : replacement;
  });
  return room < 0 ? undefined : result;
}
