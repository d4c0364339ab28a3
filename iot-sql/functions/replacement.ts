import type { Matcher, RE2JS } from "re2js";

// AWS publishes no limit for strings; without one, two attributes of 64 KiB could make gigabytes of
// one message.
const LONGEST = 1 << 20;

/** A piece of a replacement: text as it is, or the number of a group. */
type Piece = string | number;

/**
 * Replaces every match of a pattern. In the replacement `$1` is a group and `\` takes the next
 * character as it is, as in Java; with any other `$` or `\`, or a group that the pattern does not
 * have, it is no replacement, and the result Undefined. So it is if it would exceed 2^20 characters.
 */
export function expandReplacement(
  pattern: RE2JS,
  text: string,
  replacement: string,
): string | undefined {
  const matcher = pattern.matcher(text);
  const pieces = piecesOf(replacement, matcher.groupCount());
  if (!pieces) return undefined;
  let result = "";
  let kept = 0;
  while (matcher.find()) {
    result += text.slice(kept, matcher.start()) + expand(pieces, matcher);
    kept = matcher.end();
    if (result.length > LONGEST) return undefined;
  }
  result += text.slice(kept);
  return result.length > LONGEST ? undefined : result;
}

function expand(pieces: readonly Piece[], matcher: Matcher): string {
  const texts = pieces.map((piece) =>
    typeof piece === "number" ? (matcher.group(piece) ?? "") : piece,
  );
  return texts.join("");
}

const PIECE = /\\([^])|\$(\d)|([^$\\]+)|[^]/gu;

function piecesOf(replacement: string, groups: number): Piece[] | undefined {
  const pieces: Piece[] = [];
  for (const [, escaped, group, plain] of replacement.matchAll(PIECE)) {
    const piece = escaped ?? plain ?? (group === undefined ? undefined : Number(group));
    if (piece === undefined || (typeof piece === "number" && piece > groups)) return undefined;
    pieces.push(piece);
  }
  return pieces;
}
