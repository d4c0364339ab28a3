/** One part of a date pattern: text as it is, or a letter and how often it stands there. */
export type PatternPart = { text: string; quoted: boolean } | { letter: string; count: number };

const PART = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/y;

// AWS publishes no limit; a message may bring a pattern of its own.
const LONGEST = 1000;

/**
 * Takes a date pattern of Java or Joda-Time apart: letters are fields, text stands in quotes, two
 * quotes are one. Undefined for a quote that is never closed.
 */
export function patternParts(pattern: string): PatternPart[] | undefined {
  if (pattern.length > LONGEST) return undefined;
  const parts: PatternPart[] = [];
  PART.lastIndex = 0;
  while (PART.lastIndex < pattern.length) {
    const match = PART.exec(pattern);
    if (!match) return undefined;
    const [whole, quoted, letter] = match;
    if (letter !== undefined) parts.push({ letter, count: whole.length });
    else if (quoted === undefined) parts.push({ text: whole, quoted: false });
    else parts.push({ text: quoted === "" ? "'" : quoted.replaceAll("''", "'"), quoted: true });
  }
  return parts;
}
