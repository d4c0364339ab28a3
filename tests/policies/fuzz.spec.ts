import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import * as fs from "node:fs";
import * as path from "node:path";
import { allRules } from "../../policies/catalogue";
import { findings, recorded, unknown, type Given } from "../support/policy";
import { document, send, trust } from "./given";

const folder = path.join(__dirname, "../../policies");
const sources = fs
  .readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => fs.readFileSync(path.join(folder, file), "utf8"))
  .join("\n");

/** The types and the names of inputs that the rules know: only these reach their code. */
const types = [...new Set(sources.match(/aws:\w+\/\w+:\w+/g))];
const words = [...new Set(sources.match(/(?<=["'.[{ ])[a-z][A-Za-z]{2,40}(?=["'\].:,[{}])/g))];
/** Keys at which JavaScript itself trips. */
const traps = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "length",
  "__isSpecialProxy",
];

const texts = fc.oneof(
  fc.constantFrom(
    unknown,
    "*",
    "",
    "arn:",
    "arn:aws:sqs:eu-central-1:123456789012:a",
    "arn:aws:lambda:eu-central-1:123456789012:function:a",
    "arn:aws:sns:eu-central-1:123456789012:a",
    "arn:aws:iam::123456789012:role/a",
    "https://sqs.eu-central-1.amazonaws.com/123456789012/a",
    "a",
    document(send(), trust()),
    document(send({ Action: "*", Resource: "*" })),
    '{"Statement":[{}]}',
    '{"Statement":null}',
    '{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:123456789012:a","maxReceiveCount":5}',
    "SELECT * FROM 'a'",
  ),
  fc.string({ maxLength: 12 }),
);
const names = fc.oneof(fc.constantFrom(...words, ...traps), fc.string({ maxLength: 6 }));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(
      texts,
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(names, tie("value"), { maxKeys: 4 }),
  ),
}));
const resources: fc.Arbitrary<Given[]> = fc.array(
  fc.record({
    type: fc.constantFrom(...types),
    name: fc.constantFrom("a", "b", "c"),
    inputs: fc.dictionary(fc.constantFrom(...words, "name"), value, { maxKeys: 8 }),
  }),
  { minLength: 1, maxLength: 6 },
);

describe("The rules, given anything", function () {
  this.timeout(120_000);

  it("know enough types and inputs for this to mean something", () => {
    assert.ok(types.length > 40, String(types.length));
    assert.ok(words.length > 200, String(words.length));
  });

  it("never throw, and never say that they cannot run", async () => {
    const rules = allRules();
    await fc.assert(
      fc.asyncProperty(resources, async (given) => {
        const found = await findings(rules, recorded(given));
        const failed = found.filter(({ message }) =>
          /The rule itself failed|can't run/.test(message),
        );
        assert.deepEqual(failed, []);
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 400) },
    );
  });
});
