import type { Numeric } from "./numbers";

type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=";
/** Every operator that stands between two operands. */
export type BinaryOperator = "AND" | "OR" | "IN" | Comparison | "+" | "-" | "*" | "/" | "%";

/** What `cast(value AS type)` can make; the documented keywords are spellings of these. */
export type CastType = "String" | "Int" | "Decimal" | "Boolean";

/** A call of a function by the name as written. */
export interface Call {
  kind: "call";
  name: string;
  args: readonly Expression[];
  position: number;
}

/** `CASE subject WHEN test THEN result … [ELSE otherwise] END`; a test is a literal. */
export interface Case {
  kind: "case";
  subject: Expression;
  branches: readonly { test: Expression; result: Expression }[];
  otherwise: Expression | undefined;
  position: number;
}

/** Two operands and what stands between them. */
export interface Binary {
  kind: "binary";
  operator: BinaryOperator;
  left: Expression;
  right: Expression;
  position: number;
}

/** A SELECT inside an expression: `(SELECT items FROM source [AS alias] [WHERE where])`. */
export interface Query {
  list: SelectList;
  source: Expression;
  alias: string | undefined;
  where: Expression | undefined;
}

/** Whatever has a value; `position` is where it begins in the source. */
export type Expression =
  | { kind: "literal"; value: string | Numeric | boolean | null; position: number }
  | { kind: "attribute"; name: string; position: number }
  | { kind: "variable"; name: string; position: number }
  | { kind: "member"; of: Expression; name: string; position: number }
  /** `*`, the whole document, or `of.*`, a value whose members SELECT takes one by one. */
  | { kind: "star"; of?: Expression; position: number }
  | { kind: "not"; operand: Expression; position: number }
  | { kind: "minus"; operand: Expression; position: number }
  | { kind: "array"; items: readonly Expression[]; position: number }
  | {
      kind: "object";
      members: readonly { name: string; value: Expression }[];
      position: number;
    }
  | { kind: "cast"; value: Expression; type: CastType; position: number }
  | { kind: "query"; query: Query; position: number }
  | { kind: "exists"; query: Query; position: number }
  | Binary
  | Case
  | Call;

/** An expression of one kind. */
export type ExpressionOf<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

/**
 * One item of a SELECT list: all members of the document (`*`) or of a value (`a.*`, `{…}` without AS), or a value and where the
 * output keeps it (`AS a.b` is a path of two). Without AS it is the attribute's or the function's name; it is empty for other
 * expressions.
 */
export type SelectItem =
  | { kind: "all"; of?: Expression; position: number }
  | {
      kind: "value";
      value: Expression;
      path: readonly string[];
      named: boolean;
      position: number;
    };

/** What follows SELECT; with `value` (`SELECT VALUE …`) the output is the value itself. */
export interface SelectList {
  value: boolean;
  items: readonly SelectItem[];
  /** Where a comma after the last item stands. */
  comma: number | undefined;
}

/** One `@name = value` of SET. */
export interface Assignment {
  name: string;
  value: Expression;
  position: number;
}

/** A parsed statement, with the text that positions count in. */
export interface Statement {
  source: string;
  variables: readonly Assignment[];
  list: SelectList;
  /** Undefined for a rule without FROM, which only Basic Ingest can reach. */
  topicFilter: string | undefined;
  where: Expression | undefined;
}
