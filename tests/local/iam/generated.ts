import * as fc from "fast-check";
import type { Call } from "./account";

type Document = { Version: string; Statement: object[] };

/** A text with a piece of it replaced by a wildcard, or with a letter in the other case; often as it was. */
const blurred = (text: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(text) },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.nat(text.length), fc.nat(text.length), fc.constantFrom("*", "?", "**", "*?"))
        .map(([a, b, by]) => text.slice(0, Math.min(a, b)) + by + text.slice(Math.max(a, b))),
    },
    {
      weight: 1,
      arbitrary: fc.nat(text.length - 1).map((at) => {
        const letter = text[at] ?? "";
        const other = letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
        return text.slice(0, at) + other + text.slice(at + 1);
      }),
    },
  );

/** One value or a list, which IAM takes for the same. */
const oneOrMore = (one: fc.Arbitrary<string>): fc.Arbitrary<string | string[]> =>
  fc.oneof(one, fc.array(one, { minLength: 1, maxLength: 3 }));

/** Operators by what they compare; each negated and quantified in every way that IAM knows. */
const operators = (names: string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom("", "", "", "ForAnyValue:", "ForAllValues:"),
      fc.constantFrom(...names),
      fc.constantFrom("", "", "IfExists"),
    )
    .map((parts) => parts.join(""));

const texts = ["Equals", "Like", "EqualsIgnoreCase"].flatMap((end) => [
  `String${end}`,
  `StringNot${end}`,
]);
const arns = ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"];
const numbers = ["Equals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]
  .map((end) => `Numeric${end}`)
  .concat("NumericNotEquals");

const dates = [
  "Equals",
  "NotEquals",
  "LessThan",
  "LessThanEquals",
  "GreaterThan",
  "GreaterThanEquals",
].map((end) => `Date${end}`);

/** Identity policies about some calls, made by a session of a role. */
export function policies(calls: Call[], roleArn: string): fc.Arbitrary<Document> {
  const actions = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...calls).chain(({ action }) => blurred(action)) },
    { weight: 1, arbitrary: fc.constantFrom("*", "sqs:*", "sns:*", "dynamodb:*", "SQS:get*") },
  );
  const resources = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...calls).chain(({ resource }) => blurred(resource)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        "*",
        "arn:aws:*:${aws:RequestedRegion}:${aws:PrincipalAccount}:*",
        "arn:aws:sqs:*:${aws:PrincipalAccount}:${*}",
        "arn:aws:dynamodb:*:*:table/${aws:PrincipalTag/team, 'none'}*",
      ),
    },
  );
  const condition = (
    names: string[],
    keys: Record<string, fc.Arbitrary<string>>,
  ): fc.Arbitrary<[string, string, string | string[]]> =>
    fc.tuple(operators(names), fc.constantFrom(...Object.keys(keys))).chain(([operator, key]) =>
      fc.tuple(
        fc.constant(operator),
        // Keys are compared without regard to case.
        fc.constantFrom(key, key.toLowerCase()),
        oneOrMore(keys[key] ?? fc.constant("")),
      ),
    );
  const absent = fc.constantFrom("x", "*", "");
  const conditions = fc.oneof(
    condition(texts, {
      "aws:RequestedRegion": blurred("eu-central-1"),
      "aws:PrincipalAccount": blurred("123456789012"),
      "aws:PrincipalType": blurred("AssumedRole"),
      "aws:ResourceTag/team": absent,
      "aws:SourceVpc": absent,
    }),
    condition(arns, {
      "aws:PrincipalArn": fc.oneof(
        blurred(roleArn),
        blurred(roleArn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/") + "/session"),
        fc.constant("arn:aws:*"),
      ),
      "aws:SourceArn": absent,
    }),
    condition(["Bool"], { "aws:SecureTransport": fc.constantFrom("true", "false", "True") }),
    condition(["IpAddress", "NotIpAddress"], {
      "aws:SourceIp": fc.constantFrom(
        "127.0.0.1",
        "127.0.0.1/32",
        "127.0.0.0/8",
        "127.1.2.3/8",
        "128.0.0.0/1",
        "0.0.0.0/0",
        "10.0.0.0/8",
        "2001:db8::/32",
      ),
    }),
    condition(dates, {
      "aws:EpochTime": fc.constantFrom("2020-01-01T00:00:00Z", "2120-01-01", "1000000000"),
    }),
    condition(numbers, { "aws:EpochTime": fc.constantFrom("0", "1e3", "99999999999") }),
    fc
      .tuple(
        fc.constantFrom("aws:SourceArn", "aws:PrincipalArn", "aws:RequestedRegion"),
        fc.constantFrom("true", "false"),
      )
      .map(([key, value]): [string, string, string] => ["Null", key, value]),
  );
  const statement = fc
    .record({
      Effect: fc.constantFrom("Allow", "Allow", "Deny"),
      actions: fc.tuple(
        fc.constantFrom("Action", "Action", "Action", "NotAction"),
        oneOrMore(actions),
      ),
      resources: fc.tuple(
        fc.constantFrom("Resource", "Resource", "Resource", "NotResource"),
        oneOrMore(resources),
      ),
      conditions: fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        { weight: 3, arbitrary: fc.array(conditions, { minLength: 1, maxLength: 2 }) },
      ),
    })
    .map(({ Effect, actions: [a, named], resources: [r, about], conditions: given }) => ({
      Effect,
      [a]: named,
      [r]: about,
      ...(given.length > 0 && { Condition: conditionOf([...given]) }),
    }));
  return fc.record({
    Version: fc.constantFrom("2012-10-17", "2012-10-17", "2008-10-17"),
    Statement: fc.array(statement, { minLength: 1, maxLength: 4 }),
  });
}

function conditionOf(given: [string, string, string | string[]][]): object {
  const condition: Record<string, Record<string, string | string[]>> = {};
  for (const [operator, key, value] of given)
    condition[operator] = { ...condition[operator], [key]: value };
  return condition;
}
