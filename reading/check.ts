import type { Clock, Definition, Field, NumberField } from "./definition";

/** Names that items, events and answers carry beside a reading's own fields. */
const taken = [
  "deviceId",
  "timestamp",
  "receivedAt",
  "expiresAt",
  "listing",
  "readingKey",
  "precedence",
  "anomalies",
  "analysis",
  "alert",
  "alertId",
  "result",
  "openedAt",
  "changedAt",
  "closedAt",
];

/** Words of IoT SQL: https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-reference.html */
const sqlWords =
  "select set from where as and or not in exists case when then else end true false null undefined";

const types = ["number", "integer", "text", "boolean", "one of"];

/** A value of a field of the type `one of`, without quotes, and without spaces at its ends. */
const word = /^(?! )[A-Za-z0-9 _.:-]{1,64}(?<! )$/;

/** SNS takes 256 KiB, and an alert carries a text three times, escaped: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const mostTextBytes = 16_384;

/** What the SQL of one rule may hold: more is refused by `iot-sql`, at 1,000 with what every rule has. */
const mostOperands = 800;

/** What is wrong with a definition of readings, in one sentence that says what to write instead; undefined if nothing is. */
export function definitionProblem(definition: Definition): string | undefined {
  const { fields, remark, unknownFields } = definition;
  const names = Object.keys(fields);
  for (const [name, field] of Object.entries(fields)) {
    const wrong = nameProblem(name, names) ?? fieldProblem(field);
    if (wrong) return `reading/fields.ts: ${name} ${wrong}.`;
  }
  const texts = Object.values(fields).map((field) => ("mostBytes" in field ? field.mostBytes : 0));
  const bytes = texts.reduce((sum, one) => sum + one, 0);
  if (bytes > mostTextBytes)
    return `reading/fields.ts: the texts may have ${bytes} bytes together; lower mostBytes until it is at most ${mostTextBytes}, which fits an alert.`;
  const operands = Object.values(fields).reduce((sum, field) => sum + operandsOf(field), 0);
  if (operands > mostOperands)
    return `reading/fields.ts: the fields make ${operands} operands of SQL together; declare fewer fields or values until they are at most ${mostOperands}.`;
  const shared = sharedAlias(fields);
  if (shared !== undefined)
    return `reading/fields.ts: ${JSON.stringify(shared)} is an alias of two fields; give it to one of them.`;
  if (!["ignored", "refused"].includes(unknownFields))
    return `reading/fields.ts: unknownFields is ${JSON.stringify(unknownFields)}; it must be "ignored" or "refused".`;
  if (remark !== undefined && fields[remark]?.type !== "text")
    return `reading/fields.ts: remark is ${JSON.stringify(remark)}; it must name a field of the type text.`;
  return clockProblem(definition) ?? severityProblem(definition);
}

function clockProblem({ clock }: Definition): string | undefined {
  if (clock === undefined) return undefined;
  const bounds = { minutesAhead: [0, 1440], daysBehind: [1, 3650] } as const;
  for (const [name, [least, most]] of Object.entries(bounds)) {
    const value = clock[name as keyof Clock];
    if (!Number.isInteger(value) || value < least || value > most)
      return `reading/fields.ts: clock.${name} is ${JSON.stringify(value)}; it must be a whole number from ${least} to ${most}.`;
  }
  return undefined;
}

function nameProblem(name: string, names: string[]): string | undefined {
  if (!/^[a-z][A-Za-z]{0,63}$/.test(name))
    return "is not a name that IoT SQL reads in every place; use 1 to 64 letters, beginning with a small one";
  if (taken.includes(name)) return "is a name that the program uses itself; choose another one";
  const lower = name.toLowerCase();
  if (sqlWords.split(" ").includes(lower)) return "is a word of IoT SQL; choose another name";
  // What every JavaScript object has.
  if (name in {}) return "is a name that every JavaScript object has; choose another one";
  // Columns of tables have no case.
  return names.some((other) => other !== name && other.toLowerCase() === lower)
    ? "differs from another field in case only; choose another name"
    : undefined;
}

/** How many operands a field's condition in `sql.ts` has. */
function operandsOf(field: Field): number {
  const most = { number: 15, integer: 11, text: 12, boolean: 6, "one of": 2 }[field.type];
  const values = "values" in field ? 2 * field.values.length : 0;
  // In the SELECT list and, where unknown fields are refused, in the object that a message must equal.
  return most + values + (field.optional ? 6 : 0) + 2;
}

/** An alias that two fields have, without case and punctuation. */
function sharedAlias(fields: Definition["fields"]): string | undefined {
  const own = Object.values(fields).map(({ aliases = [] }) => [
    ...new Set(aliases.map((alias) => alias.toLowerCase().replace(/[^a-z0-9]/g, ""))),
  ]);
  return own.flat().find((alias, index, all) => alias !== "" && all.indexOf(alias) < index);
}

const isOneLine = (text: unknown): boolean =>
  typeof text === "string" && /^(?! )[^\p{Cc}\u2028\u2029]{1,64}(?<! )$/u.test(text);

function fieldProblem(field: Field): string | undefined {
  if (!types.includes((field as Field | null)?.type ?? ""))
    return `has no type; give it one of ${types.join(", ")}`;
  const { label } = field;
  if (label !== undefined && !isOneLine(label))
    return `has the label ${JSON.stringify(label)}; write 1 to 64 characters in one line, or leave it out`;
  const unit = "unit" in field ? field.unit : undefined;
  if (unit !== undefined && !isOneLine(unit))
    return `has the unit ${JSON.stringify(unit)}; write 1 to 64 characters in one line, or leave it out`;
  switch (field.type) {
    case "text":
      return Number.isSafeInteger(field.mostBytes) && field.mostBytes > 0
        ? undefined
        : `has mostBytes ${field.mostBytes}; it must be a whole number above 0`;
    case "one of": {
      const values: readonly unknown[] = Array.isArray(field.values) ? field.values : [];
      if (values.length === 0) return "has no values; give one or more";
      const odd = values.find((value) => typeof value !== "string" || !word.test(value));
      if (odd !== undefined)
        return `has the value ${JSON.stringify(odd)}; use 1 to 64 letters, digits, spaces inside, '_', '.', ':' and '-'`;
      const flag = values.find((value) => /^(true|false)$/i.test(String(value)));
      if (flag !== undefined)
        return `has the value ${JSON.stringify(flag)}, which IoT SQL takes for a boolean; use the type boolean or another word`;
      return new Set(field.values).size < field.values.length
        ? "has a value twice; give each once"
        : undefined;
    }
    case "boolean":
      return undefined;
    default:
      return numberProblem(field);
  }
}

function numberProblem({ type, least, most, limit, usual }: NumberField): string | undefined {
  const [from, to] = usual ?? [least, most];
  const limits = limit ? Object.values(limit as Record<string, number>) : [];
  const all = [least, most, from, to, ...limits];
  // IoT SQL has no exponents, and DynamoDB 38 digits.
  if (all.some((one) => typeof one !== "number" || !/^-?\d{1,15}(\.\d{1,15})?$/.test(String(one))))
    return "has a bound or limit that is no plain decimal number; use at most 15 digits before and after the point";
  if (type === "integer" && ![least, most].every(Number.isSafeInteger))
    return "is an integer whose bounds are not whole; make them whole";
  if (least >= most) return `has the bounds ${least} and ${most}; least must be below most`;
  if (from >= to || from < least || to > most)
    return `is usually ${from} to ${to}; give two numbers within ${least} to ${most}, the lower one first`;
  if (limit && limits.length !== 1)
    return "has a limit that is not one number above or below; give { above: … } or { below: … }";
  return limits.some((one) => one <= least || one >= most)
    ? `has the limit ${limits[0]}; it must be between ${least} and ${most}`
    : undefined;
}

function severityProblem({ fields, severity }: Definition): string | undefined {
  if (!severity) return undefined;
  const field = fields[severity.field];
  const values: readonly (string | boolean)[] | undefined =
    field?.type === "boolean" ? [true, false] : field?.type === "one of" ? field.values : undefined;
  if (!values)
    return `reading/fields.ts: severity.field is ${JSON.stringify(severity.field)}; it must name a field of the type "one of" or "boolean".`;
  const { critical, warning, good } = severity;
  if (![critical, warning, good].every(Array.isArray))
    return "reading/fields.ts: severity lacks a list; give critical, warning and good each a list, which may be empty for warning.";
  const given = [...critical, ...warning, ...good];
  const odd = given.find((value, index) => !values.includes(value) || given.indexOf(value) < index);
  if (odd !== undefined)
    return `reading/fields.ts: severity has ${JSON.stringify(odd)}, which ${severity.field} does not have or which has another level too; give each value of ${severity.field} at most one level.`;
  return critical.length === 0 || good.length === 0
    ? "reading/fields.ts: severity has no critical or no good value; give one of each, or leave severity out."
    : undefined;
}
