import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { matchesPattern } from "../../iam";
import { matchesTemplate } from "../../iam/pattern";

describe("matchesPattern", () => {
  const rows: [pattern: string, value: string, matches: boolean][] = [
    ["", "", true],
    ["", "a", false],
    ["a", "", false],
    ["a", "a", true],
    ["a", "A", false],
    ["a", "ab", false],
    ["*", "", true],
    ["*", "anything:at/all", true],
    ["**", "", true],
    ["?", "", false],
    ["?", "a", true],
    ["?", "𝄞", true],
    ["?", "ab", false],
    ["??*", "a", false],
    ["??*", "ab", true],
    ["a*c", "abc", true],
    ["a*c", "ac", true],
    ["a*c", "acb", false],
    ["*a*b*", "xxaxxbxx", true],
    ["*a*b*", "xxbxxaxx", false],
    ["a*b?d", "a-b-bcd", true],
    ["a.c", "abc", false],
    ["[ab]", "a", false],
    ["\\*", "\\anything", true],
    ["a\nb*", "a\nb\nc", true],
    ["sqs:Send*", "sqs:SendMessage", true],
    ["sqs:Send*", "sns:SendMessage", false],
    ["arn:aws:sqs:*:123456789012:*", "arn:aws:sqs:eu-central-1:123456789012:work", true],
  ];
  for (const [pattern, value, matches] of rows)
    it(`${JSON.stringify(pattern)} ${matches ? "fits" : "does not fit"} ${JSON.stringify(value)}`, () =>
      assert.equal(matchesPattern(pattern, value), matches));

  it("decides as a regular expression does", () => {
    const text = (alphabet: string[]) =>
      fc.array(fc.constantFrom(...alphabet), { maxLength: 10 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text(["a", "b", "*", "?"]), text(["a", "b", "𝄞"]), (pattern, value) => {
        const source = pattern.replaceAll("*", "[^]*").replaceAll("?", "[^]");
        assert.equal(matchesPattern(pattern, value), new RegExp(`^${source}$`, "u").test(value));
      }),
      { numRuns: 2000 },
    );
  });

  it("fits every value that is its own pattern", () => {
    const plain = fc.string({ unit: "binary" }).filter((text) => !/[*?]/.test(text));
    fc.assert(
      fc.property(plain, plain, (before, after) => {
        assert.ok(matchesPattern(before, before));
        assert.ok(matchesPattern(`${before}*${after}`, `${before}${after}`));
      }),
    );
  });

  // A matcher that tries every division of the value among the wildcards would not come back from these.
  it("terminates for patterns made of wildcards", () => {
    const value = "a".repeat(5000);
    assert.equal(matchesPattern("a*".repeat(200) + "b", value), false);
    assert.equal(matchesPattern("*a".repeat(200), value), true);
    assert.equal(matchesPattern("?*".repeat(2000), value), true);
    assert.equal(matchesPattern("*".repeat(5000) + "b", value), false);
  });

  it("takes patterns and values that are longer than a call may have arguments", () => {
    const long = "x".repeat(300_000);
    assert.equal(matchesPattern(`${long}*`, `${long}y`), true);
    assert.equal(matchesTemplate(`${long}\${key}`, `${long}y`, { key: "y" }), true);
  });
});

describe("matchesTemplate", () => {
  const context = {
    "iot:Connection.Thing.ThingName": "pump-7",
    "aws:PrincipalTag/team": "red",
    wild: "*",
    dollar: "${wild}",
    many: ["one", "two"],
    empty: "",
  };
  const rows: [template: string, value: string, matches: boolean][] = [
    ["topic/${iot:Connection.Thing.ThingName}/acks", "topic/pump-7/acks", true],
    ["topic/${iot:Connection.Thing.ThingName}/acks", "topic/pump-8/acks", false],
    ["topic/${iot:connection.thing.thingname}/*", "topic/pump-7/acks", true],
    ["${aws:PrincipalTag/team}${aws:PrincipalTag/team}", "redred", true],
    // A device that is named `*` is not every device.
    ["client/${wild}", "client/pump-7", false],
    ["client/${wild}", "client/*", true],
    ["${dollar}", "${wild}", true],
    ["${dollar}", "*", false],
    ["a${empty}b", "ab", true],
    // Without a value there is nothing that the template could mean.
    ["client/${aws:username}", "client/", false],
    ["*${aws:username}", "anything", false],
    ["${many}", "one", false],
    ["${}", "", false],
    ["${aws:username, 'nobody'}", "nobody", true],
    ["${aws:username,'nobody'}", "nobody", true],
    ["${aws:username , 'a, b'}", "a, b", true],
    ["${aws:PrincipalTag/team, 'nobody'}", "red", true],
    ["${many, 'nobody'}", "nobody", true],
    ["${aws:PrincipalTag/team , 'nobody'}", "red", true],
    ["${aws:PrincipalTag/team }", "red", false],
    ["${'nobody'}", "nobody", false],
    ["${aws:username, no'nobody'}", "nobody", false],
    ["${aws:username, 'nobody' or 'me'}", "nobody", false],
    ["${aws:username, '*'}", "anything", false],
    ["${aws:username, nobody}", "nobody", false],
    ["${aws:username,k, 'nobody'}", "nobody", false],
    ["${aws:PrincipalTag/team, nobody}", "red", false],
    // How a policy escapes the special characters.
    ["${*}", "*", true],
    ["${*}", "a", false],
    ["${?}", "?", true],
    ["${?}", "a", false],
    ["${$}{wild}", "${wild}", true],
    ["${wild", "${wild", true],
    ["}${wild}{", "}*{", true],
    ["$wild", "$wild", true],
  ];
  for (const [template, value, matches] of rows)
    it(`${template} ${matches ? "fits" : "does not fit"} ${JSON.stringify(value)}`, () =>
      assert.equal(matchesTemplate(template, value, context), matches));

  it("has no variables without a context, only characters that look like them", () => {
    assert.equal(matchesTemplate("${wild}", "${wild}", undefined), true);
    assert.equal(matchesTemplate("${wild}", "*", undefined), false);
    assert.equal(matchesTemplate("${*}", "${anything}", undefined), true);
  });

  it("fits whatever its variable stands for, and that alone", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (name, other) => {
        const fits = (value: string) => matchesTemplate("a/${thing}/b", value, { thing: name });
        assert.ok(fits(`a/${name}/b`));
        assert.equal(fits(`a/${other}/b`), other === name);
      }),
    );
  });

  it("terminates for any template", () => {
    const piece = fc.constantFrom("${", "}", "*", "?", "$", "a", ", '", "'", " ", "${a}", "${*}");
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.string(), (pieces, value) => {
        assert.equal(typeof matchesTemplate(pieces.join(""), value, { a: "*" }), "boolean");
      }),
    );
    for (const hostile of ["${", "${a", "$", "*", "${*}", "${a,"])
      assert.equal(matchesTemplate(hostile.repeat(20_000), "b", { a: "c" }), hostile === "*");
    assert.equal(matchesTemplate(`\${a${" ".repeat(100_000)}}`, "b", { a: "c" }), false);
  });
});
