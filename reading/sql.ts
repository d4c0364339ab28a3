import { storablePattern, surrogateEscapes } from "./characters";
import type { Definition, Field } from "./definition";
import { definition } from "./fields";
import { decimalPlaces } from "./numbers";
import type { Level } from "./severity";

/**
 * Conditions of IoT SQL that a message meets exactly if `createReadingSchema` accepts the declared fields in it; each is complete
 * by itself and can be joined by AND. Arithmetic refuses numbers in strings: it converts them, `=` does not.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-operators.html
 */
export const fieldConditions = ({ fields }: Definition = definition): string[] =>
  Object.entries(fields).map(([name, field]) => {
    const condition = conditionOf(name, field);
    return field.optional
      ? `CASE isUndefined(${name}) WHEN true THEN true ELSE (${condition}) END`
      : condition;
  });

function conditionOf(name: string, field: Field): string {
  switch (field.type) {
    case "number":
      // Arithmetic rounds a number of more than 34 digits, which then does not equal itself; it is no String either.
      return `(${name} * 1 = ${name} OR NOT (${name} + '' = ${name})) AND ${name} >= ${field.least} AND ${name} <= ${field.most}`;
    case "integer":
      return `floor(${name}) = ${name} AND ${name} >= ${field.least} AND ${name} <= ${field.most}`;
    case "text":
      return `${name} + '' = ${name} AND numbytes(${name}) <= ${field.mostBytes} AND regexp_matches(${name}, ${literal(storablePattern)})`;
    case "boolean":
      return equalToOne(name, [true, false]);
    case "one of":
      return equalToOne(name, field.values);
  }
}

/** In brackets unless there is only one: OR binds less than AND. */
function equalToOne(name: string, values: readonly (string | boolean)[]): string {
  const any = anyOf(name, values);
  return values.length === 1 ? any : `(${any})`;
}

/**
 * A text with backslashes as an expression of IoT SQL. How a literal reads a backslash is not documented; Base64 has none, and what
 * decodes to no JSON is a String.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-sql-decode-base64
 */
const literal = (text: string): string =>
  `decode('${Buffer.from(text).toString("base64")}', 'base64')`;

/** "xxx" in Base64, which makes JSON after it no JSON: decoding it gives the payload's own text instead of its value. */
const noJson = "eHh4";

/**
 * The condition that no text of a message has a surrogate without a partner, judged by the payload's own characters: what AWS IoT
 * makes of such an escape is not documented. Whether it keeps it, replaces it or refuses the payload, this refuses the message.
 */
export function wellFormedCondition(): string {
  const { backslash, pair, lone, replacement } = surrogateEscapes;
  const replaced = [backslash, pair].reduce(
    (text, pattern) => `regexp_replace(${text}, ${literal(pattern)}, '${replacement}')`,
    `decode(concat('${noJson}', encode(*, 'base64')), 'base64')`,
  );
  return `NOT regexp_matches(${replaced}, ${literal(lone)})`;
}

/**
 * What a rule stores of each field. Numbers have at most 20 decimal places, 35 digits with those before the point: a table takes 38
 * digits and nothing nearer to zero than 1E-130, a device may send more.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 */
export const storedFields = ({ fields }: Definition = definition): string[] =>
  Object.entries(fields).map(([name, { type }]) =>
    type === "number" || type === "integer" ? `trunc(${name}, ${decimalPlaces}) AS ${name}` : name,
  );

/** The column with the whole values of a number field, where each column has one type. */
export const wholeColumn = (name: string): string => `${name}_whole`;

/**
 * What a rule stores of each field where each column has one type, and a whole number is another type than a number with decimal places.
 * A CASE without a matching branch is Undefined, and an Undefined column is left out.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-case.html
 */
export const typedFields = ({ fields }: Definition = definition): string[] =>
  Object.entries(fields).flatMap(([name, { type }]) => {
    if (type === "integer") return [`floor(${name}) AS ${name}`];
    if (type !== "number") return [name];
    const value = `trunc(${name}, ${decimalPlaces})`;
    const isWhole = `floor(${value}) = ${value}`;
    return [
      `CASE ${isWhole} WHEN false THEN ${value} END AS ${name}`,
      `CASE ${isWhole} WHEN true THEN floor(${value}) END AS ${wholeColumn(name)}`,
    ];
  });

const anyOf = (name: string, values: readonly (string | boolean)[]): string =>
  values.map((one) => `${name} = ${typeof one === "string" ? `'${one}'` : one}`).join(" OR ");

/**
 * The condition that a message has no field but the declared ones, if unknown fields are refused: decoded from its own bytes, it
 * equals the object of the declared fields, from which those that it lacks are left out.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-sql-decode-base64
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-literals.html
 */
export function unknownFieldConditions({
  fields,
  unknownFields,
}: Definition = definition): string[] {
  if (unknownFields === "ignored") return [];
  const names = ["deviceId", "timestamp", ...Object.keys(fields)];
  const members = names.map((name) => `'${name}': ${name}`);
  return [`decode(encode(*, 'base64'), 'base64') = {${members.join(", ")}}`];
}

/** The condition that a message is at one of these levels; undefined if no value of the definition means that. */
export function levelCondition(
  levels: readonly Level[],
  { severity }: Definition = definition,
): string | undefined {
  const values = severity ? levels.flatMap((level) => severity[level]) : [];
  return severity && values.length > 0 ? anyOf(severity.field, values) : undefined;
}
