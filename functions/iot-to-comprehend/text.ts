/**
 * The largest document of a batch, in bytes of UTF-8. AWS documents 5 KB; its refusals name 5,000 bytes.
 * @see https://docs.aws.amazon.com/comprehend/latest/dg/guidelines-and-limits.html
 */
export const mostBytes = 5000;

/** The text if it has at most `most` bytes of UTF-8; otherwise as much of it as fits, never a part of a character. */
export function cutBytes(text: string, most = mostBytes): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  let end = most;
  // The second to fourth byte of a character begins with the bits 10.
  while (end > 0 && ((bytes[end] as number) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end).toString();
}

/** A part of a text that holds personal data, in characters from its beginning: `end` is the first character behind it. */
export interface Personal {
  begin: number;
  end: number;
  /** Such as `NAME` or `EMAIL`. */
  type: string;
}

/**
 * The text with `[TYPE]` in the place of each part. Comprehend counts code points, JavaScript UTF-16 units. Parts that overlap become one.
 * @see https://docs.aws.amazon.com/comprehend/latest/APIReference/API_PiiEntity.html
 */
export function redacted(text: string, parts: readonly Personal[]): string {
  const characters = Array.from(text);
  const sorted = [...parts].sort((a, b) => a.begin - b.begin || b.end - a.end);
  let result = "";
  let at = 0;
  for (const { begin, end, type } of sorted) {
    if (end <= at) continue;
    const isApart = begin >= at;
    if (isApart) result += `${characters.slice(at, begin).join("")}[${type}]`;
    at = end;
  }
  return result + characters.slice(at).join("");
}
