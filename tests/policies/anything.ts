import * as fc from "fast-check";
import * as fs from "node:fs";
import * as path from "node:path";
import { unknown, type Given } from "../support/policy";
import { arn, document, queueUrl, send, trust } from "./given";

const folder = path.join(__dirname, "../../policies");
const sources = fs
  .readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => fs.readFileSync(path.join(folder, file), "utf8"))
  .join("\n");

/** The types and the names of inputs that the rules know: only these reach their code. */
export const types = [...new Set(sources.match(/aws:\w+\/\w+:\w+/g))];
export const words = [
  ...new Set(sources.match(/(?<=["'.[{ ])[a-z][A-Za-z]{2,40}(?=["'\].:,[{}])/g)),
];
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
    arn.queue("a"),
    arn.function("a"),
    arn.topic("a"),
    arn.role("a"),
    arn.stream("a"),
    arn.bucket("a"),
    queueUrl("a"),
    "a",
    "alias/a",
    document(send(), trust()),
    document(send({ Action: "*", Resource: "*" })),
    '{"Statement":[{}]}',
    '{"Statement":null}',
    '{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:123456789012:a","maxReceiveCount":5}',
    '{"States":{"a":{"Type":"Task","Next":"a","Catch":[null]}}}',
    "SELECT * FROM 'a'",
    "((((",
    "${",
  ),
  fc.string({ maxLength: 12 }),
);
const names = fc.oneof(fc.constantFrom(...words, ...traps), fc.string({ maxLength: 6 }));

/** Anything that the engine could send, and much that it never would. */
export const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
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

/** A resource of a type that rules look at, with inputs that rules look at, which hold anything. */
export const anyResource: fc.Arbitrary<Given> = fc.record({
  type: fc.constantFrom(...types),
  name: fc.constantFrom("a", "b", "c"),
  inputs: fc.dictionary(fc.constantFrom(...words, "name"), anyValue, { maxKeys: 8 }),
});
