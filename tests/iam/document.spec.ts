import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import { parseDocument } from "../../iam";

const Version = "2012-10-17";
const allow = { Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" };
const document = (statement: object) => ({ Version, Statement: [{ ...allow, ...statement }] });

/** The parsed value of an omitted member. */
const absent = {
  actions: undefined,
  notActions: undefined,
  resources: undefined,
  notResources: undefined,
  principals: undefined,
  notPrincipals: undefined,
  conditions: {},
};

describe("parseDocument", () => {
  it("makes every list a list", () =>
    assert.deepEqual(parseDocument({ Version, Statement: { Sid: "One", ...allow } }), {
      version: Version,
      statements: [
        {
          ...absent,
          sid: "One",
          effect: "Allow",
          actions: ["sqs:SendMessage"],
          resources: ["*"],
        },
      ],
    }));

  it("keeps the name of a policy, for errors", () => {
    const named = parseDocument({ Version, Statement: [] }, "fleet");
    assert.deepEqual(named, { name: "fleet", version: Version, statements: [] });
    const empty = parseDocument({ Version, Statement: [] }, "");
    assert.deepEqual(empty, { name: "", version: Version, statements: [] });
  });

  it("reads every member, from text as from an object", () => {
    const full = {
      Version,
      Id: "policy",
      Statement: [
        {
          Effect: "Deny",
          NotAction: ["a:B", "c:D"],
          NotResource: "arn:x",
          NotPrincipal: { AWS: "arn:y", Service: ["s3.amazonaws.com", "sns.amazonaws.com"] },
          Condition: { NumericLessThan: { "aws:Age": 300 }, Bool: { a: true, b: ["false", 1] } },
        },
        { ...allow, Principal: "*" },
      ],
    };
    const expected = {
      version: Version,
      statements: [
        {
          ...absent,
          effect: "Deny",
          notActions: ["a:B", "c:D"],
          notResources: ["arn:x"],
          notPrincipals: {
            AWS: ["arn:y"],
            Service: ["s3.amazonaws.com", "sns.amazonaws.com"],
          },
          conditions: {
            NumericLessThan: { "aws:Age": ["300"] },
            Bool: { a: ["true"], b: ["false", "1"] },
          },
        },
        {
          ...absent,
          effect: "Allow",
          actions: ["sqs:SendMessage"],
          resources: ["*"],
          principals: "*",
        },
      ],
    };
    assert.deepEqual(parseDocument(full), expected);
    assert.deepEqual(parseDocument(JSON.stringify(full)), expected);
  });

  it("treats a document without a version as the older version", () => {
    assert.equal(parseDocument({ Statement: allow }).version, "2008-10-17");
    assert.equal(parseDocument({ Version: "2008-10-17", Statement: [] }).version, "2008-10-17");
  });

  it("keeps operators and keys that are named like members of every object", () => {
    const text = JSON.stringify(document({ Condition: { "@": { "@": "x" } } })).replaceAll(
      "@",
      "__proto__",
    );
    const [statement] = parseDocument(text).statements;
    assert.deepEqual(Object.entries(statement?.conditions ?? {}), [
      ["__proto__", Object.fromEntries([["__proto__", ["x"]]])],
    ]);
  });

  const refused: [string, unknown, string][] = [
    ["text that is no JSON", "{", "The document is not JSON."],
    ["JSON that is no object", "[]", "The document is a list, not an object."],
    ["nothing", undefined, "The document is undefined, not an object."],
    ["a function", () => 1, "The document is a function, not an object."],
    ["no statement", { Version }, "The document has no Statement."],
    [
      "a member that IAM does not know",
      { Version, Statements: [] },
      'The document has "Statements", which IAM does not know.',
    ],
    [
      "a version that does not exist",
      { Version: "2012-10-16", Statement: [] },
      'Version is "2012-10-16", not "2012-10-17".',
    ],
    [
      "a statement that is text",
      { Version, Statement: "Allow" },
      'Statement[0] is "Allow", not an object.',
    ],
    [
      "a misspelt condition, which would widen the statement",
      document({ Condtion: {} }),
      'Statement[0] has "Condtion", which IAM does not know.',
    ],
    [
      "an effect in small letters",
      document({ Effect: "allow" }),
      'Statement[0].Effect is "allow", not "Allow" or "Deny".',
    ],
    [
      "no effect",
      document({ Effect: undefined }),
      'Statement[0].Effect is undefined, not "Allow" or "Deny".',
    ],
    [
      "no action",
      document({ Action: undefined }),
      "Statement[0] needs either Action or NotAction.",
    ],
    [
      "both kinds of actions",
      document({ NotAction: "a:B" }),
      "Statement[0] needs either Action or NotAction.",
    ],
    [
      "both kinds of resources",
      document({ NotResource: "*" }),
      "Statement[0] has both Resource and NotResource.",
    ],
    [
      "both kinds of principals",
      document({ Principal: "*", NotPrincipal: "*" }),
      "Statement[0] has both Principal and NotPrincipal.",
    ],
    ...["NotAction", "NotResource"].map((member): [string, unknown, string] => [
      `an object for ${member}`,
      document({ Action: undefined, Resource: undefined, NotAction: "a:B", [member]: {} }),
      `Statement[0].${member} is an object, not text.`,
    ]),
    [
      "a list of all principals except some",
      document({ NotPrincipal: [] }),
      "Statement[0].NotPrincipal is a list, not an object.",
    ],
    [
      "a statement that is true",
      { Version, Statement: true },
      "Statement[0] is true, not an object.",
    ],
    [
      "a value of 40 characters, in full",
      document({ Effect: "x".repeat(40) }),
      `Statement[0].Effect is "${"x".repeat(40)}", not "Allow" or "Deny".`,
    ],
    [
      "an action that is null",
      document({ Action: null }),
      "Statement[0].Action is null, not text.",
    ],
    [
      "a list in a list",
      document({ Resource: ["a", ["b"]] }),
      "Statement[0].Resource[1] is a list, not text.",
    ],
    [
      "an output for an ARN",
      document({ Resource: { apply: "x" } }),
      "Statement[0].Resource is an object, not text.",
    ],
    [
      "a principal that is text",
      document({ Principal: "arn:x" }),
      'Statement[0].Principal is "arn:x", not an object.',
    ],
    [
      "a principal that does not exist",
      document({ Principal: { AWS: null } }),
      "Statement[0].Principal.AWS is null, not text.",
    ],
    [
      "a condition that is a list",
      document({ Condition: [] }),
      "Statement[0].Condition is a list, not an object.",
    ],
    [
      "an operator without keys",
      document({ Condition: { StringEquals: "x" } }),
      'Statement[0].Condition.StringEquals is "x", not an object.',
    ],
    [
      "a condition value that is an object",
      document({ Condition: { Bool: { a: [{}] } } }),
      "Statement[0].Condition.Bool.a[0] is an object, not text.",
    ],
    [
      "a very long value, shortened",
      document({ Effect: "x".repeat(100) }),
      `Statement[0].Effect is "${"x".repeat(37)}...", not "Allow" or "Deny".`,
    ],
    [
      "the second statement",
      { Version, Statement: [allow, { ...allow, Effect: 7 }] },
      'Statement[1].Effect is 7, not "Allow" or "Deny".',
    ],
  ];
  for (const [what, source, message] of refused)
    it(`refuses ${what}, with its place`, () =>
      assert.throws(() => parseDocument(source), { name: "PolicyDocumentError", message }));

  it("parses or rejects any input, and never fails otherwise", () => {
    const word = fc.constantFrom("Version", "Statement", "Effect", "Action", "Principal", "Allow");
    const thing = fc.oneof(
      fc.anything({ key: fc.oneof(word, fc.string()), values: [word, fc.anything()] }),
      fc.json(),
      fc.anything().map((statement) => ({ Version, Statement: statement })),
      fc.dictionary(word, fc.anything()).map(document),
      fc.anything().map((Condition) => document({ Condition })),
    );
    fc.assert(
      fc.property(thing, (source) => {
        try {
          parseDocument(source);
        } catch (error) {
          const { name, message } = error as Error;
          assert.equal(name, "PolicyDocumentError");
          assert.match(message, /^[^]+\.$/);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
