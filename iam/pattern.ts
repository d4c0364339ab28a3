/** What a policy variable stands for, by condition key. */
export type Context = Record<string, string | string[]>;

/** One literal character, or a wildcard. */
export type Token = string | typeof anyOne | typeof anyRun;
const anyOne = Symbol("?");
const anyRun = Symbol("*");

/** True if an action or a condition key fits one of some patterns; IAM compares both without regard to case. */
export function isNamedBy(patterns: readonly string[], name: string): boolean {
  const lower = name.toLowerCase();
  return patterns.some(
    (pattern) => pattern === name || matchesPattern(pattern.toLowerCase(), lower),
  );
}

/** True if `value` fits an IAM pattern: `*` is any run of characters, `?` any one. */
export function matchesPattern(pattern: string, value: string): boolean {
  if (pattern === value) return true;
  const literal = pattern.search(/[*?]/);
  if (literal === -1) return false;
  // Most values differ from most patterns before the first wildcard, and most wildcards are at the end.
  if (!value.startsWith(pattern.slice(0, literal))) return false;
  const rest = pattern.slice(literal);
  return rest === "*" || fits([...rest].map(toToken), value.slice(literal));
}

/** The same with policy variables such as `${iot:Connection.Thing.ThingName}` replaced from the context. */
export function matchesTemplate(
  template: string,
  value: string,
  context: Context | undefined,
): boolean {
  if (!hasVariables(template)) return matchesPattern(template, value);
  const tokens = readTemplate(template, context);
  return tokens !== undefined && fits(tokens, value);
}

/** False for most templates, which are compared as they are written. */
export const hasVariables = (template: string): boolean => template.includes("${");

/**
 * The characters and wildcards of a template, its variables replaced. Nothing if the request lacks a variable: the template then
 * matches no value. A wildcard inside a variable's value is an ordinary character, or a device could name itself `*`. Without a
 * context the template has no variables, only characters that look like them.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function readTemplate(
  template: string,
  context: Context | undefined,
  wildcards = true,
): Token[] | undefined {
  const tokens: Token[] = [];
  const add = (text: string, read: (character: string) => Token): void => {
    for (const character of text) tokens.push(read(character));
  };
  const written = wildcards ? toToken : literally;
  let at = 0;
  while (context !== undefined) {
    const start = template.indexOf("${", at);
    const end = template.indexOf("}", start);
    if (start === -1 || end === -1) break;
    const text = variable(template.slice(start + 2, end), context);
    if (text === undefined) return undefined;
    add(template.slice(at, start), written);
    add(text, literally);
    at = end + 1;
  }
  add(template.slice(at), written);
  return tokens;
}

/** Condition keys are compared without regard to case. */
export function lookUp(context: Context, key: string): string | string[] | undefined {
  const wanted = key.toLowerCase();
  for (const name of Object.keys(context))
    if (name === key || name.toLowerCase() === wanted) return context[name];
  return undefined;
}

const literally = (character: string): Token => character;

const toToken = (character: string): Token =>
  character === "*" ? anyRun : character === "?" ? anyOne : character;

function variable(expression: string, context: Context): string | undefined {
  // `${*}`, `${?}` and `${$}` are how a policy writes those characters themselves.
  if (["*", "?", "$"].includes(expression)) return expression;
  const parts = /^([^,]*)(?:,\s*'([^']*)')?$/.exec(expression);
  if (parts?.[1] === undefined) return undefined;
  const [key, fallback] = [parts[1], parts[2]];
  const value = lookUp(context, fallback === undefined ? key : key.trimEnd());
  return typeof value === "string" ? value : fallback;
}

/**
 * Goes back to the last `*` only, so the time is at most pattern × value; a regular expression made of many `*` could be made to
 * run for ever.
 */
export function fits(tokens: Token[], value: string): boolean {
  const characters = [...value];
  let [at, position] = [0, 0];
  // Where to go on after the last `*` if what follows it does not fit.
  let retry: { at: number; position: number } | undefined;
  while (position < characters.length) {
    const token = tokens[at];
    if (token === anyRun) {
      retry = { at: at + 1, position };
      at += 1;
    } else if (token === anyOne || token === characters[position]) {
      at += 1;
      position += 1;
    } else if (retry) {
      retry.position += 1;
      ({ at, position } = retry);
    } else return false;
  }
  while (tokens[at] === anyRun) at += 1;
  return at === tokens.length;
}
