import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { log } from "../../../functions/shared/log";
import { escapeUnprintable, printable, shorten } from "../../../functions/shared/printable";

/** Characters that a terminal obeys or that a person does not see, written as numbers so that this file has none. */
const unsafe = [
  ...Array.from({ length: 0x20 }, (_, code) => code),
  ...Array.from({ length: 0x21 }, (_, code) => 0x7f + code),
  // Soft hyphen, Arabic letter mark, Hangul fillers, Mongolian vowel separator.
  ...[0xad, 0x61c, 0x115f, 0x1160, 0x3164, 0xffa0, 0x180e, 0x34f],
  // Zero width, marks and embeddings of direction, separators, isolates, byte order mark, variation selectors, noncharacters.
  ...[0x200b, 0x200c, 0x200d, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202b, 0x202c, 0x202d],
  ...[0x202e, 0x2060, 0x2066, 0x2067, 0x2068, 0x2069, 0xfeff, 0xfe0f, 0xfffe, 0xffff],
  // Tags, private characters, a supplementary variation selector.
  ...[0xe0001, 0xe0041, 0xe000, 0xf0000, 0xe0100],
].map((code) => String.fromCodePoint(code));

const lone = ["\ud800", "\udfff"];

const hostile = fc
  .array(fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom(...unsafe, ...lone)))
  .map((parts) => parts.join(""));

/** What no printed text may contain: written differently from the implementation, by code. */
function isSafe(text: string): boolean {
  return [...text].every((one) => {
    const code = one.codePointAt(0) ?? 0;
    return code >= 0x20 && !(code >= 0x7f && code < 0xa0) && !unsafe.includes(one) && !isLone(code);
  });
}
const isLone = (code: number): boolean => code >= 0xd800 && code <= 0xdfff;

/** Runs a call and returns the text that it printed. */
function printed(call: () => void): string {
  const lines: unknown[] = [];
  const { log: real } = console;
  console.log = (line: unknown) => lines.push(line);
  try {
    call();
  } finally {
    console.log = real;
  }
  return lines.join("\n");
}

describe("printable", () => {
  it("leaves text that everyone sees as it is", () => {
    for (const text of ["", "pump-7 runs hot: 71.3 °C", "Größe 日本語 ру עברית 😀", '{"a":"\\n"}'])
      assert.equal(printable(text), text);
  });

  for (const one of [...unsafe, ...lone])
    it(`escapes ${escapeUnprintable(one)}`, () => {
      const escaped = printable(`a${one}b`);
      assert.match(escaped, /^a(\\u[0-9a-f]{4}){1,2}b$/);
      assert.equal(JSON.parse(`"${escaped}"`), `a${one}b`);
    });

  it("writes a sequence for a terminal as text in one line", () => {
    const given = "\u001b]0;owned\u0007\u001b[2J\u009b31m\r\nrm -rf\u202egnp.exe";
    assert.equal(
      printable(given),
      "\\u001b]0;owned\\u0007\\u001b[2J\\u009b31m\\u000d\\u000arm -rf\\u202egnp.exe",
    );
  });

  it("returns safe text of bounded length, for any text", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        assert.ok(isSafe(printable(text)));
        assert.equal(printable(printable(text)), printable(text));
      }),
      { numRuns: 1000 },
    );
    const cut = printable("\u001b".repeat(100_000));
    assert.equal(cut, `${"\\u001b".repeat(2000)}… (100000 characters)`);
    assert.equal(shorten("x".repeat(2000)), "x".repeat(2000));
  });

  it("keeps JSON JSON of the same value, for any text in it", () => {
    fc.assert(
      fc.property(hostile, hostile, (name, text) => {
        const json = escapeUnprintable(JSON.stringify({ [name]: text }));
        assert.ok(isSafe(json));
        assert.deepEqual(JSON.parse(json), JSON.parse(JSON.stringify({ [name]: text })));
      }),
      { numRuns: 1000 },
    );
  });
});

describe("log", () => {
  it("prints a line of safe JSON with the same values, whatever a device has sent", () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const line = printed(() => log("warn", "quarantined", { detail: text }));
        assert.ok(isSafe(line));
        assert.deepEqual(JSON.parse(line), {
          level: "warn",
          message: "quarantined",
          detail: shorten(text),
        });
      }),
      { numRuns: 500 },
    );
  });

  it("cuts a long text, and keeps the line JSON", () => {
    const line = printed(() => log("warn", "x", { detail: '"'.repeat(130_000) }));
    const { detail } = JSON.parse(line) as { detail: string };
    assert.equal(detail, `${'"'.repeat(2000)}… (130000 characters)`);
  });
});
