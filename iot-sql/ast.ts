type Comparison = "=" | "<>" | "<" | "<=" | ">" | ">=";
/** Every operator that stands between two operands. */
export type BinaryOperator = "AND" | "OR" | Comparison | "+" | "-" | "*" | "/" | "%";

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

/** Whatever has a value; `position` is where it begins in the source. */
export type Expression =
  | { kind: "literal"; value: string | number | boolean | null; position: number }
  | { kind: "attribute"; name: string; position: number }
  | { kind: "member"; of: Expression; name: string; position: number }
  | { kind: "star"; position: number }
  | { kind: "not"; operand: Expression; position: number }
  | { kind: "minus"; operand: Expression; position: number }
  | {
      kind: "binary";
      operator: BinaryOperator;
      left: Expression;
      right: Expression;
      position: number;
    }
  | { kind: "array"; items: readonly Expression[]; position: number }
  | {
      kind: "object";
      members: readonly { name: string; value: Expression }[];
      position: number;
    }
  | { kind: "cast"; value: Expression; type: CastType; position: number }
  | Case
  | Call;

/**
 * One item of the SELECT list: all attributes (`*`), or a value and where the output keeps it (`AS
 * a.b` is a path of two).
 */
export type SelectItem =
  { kind: "all" } | { kind: "value"; value: Expression; path: readonly string[]; position: number };

/** A parsed statement. */
export interface Statement {
  items: readonly SelectItem[];
  topicFilter: string;
  where: Expression | undefined;
}
