import { counted, timeBoundsOf } from "../../reading/clock";
import { columnsOf } from "../../reading/columns";
import type { Definition, Field } from "../../reading/definition";

/** A definition's fields as a table in Markdown. */
export function fieldTable(of: Definition): string {
  const { fields, severity, remark } = of;
  const { minutesAhead, daysBehind } = timeBoundsOf(of);
  const times = `${counted(minutesAhead, "minute")} ahead, ${counted(daysBehind, "day")} behind`;
  const rows = Object.entries(fields).map(([name, field]) => [
    `\`${name}\``,
    `${field.type === "one of" ? "text" : field.type}${field.optional ? ", optional" : ""}`,
    "unit" in field && field.unit !== undefined ? field.unit : "",
    valuesOf(field),
    [
      ...("limit" in field && field.limit
        ? [`unusual ${Object.entries(field.limit).flat().join(" ")}`]
        : []),
      ...(name === severity?.field ? [`critical: ${words(severity.critical)}`] : []),
      ...(name === severity?.field && severity.warning.length > 0
        ? [`a warning: ${words(severity.warning)}`]
        : []),
      ...(name === remark ? ["quoted in alerts"] : []),
    ].join("; "),
  ]);
  const all = [
    ["`deviceId`", "text", "", "1 to 128 letters, digits, `:`, `_` and `-`", "of the topic"],
    ["`timestamp`", "integer", "ms", `since the epoch; at most ${times}`, ""],
    ...rows,
  ];
  return ["| field | type | unit | values | meaning |", "| - | - | - | - | - |"]
    .concat(
      all.map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`),
    )
    .join("\n");
}

/** The columns of stored readings as a table in Markdown. */
export function columnTable(of: Definition): string {
  const rows = columnsOf(of).map(({ name, optional, parquet, glue, redshift, lineProtocol }) => [
    `\`${name}\``,
    optional ? "optional" : "required",
    parquet,
    glue,
    redshift,
    lineProtocol,
  ]);
  return [
    "| column | value | Parquet | Glue, Athena | Redshift | line protocol |",
    "| - | - | - | - | - | - |",
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
  ].join("\n");
}

function valuesOf(field: Field): string {
  switch (field.type) {
    case "text":
      return `at most ${field.mostBytes} bytes of UTF-8`;
    case "boolean":
      return words([true, false]);
    case "one of":
      return words(field.values);
    default:
      return `${field.least} to ${field.most}`;
  }
}

const words = (values: readonly (string | boolean)[]): string =>
  values.map((value) => `\`${value}\``).join(", ");
