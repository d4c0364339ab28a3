import type * as pulumi from "@pulumi/pulumi";
import { refuse, shown, type Setting } from "./setting";

interface TextArgs {
  description: string;
  /** What the text must be, such as `an https URL`. */
  type: string;
  fits: (text: string) => boolean;
}

export const text = (args: TextArgs & { default: string }): Setting<string> => textOr(args);

/** A text, or undefined when the key is left out. */
export const optionalText = (args: TextArgs): Setting<string | undefined> =>
  textOr<undefined>({ ...args, default: undefined });

const textOr = <T>({
  description,
  type,
  fits,
  default: ifAbsent,
}: TextArgs & { default: string | T }): Setting<string | T> => ({
  ...{ description, type, default: ifAbsent, required: false },
  read(config, key) {
    const value = config.get(key);
    if (value === undefined) return ifAbsent;
    if (!fits(value)) throw refuse(config, { key, wrong: `is ${shown(value)}`, wanted: type });
    return value;
  },
});

/** One of a few texts. */
export const oneOf = <T extends string>(args: {
  description: string;
  among: readonly T[];
  default: T;
}): Setting<T> =>
  textOr<never>({
    description: args.description,
    type: `one of ${args.among.join(", ")}`,
    fits: (given) => (args.among as readonly string[]).includes(given),
    default: args.default,
  }) as Setting<T>;

/** A text that only the engine sees in clear, or undefined when the key is left out. */
export const optionalSecretText = (args: TextArgs): Setting<pulumi.Output<string> | undefined> => ({
  ...{ description: args.description, type: `a secret, ${args.type}` },
  ...{ required: false, default: undefined },
  read(config, key) {
    return config.getSecret(key)?.apply((secret) => {
      if (!args.fits(secret))
        throw refuse(config, { key, wrong: "is set to something else", wanted: args.type });
      return secret;
    });
  },
});

/** A text that must be set. */
export const requiredText = ({ description, type, fits }: TextArgs): Setting<string> => ({
  ...{ description, type, required: true, default: undefined as never },
  read(config, key) {
    const value = config.get(key);
    if (value === undefined) throw refuse(config, { key, wrong: "is missing", wanted: type });
    if (!fits(value)) throw refuse(config, { key, wrong: `is ${shown(value)}`, wanted: type });
    return value;
  },
});

/** A required text that only the engine and the function that uses it see in clear. */
export function secretText(args: {
  description: string;
  /** In characters. */
  shortest: number;
}): Setting<pulumi.Output<string>> {
  const { description, shortest } = args;
  const type = `a secret text of ${shortest} characters or more`;
  return {
    ...{ description, type, required: true, default: undefined as never },
    read(config, key) {
      const wanted = `${type}, by \`pulumi config set --secret ${config.name}:${key}\``;
      const value = config.getSecret(key);
      if (value === undefined) throw refuse(config, { key, wrong: "is missing", wanted });
      // The length of a secret is known no sooner.
      return value.apply((secret) => {
        if (secret.length < shortest) throw refuse(config, { key, wrong: "is too short", wanted });
        return secret;
      });
    },
  };
}
