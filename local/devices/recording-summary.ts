import type { Replay } from "../command-line";
import { declarationOf, fields, unitOf, writtenUnit, type Columns, type Field } from "./columns";
import type { DateOrder } from "./date-order";
import type { DecimalSign } from "./notation";
import type { Shift } from "./recorded-time";

/** How the column of each field writes its values. */
export interface Styles {
  decimals: Partial<Record<Field, DecimalSign>>;
  dates: DateOrder | undefined;
}

/** Some rows of a recording. */
export interface Rows {
  count: number;
  /** The line of the first. */
  line: number;
}

export interface ColumnsArgs {
  replay: Replay;
  /** All columns of the file. */
  names: string[];
  columns: Columns;
  styles: Styles;
  /** By field, the rows with a text in place of a number. */
  texts: Partial<Record<Field, Rows>>;
}

const line = (what: string, ...parts: (string | undefined)[]): string =>
  `  ${what.padEnd(12)}  ${parts.filter((part) => part !== undefined).join(", ")}`;

const rowsOf = ({ count, line: first }: Rows): string =>
  count === 1
    ? `1 row (line ${first})`
    : `${count.toLocaleString("en")} rows (the first is line ${first})`;

/** One line for each field: its column, unit and notation; and one for the columns that are not used. */
export function describeColumns({ replay, names, columns, styles, texts }: ColumnsArgs): string[] {
  const described = fields.map((field) => {
    const [column, constant] = [columns[field], replay.set[field]];
    if (constant !== undefined) return line(field, `'${constant}' in every reading`);
    if (column === undefined) return line(field, withoutColumn(field));
    const broken = texts[field];
    return line(
      field,
      `column '${column}'`,
      field === "timestamp" && styles.dates !== undefined
        ? `local dates, ${styles.dates}`
        : undefined,
      unitText(field, column),
      styles.decimals[field] === "," ? "decimal comma" : undefined,
      broken && `not a number in ${rowsOf(broken)}, published as it is`,
    );
  });
  const used = Object.values(columns);
  const unused = names.filter((name) => !used.includes(name));
  return [...described, ...(unused.length > 0 ? [line("not used", ...unused)] : [])];
}

function withoutColumn(field: Field): string {
  if (field === "deviceId")
    return "no column; one device, named after the file (--map COLUMN=deviceId)";
  if (field === "timestamp")
    return "no column; one second from row to row (--map COLUMN=timestamp)";
  return declarationOf(field)?.optional ? "no column; left out" : "no column";
}

function unitText(field: Field, column: string): string | undefined {
  const [unit, written] = [unitOf(field), writtenUnit(field, column)];
  if (unit === undefined) return undefined;
  if (written === undefined) return `taken as ${unit}, since the header names no unit`;
  return written === unit ? unit : `${written} converted to ${unit}`;
}

export interface TimesArgs {
  first: number;
  last: number;
  shift: Shift;
  timeless: Rows | undefined;
  hasColumn: boolean;
}

/** The span of the recorded times, and what happens to them. */
export function describeTimes({ first, last, shift, timeless, hasColumn }: TimesArgs): string {
  const day = (time: number): string => new Date(time).toISOString().replace("T", " ").slice(0, 19);
  const span =
    hasColumn && Number.isFinite(first)
      ? `${day(first)} to ${day(last)}, UTC where no zone is given`
      : undefined;
  return line(
    "times",
    span,
    hasColumn && span === undefined ? undefined : shift.described,
    timeless && `no time in ${rowsOf(timeless)}, published as it is`,
  );
}
