/** What a policy variable stands for, by condition key. */
export type Context = Record<string, string | string[]>;

/**
 * True if `value` fits an IAM pattern: `*` is any run of characters, `?` any one. Linear in pattern × value, since the pattern of
 * a regular expression made of many `*` could be made to run for ever.
 */
export function matchesPattern(pattern: string, value: string): boolean {
  return fits([...pattern].map(toToken), value);
}

/**
 * The same with policy variables such as `${iot:Connection.Thing.ThingName}` replaced from the context. A variable that the request
 * does not have never matches; a wildcard inside a variable's value is an ordinary character, or a device could name itself `*`.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function matchesTemplate(template: string, value: string, context: Context): boolean {
  const tokens: Token[] = [];
  for (const part of template.split(/(\$\{[^}]*\})/)) {
    if (!part.startsWith("${")) {
      tokens.push(...[...part].map(toToken));
      continue;
    }
    const text = variable(part.slice(2, -1), context);
    if (text === undefined) return false;
    tokens.push(...text);
  }
  return fits(tokens, value);
}

/** One literal character, or a wildcard. */
type Token = string | typeof anyOne | typeof anyRun;
const anyOne = Symbol("?");
const anyRun = Symbol("*");

const toToken = (character: string): Token =>
  character === "*" ? anyRun : character === "?" ? anyOne : character;

function variable(expression: string, context: Context): string[] | undefined {
  // `${*}`, `${?}` and `${$}` are how a policy writes those characters themselves.
  if (["*", "?", "$"].includes(expression)) return [expression];
  const [, key, fallback] = /^([^,]+?)(?:\s*,\s*'([^']*)')?$/.exec(expression) ?? [];
  const value = key === undefined ? undefined : lookUp(context, key);
  if (typeof value === "string") return [...value];
  return fallback === undefined ? undefined : [...fallback];
}

/** Condition keys are compared without regard to case. */
export function lookUp(context: Context, key: string): string | string[] | undefined {
  const wanted = key.toLowerCase();
  for (const [name, value] of Object.entries(context))
    if (name.toLowerCase() === wanted) return value;
  return undefined;
}

function fits(tokens: Token[], value: string): boolean {
  const characters = [...value];
  let [at, position] = [0, 0];
  // Where to go on after the last `*` if what follows it does not fit.
  let retry: { at: number; position: number } | undefined;
  while (position < characters.length) {
    const token = tokens[at];
    if (token === anyRun) {
      retry = { at: at + 1, position };
      at += 1;
    } else if (token !== undefined && (token === anyOne || token === characters[position])) {
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
