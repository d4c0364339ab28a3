import { orderIn, readLocalDate, type DateOrder } from "./date-order";

/** The sign between the whole part of a number and its decimals. */
export type DecimalSign = "." | ",";

type Evidence = ReturnType<typeof evidenceOf> & string;

interface Example {
  text: string;
  line: number;
}

/** How the columns of a recording write numbers and dates, as its rows show. */
export interface Notations {
  see(column: string, value: unknown, line: number): void;
  /** Throws one sentence with the row if numbers of the column can mean two things. */
  decimalSignOf(column: string): DecimalSign;
  /** The order of local dates in the column; undefined if it has none. Throws one sentence with the row if they can mean two things. */
  dateOrderOf(column: string): DateOrder | undefined;
}

/** Collects how each column writes numbers and dates: one example for each notation. `name` is the file's, for errors. */
export function createNotations(name: string): Notations {
  const seen = new Map<string, Map<Evidence, Example>>();
  const of = (column: string, evidence: Evidence): Example | undefined =>
    seen.get(column)?.get(evidence);
  const refuse = (column: string, { text, line }: Example, advice: string): Error =>
    new Error(`${name}, line ${line}: '${text}' in the column '${column}' ${advice}.`);

  return {
    see(column, value, line) {
      if (typeof value !== "string" || value === "") return;
      const evidence = evidenceOf(value);
      if (evidence === undefined) return;
      const examples = seen.get(column) ?? new Map<Evidence, Example>();
      seen.set(column, examples);
      if (!examples.has(evidence)) examples.set(evidence, { text: value, line });
    },
    decimalSignOf(column) {
      const [grouped, either, comma, point] = (
        ["grouped", "comma or group", "comma", "point"] as const
      ).map((evidence) => of(column, evidence));
      if (grouped)
        throw refuse(column, grouped, "separates groups of digits: write the number without them");
      if (comma && point)
        throw refuse(
          column,
          comma,
          `has a decimal comma, and '${point.text}' in line ${point.line} a decimal point: use one of them`,
        );
      if (either && !comma) {
        const [decimal, whole] = [".", ""].map((sign) => either.text.replace(",", sign));
        throw refuse(column, either, `can be ${decimal} or ${whole}: write one of these`);
      }
      return comma ? "," : ".";
    },
    dateOrderOf(column) {
      const [short, day, month, either] = (
        ["two-digit year", "day first", "month first", "either"] as const
      ).map((evidence) => of(column, evidence));
      if (short) throw refuse(column, short, "has a year of two digits: write all four");
      if (day && month)
        throw refuse(
          column,
          month,
          `begins with the month, and '${day.text}' in line ${day.line} with the day: write dates as 2026-11-24`,
        );
      if (either && !day && !month)
        throw refuse(
          column,
          either,
          "can begin with the day or with the month, and no row of the column shows which: write dates as 2026-11-24",
        );
      const order = day ? "day first" : month ? "month first" : undefined;
      for (const example of [day, month, either])
        if (example && readLocalDate(example.text, order) === undefined)
          throw refuse(column, example, "is not a date: correct it");
      return order;
    },
  };
}

function evidenceOf(text: string) {
  if (/^[+-]?(\d+\.\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)) return "point";
  // 1,013 is either; 0,013 and 1013,250 have decimals.
  if (/^[+-]?[1-9]\d{0,2},\d{3}$/.test(text)) return "comma or group";
  if (/^[+-]?(\d+,\d*|,\d+)([eE][+-]?\d+)?$/.test(text)) return "comma";
  if (/^[+-]?\d[\d.,'’\u00a0\u202f]*\d$/.test(text) && /[,'’\u00a0\u202f]/.test(text))
    return "grouped";
  if (/^[+-]?\d{1,3}( \d{3})+([.,]\d+)?$/.test(text)) return "grouped";
  return orderIn(text);
}
