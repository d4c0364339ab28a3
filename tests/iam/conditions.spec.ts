import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { conditionFaults, conditionsHold } from "../../iam/conditions";
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

  it("treats variables as text in documents of the older version", () => {
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
      [operator, "arn:aws:sqs:*:*:*", "arn:aws:sqs:eu-central-1:123456789012"],
      [operator, `${queue}:a:b`, `${queue}:ab`],
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
    const qualified = "arn:aws:lambda:*:*:function:a:${aws:username}";
    assert.ok(
      holds("ArnLike", qualified, "arn:aws:lambda:eu-central-1:1:function:a:ada", variables),
    );
    assert.ok(!holds("ArnLike", "arn:aws:iam::1:user/${aws:other}", "arn:aws:iam::1:user/", {}));
  });
});

describe("A value without variables", () => {
  const text = fc
    .array(fc.constantFrom("a", "b", ":", ":", "*", "?"), { maxLength: 14 })
    .map((parts) => parts.join(""));

  for (const operator of ["StringEquals", "StringLike", "ArnEquals", "ArnLike"])
    it(`is compared by ${operator} as one with a variable that stands for nothing`, () => {
      fc.assert(
        fc.property(text, text, (wanted, given) => {
          assert.equal(
            holds(operator, wanted, given, {}),
            holds(operator, `${wanted}\${nothing}`, given, { nothing: "" }),
          );
        }),
        { numRuns: 2000 },
      );
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

describe("A condition on an IP address", () => {
  table(
    [
      ["IpAddress", "203.0.113.0/24", "203.0.113.0"],
      ["IpAddress", "203.0.113.0/24", "203.0.113.255"],
      ["IpAddress", "203.0.113.77/24", "203.0.113.1"],
      ["IpAddress", "203.0.113.7", "203.0.113.7"],
      ["IpAddress", "203.0.113.7/32", "203.0.113.7"],
      ["IpAddress", "0.0.0.0/0", "198.51.100.1"],
      ["IpAddress", "203.0.113.128/25", "203.0.113.128"],
      ["IpAddress", ["192.0.2.0/24", "203.0.113.0/24"], "203.0.113.9"],
      ["IpAddress", "203.0.113.0/24", "::ffff:203.0.113.9"],
      ["IpAddress", "2001:db8::/32", "2001:db8:ffff::1"],
      ["IpAddress", "2001:DB8:0:0:0:0:0:1", "2001:db8::1"],
      ["IpAddress", "2001:db8:1234:5678::/64", "2001:0db8:1234:5678:ffff:ffff:ffff:ffff"],
      ["IpAddress", "::/0", "2001:db8::1"],
      ["NotIpAddress", "203.0.113.0/24", "203.0.114.0"],
      ["NotIpAddress", ["192.0.2.0/24", "203.0.113.0/24"], "198.51.100.1"],
      ["NotIpAddress", "203.0.113.0/24", "2001:db8::1"],
      ["NotIpAddress", "203.0.113.0/24", undefined],
      ["IpAddressIfExists", "203.0.113.0/24", undefined],
      ["NotIpAddressIfExists", "203.0.113.0/24", undefined],
      ["ForAllValues:IpAddress", "10.0.0.0/8", ["10.1.2.3", "10.9.9.9"]],
      ["ForAllValues:IpAddress", "10.0.0.0/8", []],
      ["ForAnyValue:IpAddress", "10.0.0.0/8", ["192.0.2.1", "10.9.9.9"]],
      ["ForAnyValue:NotIpAddress", "10.0.0.0/8", ["192.0.2.1", "10.9.9.9"]],
    ],
    [
      ["IpAddress", "203.0.113.0/24", "203.0.114.0"],
      ["IpAddress", "203.0.113.0/24", "203.0.112.255"],
      ["IpAddress", "203.0.113.128/25", "203.0.113.127"],
      ["IpAddress", "203.0.113.7", "203.0.113.8"],
      ["IpAddress", "203.0.113.7", "2001:db8::1"],
      ["IpAddress", "::/0", "203.0.113.7"],
      ["IpAddress", "0.0.0.0/0", "2001:db8::1"],
      ["IpAddress", "2001:db8::/32", "2001:db9::1"],
      ["IpAddress", "203.0.113.0/24", "somewhere"],
      ["IpAddress", "11.2.3.4", "1::ffff:1.2.3.4"],
      ["IpAddress", "203.0.113.0/24", undefined],
      ["IpAddressIfExists", "203.0.113.0/24", "192.0.2.1"],
      ["NotIpAddress", "203.0.113.0/24", "203.0.113.9"],
      ["NotIpAddress", ["192.0.2.0/24", "203.0.113.0/24"], "192.0.2.9"],
      ["NotIpAddressIfExists", "203.0.113.0/24", "203.0.113.9"],
      ["ForAllValues:IpAddress", "10.0.0.0/8", ["10.1.2.3", "192.0.2.1"]],
      ["ForAnyValue:IpAddress", "10.0.0.0/8", []],
      ["ForAllValues:NotIpAddress", "10.0.0.0/8", ["192.0.2.1", "10.9.9.9"]],
    ],
  );

  it("holds for the addresses whose leading bits are the range's, in IPv4", () => {
    const address = fc.nat({ max: 0xffff_ffff });
    const written = (bits: number) => [24, 16, 8, 0].map((by) => (bits >>> by) & 255).join(".");
    fc.assert(
      fc.property(address, address, fc.integer({ min: 0, max: 32 }), (given, network, prefix) => {
        const shift = BigInt(32 - prefix);
        const within = BigInt(given) >> shift === BigInt(network) >> shift;
        const range = `${written(network)}/${prefix}`;
        assert.equal(holds("IpAddress", range, written(given)), within);
        assert.equal(holds("NotIpAddress", range, written(given)), !within);
      }),
    );
  });
});

describe("A condition on a date", () =>
  table(
    [
      ["DateEquals", "2030-01-31T12:00:00Z", "2030-01-31T12:00:00Z"],
      ["DateEquals", "2030-01-31T12:00:00Z", "2030-01-31T13:00:00+01:00"],
      ["DateEquals", "2030-01-31T12:00Z", "2030-01-31T12:00:00.000Z"],
      ["DateEquals", "2030-01-31", "2030-01-31T00:00:00Z"],
      ["DateEquals", "2030-01", "2030-01-01"],
      ["DateEquals", "2030", "2030-01-01T00:00:00Z"],
      ["DateEquals", "1896091200", "2030-01-31T12:00:00Z"],
      ["DateEquals", "2030-01-31T08:00:00Z", "1896076800"],
      ["DateEquals", "1896076800.5", "2030-01-31T08:00:00.5Z"],
      ["DateEquals", "1896076800.25", "2030-01-31T08:00:00.250Z"],
      ["DateEquals", ["2029", "2030"], "2030-01-01"],
      ["DateGreaterThan", "0", "1970-01-01T00:00:01Z"],
      ["DateEquals", "999", "1970-01-01T00:16:39Z"],
      ["DateNotEquals", "2030-01-31", "2030-02-01"],
      ["DateNotEquals", "2030", undefined],
      ["DateLessThan", "2030-01-31T12:00:00Z", "2030-01-31T11:59:59.999Z"],
      ["DateLessThan", "2030-01-31T00:00:00-05:00", "2030-01-31T04:00:00Z"],
      ["DateLessThanEquals", "2030", "2030"],
      ["DateGreaterThan", "2030", "2030-01-01T00:00:01Z"],
      ["DateGreaterThanEquals", "1896076800", "1896076800"],
      ["DateGreaterThanIfExists", "2030", undefined],
      ["ForAnyValue:DateLessThan", "2030", ["2031", "2029"]],
      ["ForAllValues:DateLessThan", "2030", []],
    ],
    [
      ["DateEquals", "2030-01-31T12:00:00Z", "2030-01-31T12:00:00+01:00"],
      ["DateEquals", "2030", "today"],
      ["DateEquals", "2030", undefined],
      ["DateNotEquals", ["2029", "2030"], "2030-01-01"],
      ["DateLessThan", "2030", "2030"],
      ["DateLessThanEquals", "2030", "2030-01-01T00:00:01Z"],
      ["DateGreaterThan", "2030", "2030"],
      ["DateGreaterThan", "2030", "2029-02-30"],
      ["DateGreaterThanEquals", "1896076800", "1896076799"],
      ["DateGreaterThanIfExists", "2030", "2029"],
      ["ForAllValues:DateLessThan", "2030", ["2031", "2029"]],
    ],
  ));

describe("A condition on bytes", () =>
  table(
    [
      ["BinaryEquals", "QmluYXJ5VmFsdWU=", "QmluYXJ5VmFsdWU="],
      // The last digit of the group has bits that no byte takes.
      ["BinaryEquals", "QQ==", "QR=="],
      ["BinaryEquals", ["QQ==", "Qg=="], "Qg=="],
      ["BinaryNotEquals", "QQ==", "Qg=="],
      ["BinaryEqualsIfExists", "QQ==", undefined],
      ["ForAnyValue:BinaryEquals", "QQ==", ["Qg==", "QQ=="]],
    ],
    [
      ["BinaryEquals", "QQ==", "qq=="],
      ["BinaryEquals", "QQ==", "A"],
      ["BinaryEquals", "QQ==", undefined],
      ["BinaryEquals", "", "?"],
      ["BinaryNotEquals", "QQ==", "QQ=="],
      ["ForAllValues:BinaryEquals", "QQ==", ["Qg==", "QQ=="]],
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
      ["Null", "TRUE", undefined],
      ["Null", "False", "x"],
      ["Null", "true", ""],
      ["Null", "true", []],
      ["Null", "false", ["x"]],
      ["ForAllValues:StringEquals", "x", ""],
      ["ForAllValues:StringNotEquals", "x", ""],
    ],
    [
      ...positive.map((operator): Row => [operator, "x", undefined]),
      ["Null", "false", undefined],
      ["Null", "false", ""],
      ["Null", "false", []],
      ["Null", "true", ["x"]],
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

  it("must all hold, within an operator and across operators", () => {
    assert.ok(all({ StringEquals: { a: ["1"], b: ["2"] }, Null: { c: ["true"] } }));
    assert.ok(!all({ StringEquals: { a: ["1"], b: ["1"] } }));
    assert.ok(!all({ StringEquals: { a: ["1"] }, StringLike: { b: ["1"] } }));
  });

  it("find a key regardless of case", () => {
    assert.ok(all({ StringEquals: { A: ["1"] } }));
    assert.ok(all({ StringEquals: { b: ["2"] } }));
  });

  const faultsOf = (operator: string, ...values: string[]) =>
    conditionFaults({ StringEquals: { a: ["9"] }, [operator]: { a: values } });

  for (const operator of [
    "stringEquals",
    "StringEqual",
    "IpAddres",
    "IpNotAddress",
    "DateBefore",
    "BinaryLike",
    "NullIfExists",
    "ForAllValues:Null",
    "ForSomeValues:StringEquals",
    "ForAnyValue:",
    "IfExists",
    "",
    "constructor",
  ])
    it(`cannot be evaluated with the operator "${operator}"`, () =>
      assert.deepEqual(faultsOf(operator, "1"), [
        {
          operator,
          reason: `the condition operator ${operator} is not one of IAM's; correct its name`,
        },
      ]));

  const ip = "an IPv4 or IPv6 address, or a range in CIDR notation such as 203.0.113.0/24";
  const date = "a date such as 2030-01-31T12:00:00Z, or seconds since the epoch";
  const number = "a number";
  const truth = "true or false";
  const values: [operator: string, value: string, needed: string][] = [
    ["IpAddress", "localhost", ip],
    ["IpAddress", "203.0.113.0/33", ip],
    ["IpAddress", "203.0.113/24", ip],
    ["IpAddress", "203.0.113.0/24/8", ip],
    ["IpAddress", "203.0.113.0/", ip],
    ["IpAddress", "2001:db8::/129", ip],
    ["NotIpAddressIfExists", "fe80::1%eth0", ip],
    ["ForAnyValue:IpAddress", "", ip],
    ["DateLessThan", "tomorrow", date],
    ["DateNotEquals", "2030-02-30", date],
    ["DateEqualsIfExists", "2030-13-01T00:00:00Z", date],
    ["DateGreaterThan", "2030-01-01T25:00:00Z", date],
    ["DateGreaterThanEquals", "2030-01-01T10:00:00", date],
    ["DateLessThanEquals", "01/02/2030", date],
    ["NumericEquals", "ten", number],
    ["NumericLessThan", "0x1F", number],
    ["NumericLessThan", "Infinity", number],
    ["NumericGreaterThan", "1_000", number],
    ["NumericGreaterThan", "1e", number],
    ["NumericNotEquals", "", number],
    ["NumericLessThanIfExists", " ", number],
    ["ForAnyValue:NumericGreaterThan", "${aws:username}", number],
    ["Bool", "yes", truth],
    ["BoolIfExists", "${aws:SecureTransport}", truth],
    ["ForAllValues:Bool", "truely", truth],
    ["Bool", "untrue", truth],
    ["Null", "1", truth],
    ["Null", "", truth],
    ["BinaryEquals", "not Base64", "Base64"],
    ["BinaryNotEquals", "QQ=", "Base64"],
    ["BinaryEquals", "QQQQQ", "Base64"],
    ["IpAddress", "10.0.0.0/x8", ip],
    ["IpAddress", "10.0.0.0/1e1", ip],
    ["DateLessThan", "1896076800x", date],
  ];
  for (const [operator, value, needed] of values)
    it(`cannot be evaluated with ${operator} "${value}"`, () =>
      assert.deepEqual(faultsOf(operator, value, value), [
        { operator, reason: `${operator} cannot compare a with "${value}"; write ${needed}` },
        { operator, reason: `${operator} cannot compare a with "${value}"; write ${needed}` },
      ]));

  it("can be evaluated with every operator of IAM's", () => {
    const bases: [string, string][] = [
      ...["Equals", "NotEquals", "EqualsIgnoreCase", "NotEqualsIgnoreCase", "Like", "NotLike"].map(
        (name): [string, string] => [`String${name}`, "x"],
      ),
      ...["Numeric", "Date"].flatMap((type) =>
        [
          "Equals",
          "NotEquals",
          "LessThan",
          "LessThanEquals",
          "GreaterThan",
          "GreaterThanEquals",
        ].map((name): [string, string] => [`${type}${name}`, "2030"]),
      ),
      ...["Equals", "NotEquals", "Like", "NotLike"].map((name): [string, string] => [
        `Arn${name}`,
        "arn:aws:s3:::b",
      ]),
      ["Bool", "true"],
      ["BinaryEquals", "QQ=="],
      ["IpAddress", "192.0.2.7"],
      ["NotIpAddress", "192.0.2.0/24"],
    ];
    for (const [base, value] of bases)
      for (const prefix of ["", "ForAllValues:", "ForAnyValue:"])
        for (const suffix of ["", "IfExists"])
          assert.deepEqual(faultsOf(`${prefix}${base}${suffix}`, value), []);
    for (const [operator, value] of [
      ["Null", "true"],
      ["Null", "False"],
      ["Bool", "TRUE"],
      ["Bool", "false"],
      ["NumericLessThan", "-1.5e3"],
      ["BinaryEquals", "QUJD"],
    ] as const)
      assert.deepEqual(faultsOf(operator, value), []);
  });
});
