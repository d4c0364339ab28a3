import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import { conversion, namesOfKind } from "../../reading/units";
import { quote } from "../shared/invalid";

type Values = Record<string, unknown>;

/** The members of a reading by the project's names and in its units, or why the device's own are ambiguous. */
export type Normalised = { ok: true; values: Values } | { ok: false; detail: string };

/** A member of the device: the field that it holds, and the unit that its name says. */
interface Member {
  field: string;
  unit?: string;
}

/**
 * Makes the function that gives a device's members the names, units and forms of `reading/fields.ts`: `temp`, `temperature_f`,
 * `{"value": 71.6, "unit": "°F"}`, a time as text of ISO 8601. Leaves out what is no field, unless the definition refuses unknown fields.
 * Values that it cannot convert stay as they are, for the parser of readings to refuse.
 */
export function createNormaliser(of: Definition = definition): (given: Values) => Normalised {
  const members = memberNames(of);
  const units = fieldUnits(of);
  const keepsUnknown = of.unknownFields === "refused";
  return (given) => {
    const values = new Map<string, unknown>();
    const origins = new Map<string, string>();
    for (const [name, value] of Object.entries(given)) {
      const member = members.get(name) ?? members.get(plain(name));
      if (!member) {
        if (keepsUnknown) values.set(name, value);
        continue;
      }
      const { field } = member;
      const other = origins.get(field);
      if (other !== undefined)
        return {
          ok: false,
          detail: `${quote(other)} and ${quote(name)} are both ${field}; send one of them.`,
        };
      origins.set(field, name);
      values.set(
        field,
        field === "timestamp" ? asTime(value) : inUnit(value, member.unit, units.get(field)),
      );
    }
    return { ok: true, values: Object.fromEntries(values) };
  };
}

/** Fields by their names, their aliases, and both with a unit behind them, without case and punctuation. A field's own name wins. */
function memberNames({ fields }: Definition): ReadonlyMap<string, Member> {
  const names = new Map<string, Member>();
  const add = (name: string, member: Member): void => {
    const word = plain(name);
    if (word !== "" && !names.has(word)) names.set(word, member);
  };
  for (const field of ["deviceId", "timestamp", ...Object.keys(fields)]) add(field, { field });
  for (const [field, declaration] of Object.entries(fields))
    for (const alias of declaration.aliases ?? []) add(alias, { field });
  for (const [field, declaration] of Object.entries(fields)) {
    if (!("unit" in declaration) || declaration.unit === undefined) continue;
    for (const unit of namesOfKind(declaration.unit))
      if (plain(unit) !== "")
        for (const name of [field, ...(declaration.aliases ?? [])])
          add(name + unit, { field, unit });
  }
  return names;
}

const fieldUnits = ({ fields }: Definition): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(fields).flatMap(([name, field]) =>
      "unit" in field && field.unit !== undefined ? [[name, field.unit] as const] : [],
    ),
  );

/** Ignores case and punctuation. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, "");

/** A number in the field's unit. `{"value", "unit"}` says its unit itself. */
function inUnit(given: unknown, named: string | undefined, wanted: string | undefined): unknown {
  const { value, unit } = measured(given) ?? { value: given, unit: named };
  if (typeof value !== "number" || unit === undefined || wanted === undefined)
    return unit === named ? value : given;
  const convert = conversion(unit, wanted);
  return convert ? convert(value) : given;
}

/** The members of `{"value": 71.6, "unit": "°F"}`; undefined for anything else. */
function measured(given: unknown): { value: unknown; unit: string } | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  const { value, unit } = given as Values;
  return typeof unit === "string" && Object.keys(given).length === 2 ? { value, unit } : undefined;
}

/** A time with its zone, as ISO 8601 writes it, in ms since the epoch. */
function asTime(value: unknown): unknown {
  const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
  if (typeof value !== "string" || !iso.test(value)) return value;
  const time = Date.parse(value);
  return Number.isNaN(time) ? value : time;
}
