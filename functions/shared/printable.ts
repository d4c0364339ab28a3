/**
 * Text of a device, a message or a service as a terminal, a log or a person can safely read it: in one line, at most 2,000 characters,
 * with each character that is invisible, or that controls a terminal or the direction of text, as its JSON escape (`\u001b`). JSON
 * stays JSON with the same value, unless it is cut.
 * @see https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
export const printable = (text: string): string => escapeUnprintable(shorten(text));

/** The first 2,000 characters of a longer text, with its length. */
export function shorten(text: string): string {
  const longest = 2000;
  return text.length > longest ? `${text.slice(0, longest)}… (${text.length} characters)` : text;
}

/**
 * The same without a limit of length, for text that must stay complete, such as a line of JSON. Escapes control characters (C0, C1),
 * format characters (bidirectional controls, zero-width characters, tags), lone surrogates, private and ignorable characters, and line
 * and paragraph separators.
 */
export const escapeUnprintable = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}]/gu,
    (unsafe) => {
      let escaped = "";
      for (let index = 0; index < unsafe.length; index++)
        escaped += `\\u${unsafe.charCodeAt(index).toString(16).padStart(4, "0")}`;
      return escaped;
    },
  );
