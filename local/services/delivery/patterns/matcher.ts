import { isObject, type Json } from "../json";

/** One alternative of a field in a pattern. */
export interface Matcher {
  /** True if it matches a field that the event does not have. */
  absent: boolean;
  /** `value` is null, a boolean, a number or a string. */
  matches: (value: Json) => boolean;
}

type Test = Matcher["matches"];

/** Compiles one alternative of a field. Throws one sentence for what AWS refuses; `at` is the field's path. */
export function compileMatcher(alternative: Json, at: string): Matcher {
  if (Array.isArray(alternative))
    throw new Error(`'${at}' of the event pattern holds an array inside an array.`);
  if (!isObject(alternative)) return present((value) => value === alternative);
  const [[operator, operand] = ["", null], ...more] = Object.entries(alternative);
  if (more.length > 0 || operator === "")
    throw new Error(`'${at}' of the event pattern must have one operator per object.`);
  if (operator === "exists") {
    if (typeof operand !== "boolean")
      throw new Error(`'exists' of '${at}' in the event pattern is true or false.`);
    return operand ? present(() => true) : { absent: true, matches: () => false };
  }
  if (operator === "anything-but") return present(anythingBut(operand, at));
  if (operator === "numeric") return present(numeric(operand, at));
  return present(textTest(operator, operand, at));
}

const present = (matches: Test): Matcher => ({ absent: false, matches });

function textTest(operator: string, operand: Json, at: string): Test {
  switch (operator) {
    case "prefix":
      return affix(operand, operator, at, (value, part) => value.startsWith(part));
    case "suffix":
      return affix(operand, operator, at, (value, part) => value.endsWith(part));
    case "equals-ignore-case": {
      const wanted = folded(text(operand, operator, at));
      return (value) => typeof value === "string" && folded(value) === wanted;
    }
    case "wildcard": {
      const expression = wildcard(text(operand, operator, at), at);
      return (value) => typeof value === "string" && expression(value);
    }
    default:
      throw new Error(
        `'${at}' of the event pattern uses '${operator}', which the local run does not know.`,
      );
  }
}

const folded = (value: string): string => value.toLowerCase();

function text(operand: Json, operator: string, at: string): string {
  if (typeof operand === "string") return operand;
  throw new Error(`'${operator}' of '${at}' in the event pattern takes a string.`);
}

function affix(
  operand: Json,
  operator: string,
  at: string,
  fits: (value: string, part: string) => boolean,
): Test {
  const careless = isObject(operand) ? operand["equals-ignore-case"] : undefined;
  const part = text(careless ?? operand, operator, at);
  return careless === undefined
    ? (value) => typeof value === "string" && fits(value, part)
    : (value) => typeof value === "string" && fits(folded(value), folded(part));
}

/** Matches a value that is none of the listed ones, or that an operator matches for none of its texts. */
function anythingBut(operand: Json, at: string): Test {
  if (isObject(operand)) {
    const [[operator, values] = ["", null], ...more] = Object.entries(operand);
    if (more.length > 0)
      throw new Error(`'anything-but' of '${at}' in the event pattern takes one operator.`);
    const tests = [values].flat().map((value) => textTest(operator, value, at));
    return (value) => !tests.some((test) => test(value));
  }
  const values = [operand].flat();
  const kinds = new Set(values.map((value) => typeof value));
  const [kind] = kinds;
  if (kinds.size !== 1 || (kind !== "string" && kind !== "number"))
    throw new Error(`'anything-but' of '${at}' in the event pattern takes strings, or numbers.`);
  return (value) => !values.includes(value);
}

const comparisons: Record<string, (value: number, bound: number) => boolean> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** AWS refuses larger numbers. */
const largest = 5e9;

function numeric(operand: Json, at: string): Test {
  const parts = Array.isArray(operand) ? operand : [];
  if (parts.length !== 2 && parts.length !== 4)
    throw new Error(`'numeric' of '${at}' in the event pattern takes one comparison, or two.`);
  const tests = [0, 2].slice(0, parts.length / 2).map((position) => {
    const operator = parts[position];
    const compare = typeof operator === "string" ? comparisons[operator] : undefined;
    const bound = parts[position + 1];
    if (!compare || typeof bound !== "number" || Math.abs(bound) > largest)
      throw new Error(
        `'numeric' of '${at}' in the event pattern compares by =, <, <=, > or >= with a number up to 5e9.`,
      );
    return (value: number) => compare(value, bound);
  });
  return (value) => typeof value === "number" && tests.every((test) => test(value));
}

/**
 * Takes time linear in the text: each part is searched behind the one before, which suffices because only the last part has to reach
 * the end.
 */
function wildcard(pattern: string, at: string): (value: string) => boolean {
  if (/(?<!\\)(?:\\\\)*\*\*/.test(pattern) || /\\[^*\\]|(?<!\\)(?:\\\\)*\\$/.test(pattern))
    throw new Error(
      `'wildcard' of '${at}' in the event pattern has two asterisks in a row, or a stray backslash.`,
    );
  const parts = pattern
    .split(/(?<=(?<!\\)(?:\\\\)*)\*/)
    .map((part) => part.replace(/\\([*\\])/g, "$1"));
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return (value) => value === first;
  return (value) => {
    if (!value.startsWith(first)) return false;
    let position = first.length;
    for (const part of rest) {
      const found = value.indexOf(part, position);
      if (found < 0) return false;
      position = found + part.length;
    }
    return value.length - last.length >= position && value.endsWith(last);
  };
}
