import type { Json } from "../json";

/** A compiled template of an input transformer; `lookUp` returns the value of a variable. */
export type Template = (lookUp: (variable: string) => Json | undefined) => string;

/** String literals first, to distinguish placeholders inside them from those outside. */
const literalOrPlaceholder = /"(?:\\.|[^"\\])*"|<[^<>]*>/gs;
const placeholder = /<([^<>]*)>/g;

/**
 * Compiles an input template. As a JSON value a placeholder becomes JSON; inside a string or plain text it becomes text, and an object
 * loses its quotes. For a template that is one placeholder AWS's guide states both that JSON stays JSON and that it loses its quotes:
 * here it stays JSON. A missing variable becomes an empty string.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function compileTemplate(template: string): Template {
  const whole = /^\s*<([^<>]*)>\s*$/.exec(template)?.[1];
  if (whole !== undefined)
    return (lookUp) => {
      const value = lookUp(whole) ?? "";
      return typeof value === "string" ? value : JSON.stringify(value);
    };
  return (lookUp) => {
    const asText = (_: string, variable: string): string => textOf(lookUp(variable));
    if (!template.includes('"')) return template.replace(placeholder, asText);
    const inString = (_: string, variable: string): string => escaped(textOf(lookUp(variable)));
    return template.replace(literalOrPlaceholder, (token) =>
      token.startsWith('"')
        ? token.replace(placeholder, inString)
        : JSON.stringify(lookUp(token.slice(1, -1)) ?? ""),
    );
  };
}

/** Returns the variables of a template. */
export const variablesOf = (template: string): string[] =>
  [...template.matchAll(placeholder)].map(([, variable = ""]) => variable);

const textOf = (value: Json | undefined): string => {
  if (typeof value === "string") return value;
  return value === undefined ? "" : JSON.stringify(value).replaceAll('"', "");
};

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
