/**
 * Text that every sink takes: the characters of XML, which exclude surrogates without a partner and control characters except tabs
 * and line breaks. SQS refuses or replaces all others, databases that end a text at U+0000 lose what follows it.
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 * @see https://www.w3.org/TR/REC-xml/#charsets
 */
export const storable = "text without control characters, except tabs and line breaks";

/** The same for regular expressions of Java and RE2, of which AWS does not document which one rules use; both know all of this. */
export const storablePattern =
  "^[\\t\\n\\r\\x{20}-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]*$";

/** How JSON writes what is no text. Applied to a whole payload, in this order; what `lone` finds then has no partner. */
export const surrogateEscapes = {
  /** A backslash that is a character of a text, not the beginning of an escape. */
  backslash: "\\\\\\\\",
  pair: "\\\\u[dD][89abAB][0-9a-fA-F]{2}\\\\u[dD][c-fC-F][0-9a-fA-F]{2}",
  lone: "\\\\u[dD][89a-fA-F]",
  /** Takes the place of the two others, so that what they separate does not become neighbours. */
  replacement: "-",
} as const;
