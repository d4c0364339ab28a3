import { rewrite, set, type Breaker, type Statement } from "../sabotage";

/** A rule that more than one way of breaking concerns: what hands nothing over any more is still let in. */
export const admission = "iam-policy-forbid-unused-admissions";
/** A rule that more than one way of breaking concerns. */
export const delivery = "iam-failure-path-require-delivery";
/** A rule that more than one way of breaking concerns. */
export const permission = "iam-message-path-require-permission";
/** A rule that more than one way of breaking concerns. */
export const redrive = "sqs-queue-require-redrive";

export const isList = (value: unknown): value is unknown[] => Array.isArray(value);
export const listed = (value: unknown): unknown[] => (isList(value) ? value : [value]);
export const purpose = (inputs: Record<string, unknown>): unknown =>
  (inputs.tags as Record<string, unknown> | undefined)?.purpose;
export const isStream = (inputs: Record<string, unknown>): boolean =>
  String(inputs.eventSourceArn).includes(":kinesis:");

/** Takes an input away. */
export const without = (
  type: string,
  input: string,
  rules: Breaker["rules"],
  also?: string[],
): Breaker => ({
  what: `without ${input}`,
  type,
  change: (inputs) => {
    const holder = input
      .split(".")
      .slice(0, -1)
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], inputs);
    const last = input.split(".").pop() ?? "";
    return Object.hasOwn(holder ?? {}, last) ? set(inputs, input, undefined) : undefined;
  },
  rules,
  also,
});

/** Gives an input another value. */
export const having = (
  type: string,
  input: string,
  value: unknown,
  rules: Breaker["rules"],
  also?: string[],
): Breaker => ({
  what: `with ${input} ${JSON.stringify(value)}`,
  type,
  change: (inputs) => set(inputs, input, value),
  rules,
  also,
});

/** Changes a document. */
export const rewriting = (
  what: string,
  type: string,
  input: string,
  change: (statements: Statement[]) => Statement[],
  rules: Breaker["rules"],
  also?: string[],
): Breaker => ({ what, type, change: (inputs) => rewrite(inputs, input, change), rules, also });

export const first = (change: (statement: Statement) => Statement) => (statements: Statement[]) =>
  statements.map((statement, index) => (index === 0 ? change(statement) : statement));
