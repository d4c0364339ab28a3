import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";

/** The values that a parameter accepts. */
export type Setting = number | string | readonly string[];

/** The values of a rule's parameters, by name. */
export type Settings = Readonly<Record<string, Setting>>;

/** A setting of a rule that a stack can change. The engine rejects values that do not match its JSON schema. */
export interface Parameter extends PolicyConfigJSONSchema {
  description: string;
  /** The value that applies if the stack does not set the parameter. */
  default: Setting;
}

/** An integer parameter with a minimum and a maximum. */
export const integer = (
  description: string,
  { usually, from, to }: { usually: number; from: number; to: number },
): Parameter => ({ type: "integer", default: usually, minimum: from, maximum: to, description });

/** A list of names that are specific to the stack. The default is an empty list. */
export const names = (description: string): Parameter => ({
  type: "array",
  items: { type: "string", minLength: 1 },
  uniqueItems: true,
  default: [],
  description,
});

/** Returns the default values of the parameters. */
export const defaultsOf = ({
  parameters = {},
}: {
  parameters?: Readonly<Record<string, Parameter>>;
}): Settings =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, parameter]) => [name, parameter.default]),
  );
