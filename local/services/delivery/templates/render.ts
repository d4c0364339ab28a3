import type { Json } from "../json";

/** A template of an input transformer, ready to be filled in. */
export type Template = (lookUp: (variable: string) => Json | undefined) => string;

/** Whole string literals first: a placeholder inside one is text, one outside is a value. */
const literalOrPlaceholder = /"(?:\\.|[^"\\])*"|<[^<>]*>/gs;
const placeholder = /<([^<>]*)>/g;

/**
 * Compiles an input template. As a JSON value, a placeholder becomes JSON; inside a string or plain text it becomes text, and an object
 * loses its quotes there. AWS's guide says of a template that is one placeholder both that JSON stays JSON and that it loses its
 * quotes: here it stays JSON. A variable that is not there becomes an empty string.
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

/** The variables that a template uses. */
export const variablesOf = (template: string): string[] =>
  [...template.matchAll(placeholder)].map(([, variable = ""]) => variable);

const textOf = (value: Json | undefined): string => {
  if (typeof value === "string") return value;
  return value === undefined ? "" : JSON.stringify(value).replaceAll('"', "");
};

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
