import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { compilePattern } from "../../../../../local/services/delivery/patterns/event-pattern";
import type { Json } from "../../../../../local/services/delivery/json";

/** AWS's own example event. */
const event = {
  version: "0",
  id: "ddddd4-aaaa-7777-4444-345dd43cc333",
  "detail-type": "EC2 Instance State-change Notification",
  source: "aws.ec2",
  account: "012345679012",
  time: "2017-10-02T16:24:49Z",
  region: "us-east-1",
  resources: ["arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000"],
  detail: {
    "c-count": 5,
    "d-count": 3,
    "x-limit": 301.8,
    "instance-id": "i-000000aaaaaa00000",
    state: "running",
    note: null,
    "file-name": "photo.PNG",
    list: [],
  },
};

const matches = (pattern: object, of: Json = event): boolean =>
  compilePattern(JSON.stringify(pattern))(of);

describe("event pattern", () => {
  for (const [what, pattern, expected] of [
    // eb-create-pattern.html: basics
    ["one of several values", { detail: { state: ["initializing", "running"] } }, true],
    ["none of several values", { detail: { state: ["initializing", "stopped"] } }, false],
    ["all fields", { source: ["aws.ec2"], region: ["us-east-1"] }, true],
    ["all fields but one", { source: ["aws.ec2"], region: ["eu-west-1"] }, false],
    ["an element of an array", { resources: [event.resources[0]] }, true],
    ["a field that is absent", { detail: { nothing: ["x"] } }, false],
    ["a number", { detail: { "c-count": [5] } }, true],
    ["a number written otherwise", { detail: { "x-limit": [3.018e2] } }, true],
    ["a string like a number", { detail: { "c-count": ["5"] } }, false],
    // eb-event-patterns-null-values.html
    ["null", { detail: { note: [null] } }, true],
    ["an empty string instead of null", { detail: { note: [""] } }, false],
    // eb-create-pattern-operators.html
    ["a prefix", { time: [{ prefix: "2017-10-02" }] }, true],
    ["another prefix", { time: [{ prefix: "2018" }] }, false],
    ["a prefix of a number", { detail: { "c-count": [{ prefix: "5" }] } }, false],
    [
      "a prefix in another case",
      { "detail-type": [{ prefix: { "equals-ignore-case": "ec2 INST" } }] },
      true,
    ],
    ["a suffix", { detail: { "file-name": [{ suffix: ".PNG" }] } }, true],
    ["a suffix in another case", { detail: { "file-name": [{ suffix: ".png" }] } }, false],
    [
      "a suffix whatever the case",
      { detail: { "file-name": [{ suffix: { "equals-ignore-case": ".png" } }] } },
      true,
    ],
    ["anything but a string", { detail: { state: [{ "anything-but": "initializing" }] } }, true],
    ["anything but itself", { detail: { state: [{ "anything-but": "running" }] } }, false],
    ["anything but a list", { detail: { state: [{ "anything-but": ["running", "x"] }] } }, false],
    ["anything but numbers", { detail: { "x-limit": [{ "anything-but": [100, 200] }] } }, true],
    ["anything but, absent", { detail: { nothing: [{ "anything-but": "x" }] } }, false],
    [
      "anything but a prefix",
      { detail: { state: [{ "anything-but": { prefix: "init" } }] } },
      true,
    ],
    [
      "anything but prefixes",
      { detail: { state: [{ "anything-but": { prefix: ["init", "run"] } }] } },
      false,
    ],
    [
      "anything but a suffix",
      { detail: { "file-name": [{ "anything-but": { suffix: ".PNG" } }] } },
      false,
    ],
    [
      "anything but, whatever the case",
      { detail: { state: [{ "anything-but": { "equals-ignore-case": ["RUNNING"] } }] } },
      false,
    ],
    [
      "anything but a wildcard",
      { detail: { state: [{ "anything-but": { wildcard: "*ing" } }] } },
      false,
    ],
    ["a range", { detail: { "c-count": [{ numeric: [">", 0, "<=", 5] }] } }, true],
    ["outside a range", { detail: { "c-count": [{ numeric: [">", 0, "<", 5] }] } }, false],
    ["equality of numbers", { detail: { "x-limit": [{ numeric: ["=", 3.018e2] }] } }, true],
    ["a comparison of a string", { detail: { state: [{ numeric: [">", 0] }] } }, false],
    ["what exists", { detail: { "c-count": [{ exists: true }] } }, true],
    ["what exists not", { detail: { "c-count": [{ exists: false }] } }, false],
    ["absence", { detail: { nothing: [{ exists: false }] } }, true],
    ["absence below nothing", { other: { deep: [{ exists: false }] } }, true],
    ["an inner node, which is no leaf", { detail: [{ exists: false }] }, true],
    ["presence of an inner node", { detail: [{ exists: true }] }, false],
    ["null, which exists", { detail: { note: [{ exists: true }] } }, true],
    ["an empty list, which is absent", { detail: { list: [{ exists: false }] } }, true],
    ["absence or a value", { detail: { nothing: [{ exists: false }, "x"] } }, true],
    ["whatever the case", { source: [{ "equals-ignore-case": "AWS.ec2" }] }, true],
    ["a wildcard", { detail: { "file-name": [{ wildcard: "ph*.P*" }] } }, true],
    ["a wildcard alone", { detail: { state: [{ wildcard: "*" }] } }, true],
    ["a wildcard that overlaps", { detail: { state: [{ wildcard: "running*running" }] } }, false],
    ["an escaped asterisk", { detail: { state: [{ wildcard: "r\\*g" }] } }, false],
    // $or
    [
      "one of two fields",
      { source: ["aws.ec2"], $or: [{ region: ["eu-west-1"] }, { account: ["012345679012"] }] },
      true,
    ],
    ["neither of two fields", { $or: [{ region: ["a"] }, { account: ["b"] }] }, false],
    [
      "a nested choice with an and",
      {
        detail: {
          $or: [{ "c-count": [1] }, { "d-count": [{ numeric: [">", 2] }], state: ["running"] }],
        },
      },
      true,
    ],
    [
      "$or as a field, since it holds operators",
      { $or: [{ prefix: "x" }, { suffix: "y" }] },
      false,
    ],
  ] as const) {
    it(`${expected ? "matches" : "does not match"} ${what}`, () =>
      assert.equal(matches(pattern), expected));
  }

  it("compares fields within one element of an array", () => {
    const employees = {
      employees: [
        { name: "Ann", role: "ops" },
        { name: "Bob", role: "dev" },
      ],
    };
    assert.equal(matches({ employees: { name: ["Ann"], role: ["ops"] } }, employees), true);
    assert.equal(matches({ employees: { name: ["Ann"], role: ["dev"] } }, employees), false);
  });

  it("treats a field as absent only if no element of an array has it", () => {
    const items: Json = { items: [{ a: 1 }, { b: 2 }] };
    assert.equal(matches({ items: { b: [{ exists: false }] } }, items), false);
    assert.equal(matches({ items: { c: [{ exists: false }] } }, items), true);
  });

  it("finds a literal asterisk and backslash", () => {
    assert.equal(matches({ a: [{ wildcard: "1\\*2\\\\*" }] }, { a: "1*2\\3" }), true);
    assert.equal(matches({ a: [{ wildcard: "1\\*2" }] }, { a: "1x2" }), false);
  });

  it("agrees with a regular expression on every wildcard", () => {
    const letters = (least: number) =>
      fc.string({ unit: fc.constantFrom("a", "b"), minLength: least, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(letters(1), { minLength: 1, maxLength: 4 }),
        fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 9 }),
        (parts, value) =>
          assert.equal(
            matches({ a: [{ wildcard: parts.join("*") }] }, { a: value }),
            new RegExp(`^${parts.join(".*")}$`).test(value),
          ),
      ),
    );
  });

  it("never throws on any event", () => {
    const test = compilePattern(
      JSON.stringify({
        a: { b: [1, { exists: false }, { prefix: "x" }, { "anything-but": "y" }] },
      }),
    );
    fc.assert(fc.property(fc.jsonValue(), (value) => void test(value as Json)));
  });

  for (const [what, pattern, sentence] of [
    ["no JSON", "{", "An event pattern is a JSON object, not {."],
    ["an array", "[]", "An event pattern is a JSON object, not []."],
    ["nothing", "{}", "The event pattern is empty at '$'; name a field."],
    ["an empty object", `{"a":{}}`, "The event pattern is empty at 'a'; name a field."],
    [
      "a value without its array",
      `{"a":{"b":"x"}}`,
      "'a.b' of the event pattern must be an object or an array.",
    ],
    ["an empty array", `{"a":[]}`, "'a' of the event pattern has no value to match."],
    [
      "an array in an array",
      `{"a":[[1]]}`,
      "'a' of the event pattern holds an array inside an array.",
    ],
    [
      "IP ranges",
      `{"a":[{"cidr":"10.0.0.0/24"}]}`,
      "'a' of the event pattern uses 'cidr', which the local run does not know.",
    ],
    [
      "two operators in one",
      `{"a":[{"prefix":"x","suffix":"y"}]}`,
      "'a' of the event pattern must have one operator per object.",
    ],
    [
      "a prefix that is no string",
      `{"a":[{"prefix":1}]}`,
      "'prefix' of 'a' in the event pattern takes a string.",
    ],
    [
      "existence that is no boolean",
      `{"a":[{"exists":"no"}]}`,
      "'exists' of 'a' in the event pattern is true or false.",
    ],
    [
      "a mixed list",
      `{"a":[{"anything-but":["x",1]}]}`,
      "'anything-but' of 'a' in the event pattern takes strings, or numbers.",
    ],
    [
      "half a comparison",
      `{"a":[{"numeric":[">"]}]}`,
      "'numeric' of 'a' in the event pattern takes one comparison, or two.",
    ],
    [
      "an unknown comparison",
      `{"a":[{"numeric":["!=",1]}]}`,
      "'numeric' of 'a' in the event pattern compares by =, <, <=, > or >= with a number up to 5e9.",
    ],
    [
      "two asterisks",
      `{"a":[{"wildcard":"a**"}]}`,
      "'wildcard' of 'a' in the event pattern has two asterisks in a row, or a stray backslash.",
    ],
    [
      "a stray backslash",
      `{"a":[{"wildcard":"a\\\\b"}]}`,
      "'wildcard' of 'a' in the event pattern has two asterisks in a row, or a stray backslash.",
    ],
  ] as const) {
    it(`refuses ${what}`, () =>
      assert.throws(() => compilePattern(pattern), { message: sentence }));
  }
});
