/**
 * Text of a device as an alert may quote it: one line, without control, invisible or direction-changing characters, without anything
 * that a mail program, a phone or a chat turns into a link, and at most `longest` characters long. Quotation marks become
 * apostrophes, so that the text cannot end its own quotation. The result needs no further escaping in plain text.
 * @see https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
export function quotedText(text: string, longest: number): string {
  // Compatibility forms such as fullwidth letters become plain ones first, so that they do not get around what follows.
  const visible = text
    .slice(0, longest * 4)
    .normalize("NFKC")
    .replace(/[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, " ")
    .replace(/(\p{M}{2})\p{M}+/gu, "$1")
    .replace(/["\u201c-\u201f\u00ab\u00bb]/g, "'");
  return cutText(withoutLinks(visible).replace(/\s+/g, " ").trim(), longest);
}

/** The text if it has at most `longest` characters; otherwise its beginning and `...`, never half of a character. */
export function cutText(text: string, longest: number): string {
  if (text.length <= longest) return text;
  return `${text.slice(0, longest - 3).replace(/[\ud800-\udbff]$/, "")}...`;
}

/**
 * Puts the characters that make a link into brackets: `http(:)//example(.)com`, `a(at)example(.)com`. A number that is long enough to be
 * dialled is left out: phones offer to call it.
 */
const withoutLinks = (text: string): string =>
  text
    .replace(/[\u3002\u2024\uff61]/g, ".")
    .replace(/\+?\d(?:[ ()/-]*\d){6,}/g, "(number)")
    .replace(/\d+(?:\.\d+){2,}/g, (dotted) => dotted.replace(/\./g, "(.)"))
    .replace(/(?<=[^\s.])\.(?=[\p{L}\p{M}_-])|(?<=[\p{L}\p{M}_-])\.(?=\d)/gu, "(.)")
    .replace(/www\d*/gi, "($&)")
    .replace(/\b(https?|ftps?|file|mailto|tel|sms|data|javascript):/gi, "$1(:)")
    .replace(/(\p{L}[\p{L}\p{N}+.-]*):(?=\S)/gu, "$1(:)")
    .replace(/:\/\//g, "(:)//")
    .replace(/\\{2,}/g, "\\ ")
    .replace(/@/g, "(at)");
