import type { Definition, Field, NumberField } from "./definition";

/** Names that items, events and answers carry beside a reading's own fields. */
const taken = [
  "deviceId",
  "timestamp",
  "receivedAt",
  "expiresAt",
  "listing",
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

/** SNS takes 256 KiB, and an alert carries a text three times, escaped: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const mostTextBytes = 16_384;

/** What is wrong with a definition of readings, in one sentence that says what to write instead; undefined if nothing is. */
export function definitionProblem(definition: Definition): string | undefined {
  const { fields, remark } = definition;
  const names = Object.keys(fields);
  for (const [name, field] of Object.entries(fields)) {
    const wrong = nameProblem(name, names) ?? fieldProblem(field);
    if (wrong) return `reading/fields.ts: ${name} ${wrong}.`;
  }
  const texts = Object.values(fields).map((field) => ("mostBytes" in field ? field.mostBytes : 0));
  const bytes = texts.reduce((sum, one) => sum + one, 0);
  if (bytes > mostTextBytes)
    return `reading/fields.ts: the texts may have ${bytes} bytes together; lower mostBytes until it is at most ${mostTextBytes}, which fits an alert.`;
  if (remark !== undefined && fields[remark]?.type !== "text")
    return `reading/fields.ts: remark is ${JSON.stringify(remark)}; it must name a field of the type text.`;
  return severityProblem(definition);
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

function fieldProblem(field: Field): string | undefined {
  switch (field.type) {
    case "text":
      return Number.isSafeInteger(field.mostBytes) && field.mostBytes > 0
        ? undefined
        : `has mostBytes ${field.mostBytes}; it must be a whole number above 0`;
    case "one of": {
      const odd = field.values.find((value) => !/^[A-Za-z0-9 _.:-]{1,64}$/.test(value));
      if (odd !== undefined)
        return `has the value ${JSON.stringify(odd)}; use 1 to 64 letters, digits, spaces, '_', '.', ':' and '-'`;
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
  if (all.some((one) => !/^-?\d{1,15}(\.\d{1,15})?$/.test(String(one))))
    return "has a bound or limit that is no plain decimal number; use at most 15 digits before and after the point";
  if (type === "integer" && ![least, most].every(Number.isSafeInteger))
    return "is an integer whose bounds are not whole; make them whole";
  if (least >= most) return `has the bounds ${least} and ${most}; least must be below most`;
  if (from >= to || from < least || to > most)
    return `is usually ${from} to ${to}; give two numbers within ${least} to ${most}, the lower one first`;
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
  const given = [...critical, ...warning, ...good];
  const odd = given.find((value, index) => !values.includes(value) || given.indexOf(value) < index);
  if (odd !== undefined)
    return `reading/fields.ts: severity has ${JSON.stringify(odd)}, which ${severity.field} does not have or which has another level too; give each value of ${severity.field} at most one level.`;
  return critical.length === 0 || good.length === 0
    ? "reading/fields.ts: severity has no critical or no good value; give one of each, or leave severity out."
    : undefined;
}
