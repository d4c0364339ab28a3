import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { tokenize, tokenizePlaceholder } from "../../iot-sql/tokens";

describe("iot-sql tokens", () => {
  it("reads every kind of token with its place", () => {
    assert.deepEqual(tokenize(" a1<=-2.5E3,'x y'\n@v"), [
      { kind: "name", text: "a1", position: 1, end: 3 },
      { kind: "symbol", text: "<=", position: 3, end: 5 },
      { kind: "symbol", text: "-", position: 5, end: 6 },
      { kind: "number", text: "2.5E3", value: 2500, position: 6, end: 11 },
      { kind: "symbol", text: ",", position: 11, end: 12 },
      { kind: "string", text: "x y", quote: "'", position: 12, end: 17 },
      { kind: "variable", text: "v", position: 18, end: 20 },
      { kind: "end", text: "the end of the statement", position: 20, end: 20 },
    ]);
  });

  it("ends a placeholder at its own closing brace, past those of objects and strings", () => {
    const tokens = tokenizePlaceholder("x${ {'}': a} }y", 3);
    assert.deepEqual(
      tokens.map(({ text }) => text),
      ["{", "}", ":", "a", "}", "the closing brace"],
    );
    assert.deepEqual(tokens[5], { kind: "end", text: "the closing brace", position: 13, end: 14 });
  });

  it("covers every text by tokens and white space, or refuses it with a SqlError", () => {
    const texts = fc.oneof(
      fc.string(),
      fc
        .array(fc.constantFrom(..."ab1 .,'\"=<>!+-*/%()[]{}:\n\\$@é€\u{1F600}\uD800\0"), {
          maxLength: 20,
        })
        .map((characters) => characters.join("")),
    );
    fc.assert(
      fc.property(texts, (source) => {
        let covered = "";
        try {
          for (const token of tokenize(source)) {
            covered = source.slice(0, token.position);
            assert.ok(token.position <= token.end);
          }
        } catch (error) {
          assert.equal((error as Error).name, "SqlError");
          return;
        }
        assert.equal(covered, source);
      }),
      { numRuns: 2000 },
    );
  });
});
