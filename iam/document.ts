import { documentError } from "./document-error";

/** Condition operator → condition key → accepted values. */
export type Conditions = Record<string, Record<string, string[]>>;

/** The principals of a resource or trust policy's statement: kind (`AWS`, `Service`, …) → names; `*` is everyone. */
export type Principals = "*" | Record<string, string[]>;

/** One statement, every list a list. Of `actions` and `notActions` one is set; of the other pairs one at most. */
export interface Statement {
  sid?: string;
  effect: "Allow" | "Deny";
  actions?: string[];
  notActions?: string[];
  resources?: string[];
  notResources?: string[];
  principals?: Principals;
  notPrincipals?: Principals;
  conditions: Conditions;
}

export interface PolicyDocument {
  /** The policy's name, for errors. */
  name?: string;
  /** The version of the policy language; documents of the older one, IAM's default, have no policy variables. */
  version: "2012-10-17" | "2008-10-17";
  statements: Statement[];
}

/**
 * Reads a policy document, JSON text or parsed; `name` is the policy's name in errors. Throws one sentence with the path of what is
 * wrong; what IAM does not know, such as a misspelt `Condtion`, is wrong too, since an ignored condition would widen the statement.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function parseDocument(source: unknown, name?: string): PolicyDocument {
  const root = object(typeof source === "string" ? fromJson(source) : source, "The document");
  known(root, ["Version", "Id", "Statement"], "The document");
  if (root.Statement === undefined) throw refusal("The document", "has no Statement");
  const list = Array.isArray(root.Statement) ? (root.Statement as unknown[]) : [root.Statement];
  return {
    ...(name !== undefined && { name }),
    version: version(root.Version),
    statements: list.map((raw, index) => statement(raw, `Statement[${index}]`)),
  };
}

function version(raw: unknown): PolicyDocument["version"] {
  if (raw === undefined || raw === "2008-10-17") return "2008-10-17";
  if (raw === "2012-10-17") return raw;
  throw refusal("Version", `is ${shown(raw)}, not "2012-10-17"`);
}

const members = [
  "Sid",
  "Effect",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Principal",
  "NotPrincipal",
  "Condition",
];

function statement(raw: unknown, path: string): Statement {
  const given = object(raw, path);
  known(given, members, path);
  const { Sid, Effect } = given;
  if (Effect !== "Allow" && Effect !== "Deny")
    throw refusal(`${path}.Effect`, `is ${shown(Effect)}, not "Allow" or "Deny"`);
  if ((given.Action === undefined) === (given.NotAction === undefined))
    throw refusal(path, "needs either Action or NotAction");
  for (const name of ["Resource", "Principal"])
    if (given[name] !== undefined && given[`Not${name}`] !== undefined)
      throw refusal(path, `has both ${name} and Not${name}`);
  return {
    ...(typeof Sid === "string" && { sid: Sid }),
    effect: Effect,
    actions: optionalStrings(given.Action, `${path}.Action`),
    notActions: optionalStrings(given.NotAction, `${path}.NotAction`),
    resources: optionalStrings(given.Resource, `${path}.Resource`),
    notResources: optionalStrings(given.NotResource, `${path}.NotResource`),
    principals: principals(given.Principal, `${path}.Principal`),
    notPrincipals: principals(given.NotPrincipal, `${path}.NotPrincipal`),
    conditions: conditions(given.Condition, `${path}.Condition`),
  };
}

function principals(raw: unknown, path: string): Principals | undefined {
  if (raw === undefined || raw === "*") return raw;
  const kinds = Object.entries(object(raw, path));
  return Object.fromEntries(
    kinds.map(([kind, names]) => [kind, strings(names, `${path}.${kind}`)]),
  );
}

function conditions(raw: unknown, path: string): Conditions {
  if (raw === undefined) return {};
  return Object.fromEntries(
    Object.entries(object(raw, path)).map(([operator, keys]) => [
      operator,
      Object.fromEntries(
        Object.entries(object(keys, `${path}.${operator}`)).map(([key, values]) => [
          key,
          strings(values, `${path}.${operator}.${key}`),
        ]),
      ),
    ]),
  );
}

const optionalStrings = (raw: unknown, path: string): string[] | undefined =>
  raw === undefined ? undefined : strings(raw, path);

/** IAM takes a single value for a list, and numbers and booleans for their text. */
function strings(raw: unknown, path: string): string[] {
  const list: unknown[] = Array.isArray(raw) ? raw : [raw];
  return list.map((item, index) => {
    if (typeof item === "string") return item;
    if (typeof item === "number" || typeof item === "boolean") return String(item);
    throw refusal(Array.isArray(raw) ? `${path}[${index}]` : path, `is ${shown(item)}, not text`);
  });
}

function object(raw: unknown, path: string): Record<string, unknown> {
  if (typeof raw === "object" && raw !== null && !Array.isArray(raw))
    return raw as Record<string, unknown>;
  throw refusal(path, `is ${shown(raw)}, not an object`);
}

function known(given: Record<string, unknown>, names: string[], path: string): void {
  for (const name of Object.keys(given))
    if (!names.includes(name)) throw refusal(path, `has ${shown(name)}, which IAM does not know`);
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refusal("The document", "is not JSON");
  }
}

/** Never throws, whatever the value; long text is cut. */
function shown(value: unknown): string {
  if (typeof value === "string")
    return JSON.stringify(value.length > 40 ? `${value.slice(0, 37)}...` : value);
  if (value === null || ["undefined", "number", "boolean"].includes(typeof value))
    return String(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

const refusal = (path: string, wrong: string): Error => documentError(`${path} ${wrong}.`);
