/** A value of a field in the type in which the line has it. */
export type FieldValue =
  | { type: "float"; value: number }
  | { type: "integer" | "unsigned"; value: bigint }
  | { type: "boolean"; value: boolean }
  | { type: "string"; value: string };

/** A point. Names and texts are without escapes; the time is in the precision that the request states. */
export interface LinePoint {
  table: string;
  tags: Record<string, string>;
  fields: Record<string, FieldValue>;
  time: bigint;
}

export type ParsedLine = { line: string } & (
  { ok: true; point: LinePoint } | { ok: false; message: string }
);

/**
 * Splits a body into lines, at line breaks outside of texts, and parses each, strictly: the grammar of the specification without any of the
 * leniencies of the databases, and with a time required. It knows nothing of the code that writes lines.
 * @see https://docs.influxdata.com/influxdb3/core/reference/line-protocol/
 */
export function parseLines(body: string): ParsedLine[] {
  return splitLines(body)
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line): ParsedLine => {
      try {
        return { line, ok: true, point: parseLine(line) };
      } catch (error) {
        return { line, ok: false, message: (error as Error).message };
      }
    });
}

function splitLines(body: string): string[] {
  const lines: string[] = [];
  let [start, quoted, spaces] = [0, false, 0];
  for (let at = 0; at < body.length; at++) {
    const character = body[at];
    if (character === "\\") at += 1;
    // Quotation marks delimit texts in the second section of a line only.
    else if (character === '"' && (quoted || spaces === 1)) quoted = !quoted;
    else if (character === " " && !quoted) spaces += 1;
    else if (character === "\n" && !quoted) {
      lines.push(body.slice(start, at));
      [start, spaces] = [at + 1, 0];
    }
  }
  return [...lines, body.slice(start)];
}

function parseLine(line: string): LinePoint {
  let at = 0;
  const peek = (): string => line[at] ?? "";
  const expect = (character: string, what: string): void => {
    if (peek() !== character) throw new Error(`${what} at character ${at + 1}`);
    at += 1;
  };

  /** Reads a name up to an unescaped character of `ends`; a backslash before any other character is itself. */
  function name(what: string, ends: string, escapable: string): string {
    let read = "";
    for (; at < line.length && !ends.includes(peek()); at++) {
      if (peek() === "\n") throw new Error(`a line break in the ${what}`);
      if (peek() === "\\" && escapable.includes(line[at + 1] ?? "~")) at += 1;
      read += peek();
    }
    if (read === "") throw new Error(`no ${what} at character ${at + 1}`);
    if (read.endsWith("\\")) throw new Error(`the ${what} ends with a backslash`);
    return read;
  }

  function text(): string {
    let read = "";
    for (at += 1; peek() !== '"'; at++) {
      if (at >= line.length) throw new Error("a text without its closing quotation mark");
      if (peek() === "\\" && /^["\\]$/.test(line[at + 1] ?? "")) at += 1;
      read += peek();
    }
    at += 1;
    return read;
  }

  function value(): FieldValue {
    if (peek() === '"') return { type: "string", value: text() };
    const start = at;
    while (at < line.length && peek() !== "," && peek() !== " ") at += 1;
    return literal(line.slice(start, at));
  }

  const add = <T>(to: Record<string, T>, key: string, one: T): void => {
    if (Object.hasOwn(to, key)) throw new Error(`${key} occurs twice`);
    to[key] = one;
  };

  const table = name("table", ", ", ", ");
  const tags: Record<string, string> = Object.create(null) as Record<string, string>;
  while (peek() === ",") {
    at += 1;
    const key = name("tag name", ",= ", ",= ");
    expect("=", `no "=" after the tag ${key}`);
    add(tags, key, name(`value of the tag ${key}`, ",= ", ",= "));
  }
  expect(" ", "no fields");
  const fields: Record<string, FieldValue> = Object.create(null) as Record<string, FieldValue>;
  do {
    if (peek() === ",") at += 1;
    const key = name("field name", ",= ", ",= ");
    expect("=", `no "=" after the field ${key}`);
    add(fields, key, value());
  } while (peek() === ",");
  expect(" ", "no time");
  const time = line.slice(at);
  if (!/^-?\d{1,19}$/.test(time) || !inRange(BigInt(time), 63n))
    throw new Error(`the time ${time} is no 64-bit integer`);
  return { table, tags: { ...tags }, fields: { ...fields }, time: BigInt(time) };
}

function literal(text: string): FieldValue {
  if (/^(t|T|true|True|TRUE)$/.test(text)) return { type: "boolean", value: true };
  if (/^(f|F|false|False|FALSE)$/.test(text)) return { type: "boolean", value: false };
  const whole = /^(-?\d+)(i|u)$/.exec(text);
  if (whole) {
    const number = BigInt(whole[1] ?? "");
    const isUnsigned = whole[2] === "u";
    if (isUnsigned ? number < 0n || number >= 2n ** 64n : !inRange(number, 63n))
      throw new Error(`${text} is beyond 64 bits`);
    return { type: isUnsigned ? "unsigned" : "integer", value: number };
  }
  if (!/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) || !Number.isFinite(Number(text)))
    throw new Error(`${JSON.stringify(text)} is no value of a field`);
  return { type: "float", value: Number(text) };
}

const inRange = (number: bigint, bits: bigint): boolean =>
  number >= -(2n ** bits) && number < 2n ** bits;
