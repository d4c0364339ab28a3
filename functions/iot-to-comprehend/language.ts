/**
 * The languages in which Comprehend detects sentiment, by its codes.
 * @see https://docs.aws.amazon.com/comprehend/latest/dg/supported-languages.html
 */
export const languages: readonly string[] = [
  "en",
  "es",
  "fr",
  "de",
  "it",
  "pt",
  "ar",
  "hi",
  "ja",
  "ko",
  "zh",
  "zh-TW",
];

/**
 * The languages in which Comprehend finds personal data.
 * @see https://docs.aws.amazon.com/comprehend/latest/dg/how-pii.html
 */
export const redactable: readonly string[] = ["en", "es"];

/**
 * The code that Comprehend has for a language tag such as `en-GB`, `pt_BR` or `zh-Hant`; undefined for a language in which it detects no
 * sentiment.
 * @see https://www.rfc-editor.org/rfc/rfc5646
 */
export function languageOf(tag: string): string | undefined {
  const [language = "", ...others] = tag.toLowerCase().split(/[-_]/);
  if (language === "zh") {
    const isTraditional = others.some((one) => ["hant", "tw", "hk", "mo"].includes(one));
    return isTraditional ? "zh-TW" : "zh";
  }
  return languages.find((known) => known === language);
}

/** `en, es and fr` */
export const named = (some: readonly string[]): string =>
  `${some.slice(0, -1).join(", ")} and ${some.slice(-1).join("")}`;
