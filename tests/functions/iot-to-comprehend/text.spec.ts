import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { languageOf } from "../../../functions/iot-to-comprehend/language";
import { cutBytes, redacted, type Personal } from "../../../functions/iot-to-comprehend/text";

const anyText = fc.string({ unit: "binary", maxLength: 60 });

describe("A text that is cut", () => {
  it("is the longest beginning that fits, in whole characters", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 0, max: 100 }), (text, most) => {
        const cut = cutBytes(text, most);
        assert.ok(Buffer.byteLength(cut) <= most);
        assert.ok(text.startsWith(cut));
        const [next = ""] = Array.from(text.slice(cut.length));
        if (next !== "") assert.ok(Buffer.byteLength(cut + next) > most);
      }),
    );
  });

  it("has at most 5,000 bytes", () => {
    assert.equal(cutBytes("é".repeat(2500)), "é".repeat(2500));
    assert.equal(cutBytes(`a${"é".repeat(2500)}`), `a${"é".repeat(2499)}`);
    assert.equal(cutBytes(`a${"🛠".repeat(1250)}`), `a${"🛠".repeat(1249)}`);
  });
});

describe("A text that is redacted", () => {
  const at = (begin: number, end: number, type = "NAME"): Personal => ({ begin, end, type });

  it("has the type in the place of each part, by code points", () => {
    assert.equal(
      redacted("🛠 Ann called ann@example.com", [at(2, 5), at(13, 28, "EMAIL")]),
      "🛠 [NAME] called [EMAIL]",
    );
  });

  it("has one type in the place of parts that overlap", () => {
    assert.equal(redacted("0123456789", [at(4, 6), at(1, 3), at(2, 5, "PIN")]), "0[NAME]6789");
    assert.equal(redacted("0123456789", [at(1, 9), at(2, 3)]), "0[NAME]9");
    assert.equal(redacted("0123", [at(0, 2), at(2, 4)]), "[NAME][NAME]");
    assert.equal(redacted("0123", []), "0123");
  });

  it("holds no character of any part, whatever the order of the parts", () => {
    const parts = fc.array(
      fc.tuple(fc.nat(40), fc.nat(40)).map(([a, b]) => at(Math.min(a, b), Math.max(a, b) + 1, "T")),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(parts, (some) => {
        const text = Array.from({ length: 40 }, (_, index) =>
          String.fromCodePoint(0x1f300 + index),
        );
        const isPersonal = (index: number) =>
          some.some(({ begin, end }) => index >= begin && index < end);
        const kept = redacted(text.join(""), some).replace(/\[T\]/g, "");
        assert.equal(kept, text.filter((_, index) => !isPersonal(index)).join(""));
      }),
    );
  });
});

describe("A language tag", () => {
  for (const [tag, code] of [
    ["en", "en"],
    ["EN-gb", "en"],
    ["pt_BR", "pt"],
    ["zh", "zh"],
    ["zh-CN", "zh"],
    ["zh-TW", "zh-TW"],
    ["zh-Hant-HK", "zh-TW"],
    ["nl", undefined],
    ["", undefined],
    ["eng", undefined],
  ] as const)
    it(`${JSON.stringify(tag)} is ${code ?? "of no language with sentiment"}`, () =>
      assert.equal(languageOf(tag), code));
});
