/** The values of a metric per period, the oldest first; undefined where nothing was reported. */
export type Series = readonly (number | undefined)[];

type Value = number | Series | Series[];

/** An expression of metric math, ready to be evaluated. */
export interface Expression {
  /** The text, for messages. */
  text: string;
  /** Returns the value of each period; throws one sentence for an id that is not among the values. */
  evaluate(values: ReadonlyMap<string, Series>): Series;
}

type Evaluate = (values: ReadonlyMap<string, Series>) => Value;

/**
 * Reads an expression of metric math: arithmetic, comparisons, and the functions DIFF, FILL, IF and MAX. Throws one sentence for anything
 * else.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function readExpression(text: string): Expression {
  const tokens = tokensOf(text);
  const evaluate = comparison(tokens);
  if (tokens.length > 0) throw unsupported(tokens[0] ?? "");
  return {
    text,
    evaluate(values) {
      return asSeries(evaluate(values), lengthIn(values));
    },
  };
}

const unsupported = (token: string): Error =>
  new Error(`'${token}' is not evaluated here; use arithmetic, DIFF, FILL, IF or MAX.`);

function tokensOf(text: string): string[] {
  const token = /\s*(\d+(?:\.\d+)?|[A-Za-z_]\w*|<=|>=|==|!=|[-+*/<>()[\],])\s*/y;
  const tokens: string[] = [];
  while (token.lastIndex < text.length) {
    const start = token.lastIndex;
    const [, found] = token.exec(text) ?? [];
    if (found === undefined) throw unsupported(text.slice(start).trim());
    tokens.push(found);
  }
  return tokens;
}

type Operator = (a: number, b: number) => number;

const compared: Record<string, Operator> = {
  "<": (a, b) => Number(a < b),
  ">": (a, b) => Number(a > b),
  "<=": (a, b) => Number(a <= b),
  ">=": (a, b) => Number(a >= b),
  "==": (a, b) => Number(a === b),
  "!=": (a, b) => Number(a !== b),
};
const added: Record<string, Operator> = { "+": (a, b) => a + b, "-": (a, b) => a - b };
const multiplied: Record<string, Operator> = { "*": (a, b) => a * b, "/": (a, b) => a / b };

/** Reads operands of the next level, joined by operators of this one from left to right. */
const level =
  (operators: Record<string, Operator>, next: (tokens: string[]) => Evaluate) =>
  (tokens: string[]): Evaluate => {
    let left = next(tokens);
    for (;;) {
      const operator = operators[tokens[0] ?? ""];
      if (!operator) return left;
      tokens.shift();
      const [before, right] = [left, next(tokens)];
      left = (values) => combine([before(values), right(values)], ([a, b]) => operator(a, b));
    }
  };

const product = level(multiplied, operand);
const sum = level(added, product);
const comparison = level(compared, sum);

function operand(tokens: string[]): Evaluate {
  const token = tokens.shift();
  if (token === undefined) throw unsupported("an expression that ends early");
  if (/^\d/.test(token)) return () => Number(token);
  if (token === "(") {
    const inner = comparison(tokens);
    expect(tokens, ")");
    return inner;
  }
  if (token === "[") {
    const items = list(tokens, "]");
    return (values) => items.map((item) => asSeries(item(values), lengthIn(values)));
  }
  if (tokens[0] === "(") return call(token, tokens);
  if (!/^[a-z]/.test(token)) throw unsupported(token);
  return (values) => {
    const series = values.get(token);
    if (!series) throw new Error(`Metric math names '${token}', which is no id of the alarm.`);
    return series;
  };
}

function call(name: string, tokens: string[]): Evaluate {
  tokens.shift();
  if (name === "FILL") {
    const filled = comparison(tokens);
    expect(tokens, ",");
    const repeats = tokens[0] === "REPEAT" && tokens.shift() !== undefined;
    const filler: Evaluate = repeats ? () => 0 : comparison(tokens);
    expect(tokens, ")");
    return (values) => fill(filled(values), repeats ? undefined : filler(values));
  }
  const apply = functions[name];
  if (!apply) throw unsupported(name);
  const items = list(tokens, ")");
  return (values) => apply(items.map((item) => item(values)));
}

const functions: Record<string, (args: Value[]) => Value> = {
  DIFF: ([series = []]) => differences(series as Series),
  IF: (args) => combine(args, ([condition, yes, no]) => (condition !== 0 ? yes : no)),
  MAX: ([series = []]) => greatest(series as Series[]),
};

/** The difference from the value before, which the first value does not have. */
const differences = (series: Series): Series => {
  let before: number | undefined;
  return series.map((value) => {
    const difference = value === undefined || before === undefined ? undefined : value - before;
    before = value ?? before;
    return difference;
  });
};

/** The greatest value of each period, of the series that have one. */
const greatest = (all: Series[]): Series =>
  (all[0] ?? []).map((_, period) => {
    const values = all.flatMap((series) => series[period] ?? []);
    return values.length > 0 ? Math.max(...values) : undefined;
  });

/** Replaces missing values by a value, or by the one before if there is none. */
function fill(filled: Value, by: Value | undefined): Series {
  let before: number | undefined;
  return (filled as Series).map(
    (value) => (before = value ?? (typeof by === "number" ? by : before)),
  );
}

/** Applies an operation to the values of each period; missing if one of them is. */
function combine(args: Value[], operation: (values: [number, number, number]) => number): Value {
  if (args.every((arg) => typeof arg === "number"))
    return operation(args as [number, number, number]);
  const length = Math.max(...args.map((arg) => (typeof arg === "number" ? 0 : arg.length)));
  const columns = args.map((arg) => asSeries(arg, length));
  return Array.from({ length }, (_, period) => {
    const values = columns.map((column) => column[period]);
    return values.includes(undefined) ? undefined : operation(values as [number, number, number]);
  });
}

function list(tokens: string[], end: string): Evaluate[] {
  const items = [comparison(tokens)];
  while (tokens[0] === ",") {
    tokens.shift();
    items.push(comparison(tokens));
  }
  expect(tokens, end);
  return items;
}

function expect(tokens: string[], wanted: string): void {
  const token = tokens.shift();
  if (token !== wanted) throw unsupported(token ?? "an expression that ends early");
}

const lengthIn = (values: ReadonlyMap<string, Series>): number =>
  Math.max(1, ...[...values.values()].map((series) => series.length));

const asSeries = (value: Value, length: number): Series =>
  typeof value === "number" ? Array.from({ length }, () => value) : (value as Series);
