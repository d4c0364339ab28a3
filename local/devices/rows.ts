import { parse, type CsvError } from "csv-parse";
import * as fs from "node:fs";
import * as path from "node:path";

/** One recorded reading, by its file's own column names. */
export interface Row {
  /** Its position, for messages. */
  line: number;
  values: Record<string, unknown>;
  /** Whether values are text, as in CSV, and numbers must be parsed. */
  isText: boolean;
}

/** Reads a file of recorded readings row by row, JSON lines or CSV with a header; a file of any length. */
export async function* readRows(file: string): AsyncGenerator<Row> {
  const name = path.basename(file);
  const [first, second] = await firstLines(file);
  if (first === "") throw new Error(`${name} is empty; give a file with recorded readings.`);
  if (first.startsWith("["))
    throw new Error(`${name} is a JSON array; give one JSON object a line.`);
  if (first === "{" || (first.startsWith("{") && !first.endsWith("}") && second !== ""))
    throw new Error(`${name} spreads a JSON object over lines; give one JSON object a line.`);
  yield* first.startsWith("{") ? readJsonLines(file) : readCsv(file, delimiterOf(first));
}

/** The first two lines that are not blank; "" for none. */
async function firstLines(file: string): Promise<[string, string]> {
  const found: string[] = [];
  for await (const line of linesOf(file)) {
    const text = line.trim();
    if (text !== "") found.push(text);
    if (found.length === 2) break;
  }
  return [found[0] ?? "", found[1] ?? ""];
}

/** Not by readline, which takes a line of any length into memory. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let [number, rest] = [0, ""];
  const line = (text: string): string => {
    number += 1;
    if (text.length > longestLine) throw tooLong(file, number);
    return number === 1 ? text.replace(/^\uFEFF/, "") : text;
  };
  for await (const chunk of textOf(file)) {
    // A carriage return at the end of a chunk may be the first half of a line break.
    const lines = (rest + chunk).split(/\r\n|\n|\r(?=[^])/);
    rest = lines.pop() ?? "";
    for (const text of lines) yield line(text);
    if (rest.length > longestLine) throw tooLong(file, number + 1);
  }
  if (rest !== "") yield line(rest.replace(/\r$/, ""));
}

async function* textOf(file: string): AsyncGenerator<string> {
  try {
    for await (const chunk of fs.createReadStream(file, "utf8")) yield chunk as string;
  } catch (error) {
    throw unreadable(file, error as NodeJS.ErrnoException);
  }
}

/** In characters, eight times what AWS IoT takes as a payload: a file without line breaks is not a recording. */
const longestLine = 1024 * 1024;

const tooLong = (file: string, line: number): Error =>
  new Error(
    `${path.basename(file)}, line ${line}, has more than ${longestLine.toLocaleString("en")} characters; give one reading a line.`,
  );

const unreadable = (file: string, { code }: NodeJS.ErrnoException): Error =>
  new Error(`${file} cannot be read (${code ?? "unknown reason"}); give a file by --replay.`);

async function* readJsonLines(file: string): AsyncGenerator<Row> {
  let line = 0;
  for await (const text of linesOf(file)) {
    line += 1;
    if (text.trim() === "") continue;
    yield { line, values: objectIn(text, file, line), isText: false };
  }
}

function objectIn(text: string, file: string, line: number): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new Error(`${path.basename(file)}, line ${line}, is not a JSON object; correct it.`);
}

/** The one that separates most; a text with a comma in it is quoted where commas separate. */
function delimiterOf(header: string): string {
  const counted = [",", ";", "\t", "|"].map((sign) => ({ sign, count: header.split(sign).length }));
  return counted.reduce((most, one) => (one.count > most.count ? one : most)).sign;
}

/** Rows that are too short are readings that miss something, and are sent as such. */
async function* readCsv(file: string, delimiter: string): AsyncGenerator<Row> {
  const options = {
    bom: true,
    columns: (header: string[]) => uniqueNames(header, path.basename(file)),
    delimiter,
    info: true,
    max_record_size: longestLine,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  } as const;
  const input = fs.createReadStream(file);
  const parser = input.pipe(parse(options));
  input.once("error", (error) => parser.destroy(unreadable(file, error)));
  try {
    for await (const { info, record } of parser as AsyncIterable<CsvRow>)
      yield { line: info.lines, values: record, isText: true };
  } catch (error) {
    const { code, message, lines } = error as CsvError & { lines?: number };
    if (code === "CSV_MAX_RECORD_SIZE") throw tooLong(file, lines ?? 0);
    throw code ? new Error(`${path.basename(file)} is not CSV: ${message}.`) : error;
  } finally {
    input.destroy();
  }
}

/** Of columns with the same name, only the last would be read. */
function uniqueNames(header: readonly string[], file: string): string[] {
  const names = header.map((name) => name.trim());
  const repeated = names.find((name, nth) => name !== "" && names.indexOf(name) !== nth);
  if (repeated === undefined) return names;
  throw new Error(
    `${file} has several columns '${repeated}': rename all but the one that is to be replayed.`,
  );
}

interface CsvRow {
  info: { lines: number };
  record: Record<string, string>;
}
