import type { Field as Declaration } from "../../reading/definition";
import { definition } from "../../reading/fields";
import type { Reading } from "../../reading/reading";
import { conversion, isUnit, namesOfKind, type Convert } from "../../reading/units";

export type Field = keyof Reading;

const declared = Object.entries(definition.fields) as [Field, Declaration][];

/** The fields of a message, in the order of the definition. */
export const fields: readonly Field[] = [
  "deviceId",
  "timestamp",
  ...declared.map(([name]) => name),
];

/** The declaration of a field; `deviceId` and `timestamp` have none. */
export const declarationOf = (field: Field): Declaration | undefined =>
  declared.find(([name]) => name === field)?.[1];

/** Aliases of the columns that every recording has. */
const commonAliases: Partial<Record<Field, readonly string[]>> = {
  deviceId: ["device", "devicename", "sensor", "sensorid", "thing", "thingname", "clientid", "id"],
  timestamp: ["time", "ts", "date", "datetime", "timestampms", "recordedat", "measuredat", "epoch"],
};

/** Required columns; the others have a substitute or are optional. */
const needed = declared.filter(([, { optional }]) => !optional).map(([name]) => name);

export type Columns = Partial<Record<Field, string>>;

/**
 * Finds the column of each field: the given one, else the one with its name, else the one with another name of it.
 * Throws one sentence that says what to add to the command.
 */
export function findColumns(
  names: readonly string[],
  given: Columns,
  constants: Partial<Record<Field, string>>,
): Columns {
  for (const [field, column] of Object.entries(given))
    if (!names.includes(column))
      throw new Error(
        `The recording has no column '${column}' for ${field}; it has ${names.join(", ")}.`,
      );
  const columns: Columns = {};
  for (const field of fields) {
    if (constants[field] !== undefined) continue;
    const column = given[field] ?? findColumn(names, field, Object.values(given));
    if (column !== undefined) columns[field] = column;
  }
  const missing = needed.filter(
    (field) => columns[field] === undefined && constants[field] === undefined,
  );
  if (missing.length === 0) return columns;
  const [first] = missing;
  throw new Error(
    `The recording has no column for ${missing.join(", ")}; it has ${names.join(", ")}. Name each by --map COLUMN=${first}, or give a value by --set ${first}=VALUE.`,
  );
}

function findColumn(
  names: readonly string[],
  field: Field,
  taken: readonly string[],
): string | undefined {
  const free = names.filter((name) => !taken.includes(name));
  const named = (words: string[]): string[] =>
    free.filter((name) => words.includes(plain(withoutUnit(name))));
  const exact = named([field.toLowerCase()]);
  const found =
    exact.length > 0 ? exact : named(synonymsOf(field).filter((word) => !isField(word)));
  if (found.length <= 1) return found[0];
  throw new Error(
    `The columns ${found.join(" and ")} could both be ${field}: choose by --map ${found[0]}=${field}.`,
  );
}

/** A column with the name of a field holds that field, whatever other fields are called too. */
const isField = (word: string): boolean => fields.some((field) => field.toLowerCase() === word);

/** `temp`, `tempC`, `temperatureFahrenheit`; `celsius` too, where no other field has a unit of this kind. */
function synonymsOf(field: Field): string[] {
  const aliases = declarationOf(field)?.aliases ?? commonAliases[field] ?? [];
  const units = unitNames(field);
  const others = fields.filter((other) => other !== field).flatMap(unitNames);
  return [
    ...aliases,
    ...[field, ...aliases].flatMap((name) => units.map((unit) => `${name}${unit}`)),
    ...units.filter((unit) => plain(unit).length > 2 && !others.includes(unit)),
  ]
    .map(plain)
    .filter((word) => word !== "");
}

/** The unit of a field's numbers; undefined for a field without one. */
export const unitOf = (field: Field): string | undefined => {
  const declaration = declarationOf(field);
  return declaration && "unit" in declaration ? declaration.unit : undefined;
};

function unitNames(field: Field): readonly string[] {
  const unit = unitOf(field);
  return unit === undefined ? [] : namesOfKind(unit).filter((name) => plain(name) !== "");
}

/**
 * How the numbers of columns become numbers of their fields' units, by field, where a header names another unit. Throws one sentence
 * if a header's unit does not convert.
 */
export function findConversions(columns: Columns, given: Columns): Partial<Record<Field, Convert>> {
  const conversions: Partial<Record<Field, Convert>> = {};
  for (const [field, column] of Object.entries(columns) as [Field, string][]) {
    const unit = unitOf(field);
    const written = unit === undefined ? undefined : headerUnit(field, column);
    if (unit === undefined || written === undefined) continue;
    const convert = conversion(written, unit);
    if (convert) conversions[field] = convert;
    // A command may give a column whose brackets hold something else.
    else if (given[field] === undefined || isUnit(written))
      throw new Error(
        `The column '${column}' is in ${written}, which does not convert to ${unit}, the unit of ${field}: convert it in the file, or take its numbers as ${unit} under a header without a unit.`,
      );
  }
  return conversions;
}

/** The unit that a column's header names, if its field has a unit. */
export const writtenUnit = (field: Field, column: string): string | undefined => {
  const written = unitOf(field) === undefined ? undefined : headerUnit(field, column);
  return written !== undefined && isUnit(written) ? written : undefined;
};

/** The unit in a header: in brackets, or behind a name of the field. */
function headerUnit(field: Field, name: string): string | undefined {
  const bracketed = /[([]\s*(.*?)\s*[)\]]/.exec(name)?.[1];
  if (bracketed !== undefined) return bracketed;
  // Behind the last `_`, space or hyphen, whatever comes before: `p_bar`, given by --map.
  const suffix = /[\s_-]([^\s_-]+)$/.exec(name)?.[1];
  const suffixed = suffix && unitNames(field).find((unit) => plain(unit) === plain(suffix));
  if (suffixed) return suffixed;
  const word = plain(name);
  const names = [field, ...(declarationOf(field)?.aliases ?? []), ""].map(plain);
  return unitNames(field).find((unit) => names.some((known) => word === known + plain(unit)));
}

/** `Temperature (°C)` → `Temperature ` */
const withoutUnit = (name: string): string => name.replace(/[([].*[)\]]/g, "");

/** Ignores case and punctuation. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");
