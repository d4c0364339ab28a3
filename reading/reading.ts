import type { definition } from "./fields";

type Fields = (typeof definition)["fields"];
type OptionalName = {
  [Name in keyof Fields]: Fields[Name] extends { optional: true } ? Name : never;
}[keyof Fields];

/** What a field holds, by its declared type. */
type ValueOf<Declared> = Declared extends { type: "number" | "integer" }
  ? number
  : Declared extends { type: "boolean" }
    ? boolean
    : Declared extends { values: readonly (infer Word)[] }
      ? Word
      : string;

type Flat<Members> = { [Name in keyof Members]: Members[Name] };

/**
 * A valid message of a device: `deviceId` (1 to 128 of `[A-Za-z0-9:_-]`), `timestamp` (ms since the epoch; together they identify
 * the reading) and the fields that `fields.ts` declares.
 */
export type Reading = Flat<
  { deviceId: string; timestamp: number } & {
    -readonly [Name in Exclude<keyof Fields, OptionalName>]: ValueOf<Fields[Name]>;
  } & { -readonly [Name in OptionalName]?: ValueOf<Fields[Name]> }
>;
