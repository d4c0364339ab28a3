import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { cutText, quotedText } from "../../../functions/shared/quoted-text";

const quoted = (text: string): string => quotedText(text, 256);

/** What mail programs, phones and chats make a link of, written apart from the code under test. */
const links: Record<string, RegExp> = {
  "a scheme with slashes": /[a-z][a-z0-9+.-]*:\/\//i,
  "a known scheme": /\b(https?|ftps?|file|mailto|tel|sms|data|javascript):/i,
  "www.": /www\d*\.(?!\.)/i,
  "a domain": /[\p{L}\p{N}-]\.[\p{L}-]/u,
  "an IPv4 address": /\d+\.\d+\.\d+\.\d+/,
  "a mail address or a mention": /@/,
  "a share of Windows": /\\\\/,
  "a number to call": /\d(?:[ ()/-]*\d){6}/,
};
/** Characters that are not seen, or that change where others are seen. */
const unseen = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;

const assertSafe = (text: string, longest: number): void => {
  for (const [what, pattern] of Object.entries(links))
    assert.doesNotMatch(text, pattern, `${what} in ${JSON.stringify(text)}`);
  assert.doesNotMatch(text, unseen);
  assert.doesNotMatch(text, /["“”«»\n]/);
  assert.ok(text.length <= longest);
  assert.equal(text, text.trim());
};

/** Pieces that attacks are made of, beside any text. */
const pieces = [
  ...[
    "http",
    "https:",
    "HTTP://",
    "://",
    "//",
    ":",
    "www",
    "WWW.",
    ".",
    "..",
    "com",
    "evil",
    "xn--e1a",
  ],
  ...[
    "@",
    "mailto:",
    "tel:+49",
    "javascript:",
    "\\\\",
    "\\",
    "1",
    "127",
    "5551234",
    "+",
    "(",
    ")",
    "-",
  ],
  ...[
    "\u202e",
    "\u2066",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\u00ad",
    "\u034f",
    "\u{e0041}",
    "\u2028",
    "\u0085",
  ],
  ...[
    "．",
    "。",
    "｡",
    "․",
    "：",
    "／",
    "ｗｗｗ",
    "＠",
    "℀",
    "𝐡𝐭𝐭𝐩",
    "㏇",
    "…",
    "\u0301\u0301\u0301\u0301",
  ],
  ...[
    "\ud800",
    "\udc00",
    "\u0000",
    "\u001b[31m",
    '"',
    "”",
    " ",
    "\r\n",
    "\t",
    "\u00a0",
    "\u3164",
    "😀",
  ],
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: "binary", maxLength: 5 })), {
    maxLength: 40,
  })
  .map((some) => some.join(""));

describe("A quoted text", () => {
  it("is what the device said, where that is harmless", () => {
    for (const text of [
      "bearing runs hot",
      "71.3 °C at 3.5 bar, 80 % (limit 75)",
      "Öl läuft aus!",
      "過熱",
      "e = 5; retry 3/4",
      "v1.2",
    ])
      assert.equal(quoted(text), text);
  });

  const broken: [given: string, expected: string][] = [
    ["see http://evil.example/login", "see http(:)//evil(.)example/login"],
    ["HTTPS://EVIL.COM", "HTTPS(:)//EVIL(.)COM"],
    ["www.evil.com", "(www)(.)evil(.)com"],
    ["pay at evil.com now.", "pay at evil(.)com now."],
    ["http:evil", "http(:)evil"],
    ["ops@evil.example", "ops(at)evil(.)example"],
    ["call +49 151 1234-5678", "call (number)"],
    ["http://127.0.0.1/x", "http(:)//127(.)0(.)0(.)1/x"],
    ["ｗｗｗ．ｅｖｉｌ．ｃｏｍ", "(www)(.)evil(.)com"],
    ["evil。com", "evil(.)com"],
    ["ev\u200bil.com", "ev il(.)com"],
    ["javascript:alert(1)", "javascript(:)alert(1)"],
    ["\\\\server\\share", "\\ server\\share"],
    ['ok"\nTime: never', "ok' Time: never"],
    ["safe \u202etxt.exe", "safe txt(.)exe"],
    ["a\u0301\u0302\u0303\u0304\u0305b", "á\u0302\u0303b"],
    ["\ud800 pill", "pill"],
    [" \u0000\n\u200b ", ""],
  ];
  for (const [given, expected] of broken)
    it(`says ${JSON.stringify(expected)} for ${JSON.stringify(given)}`, () =>
      assert.equal(quoted(given), expected));

  it("is cut to its length, whole characters and the marks of the cut included", () => {
    assert.equal(quotedText("x".repeat(4096), 256), `${"x".repeat(253)}...`);
    assert.equal(cutText("abcde😀😀", 9), "abcde😀😀");
    assert.equal(cutText("abcde😀😀", 8), "abcde...");
    assert.equal(cutText("abcd😀😀😀", 8), "abcd...");
  });

  it("has nothing that becomes a link, hides or deceives, for any text and length", () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 8, max: 300 }), (text, longest) =>
        assertSafe(quotedText(text, longest), longest),
      ),
      { numRuns: 2000 },
    );
  });
});
