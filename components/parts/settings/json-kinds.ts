import { refuse, shown, type Refusal, type Setting } from "./setting";

interface Kind<T> {
  description: string;
  type: string;
  /** Without it, the key is required. */
  default?: T;
  /** The text for a missing required key. @default the type */
  ifMissing?: string;
  /** The first problem of a value; undefined for a valid value. */
  refusal: (key: string, value: unknown) => Pick<Refusal, "wrong"> | Refusal | undefined;
}

/** Reads what Pulumi passes as JSON in a text: everything but texts. */
function fromJson<T>({ description, type, default: ifAbsent, ...kind }: Kind<T>): Setting<T> {
  const required = ifAbsent === undefined;
  return {
    ...{ description, type, required, default: ifAbsent as T },
    read(config, key) {
      const refused = (how: Pick<Refusal, "wrong"> | Refusal) =>
        refuse(config, { key, wanted: type, ...how });
      const text = config.get(key);
      if (text === undefined && required)
        throw refused({ wrong: "is missing", key, wanted: kind.ifMissing ?? type });
      if (text === undefined) return ifAbsent as T;
      let value: unknown;
      try {
        value = JSON.parse(text);
      } catch {
        throw refused({ wrong: `is ${shown(text)}` });
      }
      const wrong = kind.refusal(key, value);
      if (wrong) throw refused(wrong);
      return value as T;
    },
  };
}

/** Both included. */
interface Bounds {
  from: number;
  to: number;
}

/** A whole number within bounds, or one of a few. */
export function wholeNumber(
  args: { description: string; default: number } & (Bounds | { among: readonly number[] }),
): Setting<number> {
  const { description, default: ifAbsent } = args;
  const [bounds, fits] =
    "among" in args
      ? [`one of ${args.among.join(", ")}`, (n: number) => args.among.includes(n)]
      : [`${args.from} to ${args.to}`, (n: number) => n >= args.from && n <= args.to];
  return fromJson<number>({
    ...{ description, type: `a whole number, ${bounds}`, default: ifAbsent },
    refusal: (_, value) =>
      Number.isInteger(value) && fits(value as number)
        ? undefined
        : { wrong: `is ${shown(value)}` },
  });
}

/** A number, or undefined when the key is left out. */
export function optionalNumber(args: {
  description: string;
  /** In words, such as `a number within the bounds of the field`. */
  type: string;
}): Setting<number | undefined> {
  const setting = fromJson<number | null>({
    ...{ ...args, default: null },
    refusal: (_, value) =>
      typeof value === "number" ? undefined : { wrong: `is ${shown(value)}` },
  });
  return {
    ...setting,
    default: undefined,
    read: (config, key) => setting.read(config, key) ?? undefined,
  };
}

export const flag = (args: { description: string; default: boolean }): Setting<boolean> =>
  fromJson<boolean>({
    ...args,
    type: "true or false",
    refusal: (_, value) =>
      typeof value === "boolean" ? undefined : { wrong: `is ${shown(value)}` },
  });

/** A list of texts, each once. Required unless it has a default. */
export function texts<T extends string = string>(args: {
  description: string;
  /** What each item must be, such as `an email address`. */
  each: string;
  fits: (text: string) => boolean;
  default?: T[];
  /** @default 0 */
  atLeast?: 0 | 1;
}): Setting<T[]> {
  const { description, each, fits, default: ifAbsent, atLeast = 0 } = args;
  const type = `a list, each item ${each}`;
  return fromJson<T[]>({
    ...{
      description,
      type,
      default: ifAbsent,
      ifMissing: atLeast > 0 ? type : `${type}; [] for none`,
    },
    refusal(key, value) {
      if (!Array.isArray(value)) return { wrong: `is ${shown(value)}` };
      const items: unknown[] = value;
      if (items.length < atLeast)
        return { key, wrong: "is empty", wanted: `a list with at least one item, ${each}` };
      for (const [index, item] of items.entries()) {
        const at = `${key}[${index}]`;
        if (typeof item !== "string" || !fits(item))
          return { key: at, wrong: `is ${shown(item)}`, wanted: each };
        if (items.indexOf(item) !== index)
          return { key: at, wrong: `repeats ${shown(item)}`, wanted: "each item once" };
      }
      return undefined;
    },
  });
}

/** A map from some fields of a reading to numbers, such as limits. */
export function numbersByField(args: {
  description: string;
  /** The fields that may be named, with their bounds. */
  fields: Record<string, Bounds>;
  default: Record<string, number>;
}): Setting<Record<string, number>> {
  const { description, fields, default: ifAbsent } = args;
  const known = Object.entries(fields).map(
    ([field, { from, to }]) => `${field} (${from} to ${to})`,
  );
  return fromJson<Record<string, number>>({
    ...{ description, default: ifAbsent },
    type: `a map from fields to numbers: ${known.join(", ")}`,
    refusal(key, value) {
      if (typeof value !== "object" || value === null || Array.isArray(value))
        return { wrong: `is ${shown(value)}` };
      for (const [field, number] of Object.entries(value)) {
        const bounds = Object.hasOwn(fields, field) ? fields[field] : undefined;
        if (!bounds)
          return { wrong: `names ${shown(field)}, which is no field with a number to limit` };
        if (typeof number !== "number" || number < bounds.from || number > bounds.to)
          return {
            key: `${key}.${field}`,
            wrong: `is ${shown(number)}`,
            wanted: `a number, ${bounds.from} to ${bounds.to}`,
          };
      }
      return undefined;
    },
  });
}
