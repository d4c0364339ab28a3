import { instantOf } from "./date";
import { isInNetwork, networkOf } from "./ip-address";
import {
  fits,
  hasVariables,
  matchesPattern,
  readTemplate,
  type Context,
  type Token,
} from "./pattern";

/** Compares one value of the request with one value of the policy. */
export interface Comparison {
  holds(given: string, wanted: string, variables: Context | undefined): boolean;
  /** Says what a value of the policy has to be; undefined for a value that can be compared. */
  fault?(wanted: string): string | undefined;
}

const asWritten = (same: string): string => same;

const text = (wildcards: boolean, fold: (text: string) => string = asWritten): Comparison => ({
  holds(given, wanted, variables) {
    if (fold === asWritten && !hasVariables(wanted))
      return wildcards ? matchesPattern(wanted, given) : wanted === given;
    const tokens = readTemplate(wanted, variables, wildcards);
    // Character by character on both sides: a fold may lengthen one, or depend on its neighbours.
    const folded = (token: Token): Token[] =>
      typeof token === "string" ? [...fold(token)] : [token];
    return tokens !== undefined && fits(tokens.flatMap(folded), [...given].map(fold).join(""));
  },
});

/** Matches each of an ARN's six parts by itself, so a `*` for the region cannot cover the account. */
const arn: Comparison = {
  holds(given, wanted, variables) {
    const parts = arnParts(given);
    if (parts.length < 6) return false;
    if (!hasVariables(wanted)) {
      const patterns = arnParts(wanted);
      return (
        patterns.length === 6 &&
        patterns.every((pattern, index) => matchesPattern(pattern, parts[index] as string))
      );
    }
    const tokens = readTemplate(wanted, variables);
    const patterns = tokens && inArnParts(tokens);
    if (patterns?.length !== 6) return false;
    return patterns.every((pattern, index) => fits(pattern, parts[index] as string));
  },
};

/** Six at most: the resource, which is the last, may hold colons. */
function arnParts(text: string): string[] {
  const parts = text.split(":");
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

/** The same for the tokens of a template. */
function inArnParts(tokens: Token[]): Token[][] {
  let part: Token[] = [];
  const parts = [part];
  for (const token of tokens)
    if (token === ":" && parts.length < 6) parts.push((part = []));
    else part.push(token);
  return parts;
}

/** An integer or a decimal, not all that JavaScript reads, such as 0x1F and Infinity. */
const isNumber = (text: string): boolean =>
  /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text.trim());

const number = (compare: (given: number, wanted: number) => boolean): Comparison => ({
  holds: (given, wanted) =>
    isNumber(given) && isNumber(wanted) && compare(Number(given), Number(wanted)),
  fault: (wanted) => (isNumber(wanted) ? undefined : "a number"),
});

/** Says what a truth value of a policy has to be; undefined for one. */
export const truthFault = (wanted: string): string | undefined =>
  /^(?:true|false)$/i.test(wanted) ? undefined : "true or false";

const bool: Comparison = {
  holds: (given, wanted) => given.toLowerCase() === wanted.toLowerCase(),
  fault: truthFault,
};

const date = (compare: (given: number, wanted: number) => boolean): Comparison => ({
  // No comparison holds for NaN.
  holds: (given, wanted) => compare(instantOf(given) ?? NaN, instantOf(wanted) ?? NaN),
  fault: (wanted) =>
    instantOf(wanted) === undefined
      ? "a date such as 2030-01-31T12:00:00Z, or seconds since the epoch"
      : undefined,
});

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Both sides are Base64 of the bytes that are compared. */
const binary: Comparison = {
  holds: (given, wanted) =>
    BASE64.test(given) && Buffer.from(given, "base64").equals(Buffer.from(wanted, "base64")),
  fault: (wanted) => (BASE64.test(wanted) ? undefined : "Base64"),
};

const ipAddress: Comparison = {
  holds: isInNetwork,
  fault: (wanted) =>
    networkOf(wanted)
      ? undefined
      : "an IPv4 or IPv6 address, or a range in CIDR notation such as 203.0.113.0/24",
};

/**
 * What each operator compares, but for those that are the opposite of another. IAM documents no `BinaryNotEquals`; it is
 * evaluated, since documents of other services have it.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const comparisons: ReadonlyMap<string, Comparison> = new Map([
  ["StringEquals", text(false)],
  ["StringEqualsIgnoreCase", text(false, (mixed) => mixed.toLowerCase())],
  ["StringLike", text(true)],
  // AWS treats the two alike.
  ["ArnEquals", arn],
  ["ArnLike", arn],
  ["Bool", bool],
  ["NumericEquals", number((a, b) => a === b)],
  ["NumericLessThan", number((a, b) => a < b)],
  ["NumericLessThanEquals", number((a, b) => a <= b)],
  ["NumericGreaterThan", number((a, b) => a > b)],
  ["NumericGreaterThanEquals", number((a, b) => a >= b)],
  ["DateEquals", date((a, b) => a === b)],
  ["DateLessThan", date((a, b) => a < b)],
  ["DateLessThanEquals", date((a, b) => a <= b)],
  ["DateGreaterThan", date((a, b) => a > b)],
  ["DateGreaterThanEquals", date((a, b) => a >= b)],
  ["BinaryEquals", binary],
  ["IpAddress", ipAddress],
]);

/** Operators that hold when their opposite holds for none of the policy's values. */
export const opposites: ReadonlyMap<string, string> = new Map([
  ["StringNotEquals", "StringEquals"],
  ["StringNotEqualsIgnoreCase", "StringEqualsIgnoreCase"],
  ["StringNotLike", "StringLike"],
  ["ArnNotEquals", "ArnEquals"],
  ["ArnNotLike", "ArnLike"],
  ["NumericNotEquals", "NumericEquals"],
  ["DateNotEquals", "DateEquals"],
  ["BinaryNotEquals", "BinaryEquals"],
  ["NotIpAddress", "IpAddress"],
]);
