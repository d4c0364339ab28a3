// AWS publishes no limit for strings; without one, two attributes of 64 KiB could make gigabytes of
// one message.
const LONGEST = 1 << 20;

/**
 * Replaces every occurrence of a part; Undefined if the result would exceed 2^20 characters. An
 * empty part occurs before each character and at the end, as in Java.
 */
export function replaceEvery(text: string, part: string, by: string): string | undefined {
  const pieces = text.split(part);
  const empty = part === "";
  const count = empty ? text.length + 1 : pieces.length - 1;
  if (text.length + count * (by.length - part.length) > LONGEST) return undefined;
  return empty ? `${by}${pieces.map((piece) => piece + by).join("")}` : pieces.join(by);
}
