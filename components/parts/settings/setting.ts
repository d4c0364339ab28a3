import * as pulumi from "@pulumi/pulumi";

/** A key of the stack's configuration: which values it takes, which one it has when it is left out, and what it means. */
export interface Setting<T> {
  /** One sentence. */
  description: string;
  /** Type and bounds in words, such as `a whole number, 1 to 3650`. */
  type: string;
  /** The value when the key is left out; undefined for none. */
  default: T;
  /** True if the key must be set. */
  required: boolean;
  /** Reads the key; throws one sentence that names the key, what is wrong with it and what to write instead. */
  read(config: pulumi.Config, key: string): T;
}

export type Settings = Record<string, Setting<unknown>>;

/** The values of settings, by key. */
export type Values<S extends Settings> = { [Key in keyof S]: ReturnType<S[Key]["read"]> };

/** What is wrong with a key, and what it must be instead. */
export interface Refusal {
  key: string;
  wrong: string;
  wanted: string;
}

/** Reads every key of a namespace. */
export const readAll = <S extends Settings>(config: pulumi.Config, settings: S): Values<S> =>
  Object.fromEntries(
    Object.entries(settings).map(([key, setting]) => [key, setting.read(config, key)]),
  ) as Values<S>;

export const refuse = (config: pulumi.Config, { key, wrong, wanted }: Refusal): Error =>
  new pulumi.RunError(
    `Configuration ${config.name}:${key} ${wrong}; it must be ${wanted}. Set it in Pulumi.${pulumi.getStack()}.yaml.`,
  );

/** A value in an error message, shortened to 64 characters. */
export const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 64 ? `${text.slice(0, 61)}...` : text;
};
