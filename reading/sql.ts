import type { Definition, Field } from "./definition";
import { definition } from "./fields";
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
      return `${name} * 1 = ${name} AND ${name} >= ${field.least} AND ${name} <= ${field.most}`;
    case "integer":
      return `floor(${name}) = ${name} AND ${name} >= ${field.least} AND ${name} <= ${field.most}`;
    case "text":
      return `${name} + '' = ${name} AND numbytes(${name}) <= ${field.mostBytes}`;
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
