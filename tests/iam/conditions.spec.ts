import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { conditionsHold } from "../../iam/conditions";
import type { Context } from "../../iam";

/** Whether one condition on the key `k` holds for a request that has this value of it. */
const holds = (
  operator: string,
  wanted: string | string[],
  given?: string | string[],
  variables: Context | undefined = {},
): boolean =>
  conditionsHold(
    { [operator]: { k: [wanted].flat() } },
    { context: given === undefined ? {} : { k: given }, variables },
  );

type Row = [operator: string, wanted: string | string[], given: string | string[] | undefined];

/** Declares a test per row. */
function table(held: Row[], broken: Row[]): void {
  const shown = (value: unknown) => (value === undefined ? "nothing" : JSON.stringify(value));
  for (const [rows, expected] of [
    [held, true],
    [broken, false],
  ] as const)
    for (const [operator, wanted, given] of rows)
      it(`${operator} ${shown(wanted)} ${expected ? "holds" : "does not hold"} for ${shown(given)}`, () =>
        assert.equal(holds(operator, wanted, given), expected));
}

describe("A condition on text", () => {
  table(
    [
      ["StringEquals", "red", "red"],
      ["StringEquals", ["blue", "red"], "red"],
      ["StringEquals", "*", "*"],
      ["StringEqualsIgnoreCase", "RED", "red"],
      ["StringEqualsIgnoreCase", "ÖLΣ", "ölσ"],
      ["StringEqualsIgnoreCase", "İx", "İX"],
      ["StringNotEquals", "red", "Red"],
      ["StringNotEquals", ["red", "blue"], "green"],
      ["StringNotEqualsIgnoreCase", "red", "blue"],
      ["StringLike", "dev*", "devices"],
      ["StringLike", "d?v", "dev"],
      ["StringLike", ["a*", "b*"], "bc"],
      ["StringNotLike", "dev*", "prod"],
      ["StringNotLike", ["a*", "b*"], "c"],
    ],
    [
      ["StringEquals", "red", "Red"],
      ["StringEquals", "r*", "red"],
      ["StringEquals", [], "red"],
      ["StringEqualsIgnoreCase", "r*", "red"],
      ["StringEqualsIgnoreCase", "STRASSE", "straße"],
      ["StringNotEquals", "red", "red"],
      ["StringNotEquals", ["blue", "red"], "red"],
      ["StringNotEqualsIgnoreCase", "RED", "red"],
      ["StringLike", "dev*", "Devices"],
      ["StringNotLike", ["a*", "b*"], "bc"],
    ],
  );

  it("holds for its own text, in any case, whatever the text", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(text, (value) => {
        assert.ok(holds("StringEquals", value, value, undefined));
        assert.ok(holds("StringEqualsIgnoreCase", value, value, undefined));
        assert.ok(!holds("StringNotEquals", value, value, undefined));
      }),
    );
  });

  it("replaces variables where the document has them", () => {
    const variables = { "aws:username": "ada", wild: "*" };
    assert.ok(holds("StringEquals", "user-${aws:username}", "user-ada", variables));
    assert.ok(!holds("StringEquals", "user-${aws:username}", "user-bob", variables));
    assert.ok(!holds("StringLike", "${wild}", "anything", variables));
    assert.ok(!holds("StringEquals", "${aws:unknown}", "", variables));
    assert.ok(holds("StringEquals", "${aws:username}", "${aws:username}", undefined) === false);
  });

  it("takes what looks like a variable for text in documents of the older language", () => {
    const given = { context: { k: "${aws:username}" }, variables: undefined };
    assert.ok(conditionsHold({ StringEquals: { k: ["${aws:username}"] } }, given));
  });
});

describe("A condition on an ARN", () => {
  const queue = "arn:aws:sqs:eu-central-1:123456789012:work";
  table(
    ["ArnEquals", "ArnLike"].flatMap((operator): Row[] => [
      [operator, queue, queue],
      [operator, "arn:aws:sqs:*:123456789012:*", queue],
      [operator, "arn:*:sqs:eu-*-1:1234????9012:w*", queue],
      [operator, "arn:aws:iot:*:*:rule/a*", "arn:aws:iot:eu-central-1:1:rule/a:b"],
      [operator, "arn:aws:s3:::bucket", "arn:aws:s3:::bucket"],
      [operator, "arn:aws:lambda:*:*:function:a", "arn:aws:lambda:eu-central-1:1:function:a"],
      [operator, ["arn:aws:sns:::x", queue], queue],
    ]),
    ["ArnEquals", "ArnLike"].flatMap((operator): Row[] => [
      // A wildcard for one part cannot swallow the next.
      [operator, "arn:aws:sqs:*:work", queue],
      [operator, "arn:aws:sqs:*", queue],
      [operator, "arn:aws:sqs:*:999999999999:*", queue],
      [operator, "arn:aws:sqs:eu-central-1:*:play", queue],
      [operator, "*", queue],
      [operator, queue, "work"],
      [operator, queue, "arn:aws:sqs:eu-central-1:123456789012"],
      [operator, "arn:aws:sqs:*:*:*", "arn:aws:sqs"],
    ]),
  );
  table(
    [
      ["ArnNotEquals", "arn:aws:sqs:*:999999999999:*", queue],
      ["ArnNotLike", "arn:aws:sqs:*:999999999999:*", queue],
      ["ArnNotLike", queue, "no ARN"],
    ],
    [
      ["ArnNotEquals", queue, queue],
      ["ArnNotLike", "arn:aws:sqs:*:*:w*", queue],
    ],
  );

  it("replaces variables", () => {
    const variables = { "aws:username": "ada" };
    const wanted = "arn:aws:iam::1:user/${aws:username}";
    assert.ok(holds("ArnLike", wanted, "arn:aws:iam::1:user/ada", variables));
    assert.ok(!holds("ArnLike", wanted, "arn:aws:iam::1:user/bob", variables));
    assert.ok(!holds("ArnLike", "arn:aws:iam::1:user/${aws:other}", "arn:aws:iam::1:user/", {}));
  });
});

describe("A condition on a truth value", () =>
  table(
    [
      ["Bool", "true", "true"],
      ["Bool", "True", "true"],
      ["Bool", "false", "FALSE"],
    ],
    [
      ["Bool", "true", "false"],
      ["Bool", "false", undefined],
      ["Bool", "true", undefined],
    ],
  ));

describe("A condition on a number", () =>
  table(
    [
      ["NumericEquals", "3", "3.0"],
      ["NumericNotEquals", "3", "4"],
      ["NumericNotEquals", "3", "three"],
      ["NumericLessThan", "3", "2.9"],
      ["NumericLessThanEquals", "3", "3"],
      ["NumericGreaterThan", "-1", "0"],
      ["NumericGreaterThanEquals", "3", "3"],
      ["NumericEquals", ["1", "2"], "2"],
    ],
    [
      ["NumericEquals", "3", "4"],
      ["NumericEquals", "three", "three"],
      ["NumericEquals", "0", ""],
      ["NumericEquals", "", "0"],
      ["NumericEquals", "0", " "],
      ["NumericNotEquals", "3", "3"],
      ["NumericLessThan", "3", "3"],
      ["NumericLessThanEquals", "3", "3.1"],
      ["NumericGreaterThan", "3", "3"],
      ["NumericGreaterThanEquals", "3", "2"],
      ["NumericLessThan", "3", "few"],
    ],
  ));

describe("A condition on what a request lacks", () => {
  const positive = ["StringEquals", "StringLike", "ArnLike", "Bool", "NumericLessThan"];
  const negated = ["StringNotEquals", "StringNotLike", "ArnNotLike", "NumericNotEquals"];
  table(
    [
      ...negated.map((operator): Row => [operator, "x", undefined]),
      ...[...positive, ...negated].map((op): Row => [`${op}IfExists`, "x", undefined]),
      ["Null", "true", undefined],
      ["Null", ["false", "true"], undefined],
      ["Null", "false", "x"],
    ],
    [
      ...positive.map((operator): Row => [operator, "x", undefined]),
      ["Null", "false", undefined],
      ["Null", "true", "x"],
      ["Null", [], undefined],
    ],
  );

  it("is as strict as any other if the request has it", () => {
    assert.ok(holds("StringEqualsIfExists", "red", "red"));
    assert.ok(!holds("StringEqualsIfExists", "red", "blue"));
    assert.ok(holds("ArnNotLikeIfExists", "arn:a:b:c:d:e", "arn:a:b:c:d:f"));
    assert.ok(!holds("BoolIfExists", "true", "false"));
  });
});

describe("A condition on several values", () => {
  const two = ["red", "blue"];
  table(
    [
      ["ForAllValues:StringEquals", ["red", "blue", "green"], two],
      ["ForAllValues:StringEquals", "red", "red"],
      ["ForAllValues:StringEquals", "red", []],
      ["ForAllValues:StringEquals", "red", undefined],
      ["ForAllValues:StringNotEquals", "green", two],
      ["ForAllValues:StringLikeIfExists", "red*", undefined],
      ["ForAnyValue:StringEquals", ["green", "blue"], two],
      ["ForAnyValue:StringLike", "b*", two],
      ["ForAnyValue:StringNotEquals", "red", two],
      ["ForAnyValue:StringEqualsIfExists", "red", undefined],
      ["StringEquals", "blue", two],
      ["StringNotEquals", "green", two],
    ],
    [
      ["ForAllValues:StringEquals", "red", two],
      ["ForAllValues:StringNotEquals", "red", two],
      ["ForAnyValue:StringEquals", "green", two],
      ["ForAnyValue:StringEquals", "red", []],
      ["ForAnyValue:StringEquals", "red", undefined],
      ["ForAnyValue:StringNotEquals", two, two],
      ["ForAnyValue:StringNotEquals", "red", undefined],
      ["StringNotEquals", "red", two],
    ],
  );
});

describe("Conditions together", () => {
  const context = { a: "1", B: "2" };
  const all = (conditions: Record<string, Record<string, string[]>>) =>
    conditionsHold(conditions, { context, variables: context });

  it("hold if there are none", () => assert.ok(all({})));

  it("have all to hold, within an operator and across operators", () => {
    assert.ok(all({ StringEquals: { a: ["1"], b: ["2"] }, Null: { c: ["true"] } }));
    assert.ok(!all({ StringEquals: { a: ["1"], b: ["1"] } }));
    assert.ok(!all({ StringEquals: { a: ["1"] }, StringLike: { b: ["1"] } }));
  });

  it("find a key in whatever case it is written", () => {
    assert.ok(all({ StringEquals: { A: ["1"] } }));
    assert.ok(all({ StringEquals: { b: ["2"] } }));
  });

  for (const operator of [
    "DateLessThan",
    "IpAddress",
    "BinaryEquals",
    "stringEquals",
    "StringEqual",
    "NullIfExists",
    "ForAllValues:Null",
    "ForSomeValues:StringEquals",
    "ForAnyValue:",
    "IfExists",
    "",
    "constructor",
  ])
    it(`are refused with the operator "${operator}", whatever the others say`, () =>
      assert.throws(() => all({ StringEquals: { a: ["9"] }, [operator]: { a: ["1"] } }), {
        name: "PolicyDocumentError",
        message: `Condition operator ${operator} is not evaluated here; add it to iam/conditions.ts or write the condition with another.`,
      }));
});
