import type { Expression } from "./ast";
import type { Ports } from "./ports";

/** What is known of a value before any message arrives; "any" of what may be of each type. */
export type ValueType = "any" | "Number" | "String" | "Boolean" | "Array" | "Object" | "Null";

/** Something wrong with one argument of a call, found before any message arrives. */
export interface ArgumentProblem {
  at: Expression;
  reason: string;
}

/** What there is to know of a function before it is called. */
export interface Signature {
  /** How many arguments a call must have; fewer or more are refused. */
  readonly least: number;
  readonly most: number;
  /** The type of its result, where it has one; every function may give Undefined. */
  readonly gives: ValueType;
  /** What must be true of the arguments as written, such as a literal encoding scheme. */
  readonly problem?: (args: readonly Expression[]) => ArgumentProblem | undefined;
  /** The port that a call with these arguments needs, by its name in `Ports`. */
  readonly port?: (args: readonly Expression[]) => keyof Ports | undefined;
  /** How many calls a statement may have, where AWS limits them. */
  readonly mostCalls?: number;
}
