import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";

/** What a parameter can be set to. */
export type Setting = number | string | readonly string[];

/** The values of a rule's parameters, by name. */
export type Settings = Readonly<Record<string, Setting>>;

/** Something about a rule that a stack may set: its JSON schema, by which the engine refuses other types and what is out of range. */
export interface Parameter extends PolicyConfigJSONSchema {
  description: string;
  /** What holds where the stack says nothing. */
  default: Setting;
}

/** As many of something as a stack says, within what makes sense. */
export const integer = (
  description: string,
  { usually, from, to }: { usually: number; from: number; to: number },
): Parameter => ({ type: "integer", default: usually, minimum: from, maximum: to, description });

/** Names that only the stack knows; none unless it says so. */
export const names = (description: string): Parameter => ({
  type: "array",
  items: { type: "string", minLength: 1 },
  uniqueItems: true,
  default: [],
  description,
});

/** What holds where a stack says nothing. */
export const defaultsOf = ({
  parameters = {},
}: {
  parameters?: Readonly<Record<string, Parameter>>;
}): Settings =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]),
  );
