import * as fc from "fast-check";
import type { Definition, Field } from "../../reading/definition";
import { receivedAt } from "../support/events";
import { isStorable } from "./stored";

/** A message's members as JSON text, so that one can be what JSON.stringify would never write. */
export type Members = Record<string, string>;

export const textOf = (members: Members): string =>
  `{${Object.entries(members)
    .map(([name, raw]) => `${JSON.stringify(name)}:${raw}`)
    .join(",")}}`;

const json = JSON.stringify as (value: unknown) => string;

/** A value that a field takes, as JSON text. */
function validValue(field: Field): fc.Arbitrary<string> {
  switch (field.type) {
    case "number":
      return fc.double({ min: field.least, max: field.most, noNaN: true }).map(json);
    case "integer":
      return fc.integer({ min: field.least, max: field.most }).map(json);
    case "text":
      return fc
        .string({ unit: "binary", maxLength: field.mostBytes })
        .filter((text) => isStorable(text) && Buffer.byteLength(text) <= field.mostBytes)
        .map(json);
    case "boolean":
      return fc.boolean().map(json);
    case "one of":
      return fc.constantFrom(...field.values).map(json);
  }
}

/** Numbers of so many digits that a double is an edge itself, as JSON text. */
const beside = (edges: readonly number[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...edges),
      fc.integer({ min: 12, max: 60 }),
      fc.constantFrom("0", "1"),
      fc.boolean(),
    )
    .map(([edge, zeros, last, below]) => {
      const [whole = "", fraction = ""] = String(edge).split(".");
      const shift = "0".repeat(zeros);
      // 226.5 as 226.4999…9: a digit less, and nines after it.
      return below && Number(fraction) > 0
        ? `${whole}.${Number(fraction) - 1}${"9".repeat(zeros)}`
        : `${whole}.${fraction}${shift}${last}`;
    });

/** A value at a field's edges, of another type or in disguise, as JSON text. */
export function doubtfulValue(field: Field): fc.Arbitrary<string> {
  const edges = "least" in field ? [field.least, field.most] : [0];
  const numbers = edges.flatMap((edge) => [edge - 1, edge - 0.5, edge, edge + 0.5, edge + 1]);
  const texts = "mostBytes" in field ? [field.mostBytes, field.mostBytes + 1] : [1];
  const words = "values" in field ? field.values : ["true", "x"];
  return fc.oneof(
    fc.constantFrom(...numbers.map(json), ...numbers.map((number) => json(String(number)))),
    fc.constantFrom(
      "-0",
      "1e2",
      "1e309",
      "5e-324",
      "1e-131",
      "9007199254740993",
      "null",
      "true",
      "false",
    ),
    fc.constantFrom('"true"', '"False"', '""', "[]", "{}", "[true]", '{"a":1}', "NaN", "01"),
    fc.constantFrom(
      ...texts.flatMap((length) => [json("x".repeat(length)), json("ü".repeat(length))]),
    ),
    fc.constantFrom(
      ...words.flatMap((word) => [json(word), json(word.toUpperCase()), json(`${word} `)]),
    ),
    fc.constantFrom("1e-30", "1e-400", "-1E-0400", "1e-999", "1e-1000", "-9e-131"),
    fc.constantFrom(`0.${"3".repeat(70)}`, "1794873600000.00000000000000001"),
    beside(edges),
    fc.constantFrom(
      ...['"\\ud800"', '"\\ude00\\ud83d"', '"\\ud83d\\ude00"', '"\\\\ud800"'],
      ...['"\\u0000"', '"\\uffff"', '"\\t\\r\\n"', '"\\u0085"'],
    ),
    fc.json({ maxDepth: 2 }),
  );
}

/** Valid messages of `pump-7` as a definition has them, optional fields in some. */
export const validMembers = ({ fields }: Definition): fc.Arbitrary<Members> =>
  fc
    .record({
      timestamp: fc.integer({ min: receivedAt - 604_800_000, max: receivedAt + 300_000 }).map(json),
      ...Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [
          name,
          field.optional ? fc.option(validValue(field)) : validValue(field),
        ]),
      ),
    })
    .map((members) => ({
      deviceId: json("pump-7"),
      ...Object.fromEntries(
        Object.entries(members as Record<string, string | null>).filter(
          (entry): entry is [string, string] => entry[1] !== null,
        ),
      ),
    }));

const bounds = fc
  .tuple(fc.integer({ min: -1000, max: 1000 }), fc.integer({ min: 1, max: 1000 }))
  .map(([least, width]) => ({ least, most: least + width }));
const halves = bounds.map(({ least, most }) => ({ least: least / 2, most: most / 2 }));

const shape: fc.Arbitrary<Field> = fc.oneof(
  halves.map((both): Field => ({ type: "number", ...both })),
  bounds.map((both): Field => ({ type: "integer", ...both })),
  fc.integer({ min: 1, max: 20 }).map((mostBytes): Field => ({ type: "text", mostBytes })),
  fc.constant<Field>({ type: "boolean" }),
  fc
    .uniqueArray(fc.stringMatching(/^[a-zA-Z0-9_.:-]( ?[a-zA-Z0-9_.:-]){0,4}$/), {
      minLength: 1,
      maxLength: 4,
    })
    .map((values): Field => ({ type: "one of", values: values as [string, ...string[]] })),
);
const field = fc.tuple(shape, fc.boolean()).map(([one, optional]): Field => ({ ...one, optional }));

/** Generated definitions. */
export const anyDefinition: fc.Arbitrary<Definition> = fc
  .tuple(
    fc.dictionary(fc.constantFrom("alpha", "beta", "gamma", "deltaEcho", "status", "x"), field, {
      minKeys: 1,
      maxKeys: 5,
    }),
    fc.constantFrom("ignored" as const, "refused" as const),
  )
  .map(([fields, unknownFields]) => ({ fields: { ...fields }, unknownFields }));
