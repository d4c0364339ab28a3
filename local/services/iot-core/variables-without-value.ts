import { isNamedBy, matchesPattern, type AccessRequest, type Statement } from "../../../iam";

/**
 * The policy variables and condition keys for which a request has no value, of the statements that could have allowed it; AWS
 * documents that such a statement allows nothing.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-examples.html
 */
export function variablesWithoutValue({
  documents,
  action,
  resource,
  context = {},
}: AccessRequest): string[] {
  const given = new Map(
    Object.entries(context).map(([key, value]) => [key.toLowerCase(), typeof value]),
  );
  const used = documents.flatMap(({ statements, version }) =>
    statements
      .filter((statement) => couldAllow(statement, action, resource))
      .flatMap((statement) => [
        ...(version === "2012-10-17" ? variablesOf(statement) : []).filter(
          (key) => given.get(key.toLowerCase()) !== "string",
        ),
        ...requiredKeysOf(statement).filter((key) => !given.has(key.toLowerCase())),
      ]),
  );
  return [...new Set(used)];
}

/**
 * The policies with a statement that could have allowed the request, but whose version has no policy variables, so that theirs are
 * ordinary text.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
 */
export const policiesWithoutVariables = ({
  documents,
  action,
  resource,
}: AccessRequest): string[] =>
  documents
    .filter(({ statements, version }) =>
      statements.some(
        (one) =>
          version !== "2012-10-17" &&
          couldAllow(one, action, resource) &&
          variablesOf(one).length > 0,
      ),
    )
    .map(({ name = "without a name" }) => name);

/** The policies as the end of a sentence; empty if there are none. */
export const sayWithoutVariables = (names: string[]): string =>
  names.length === 0
    ? ""
    : `; policy variables need "Version": "2012-10-17", which policy ${names.join(", ")} lacks`;

function couldAllow(
  { effect, actions, notActions = [], resources }: Statement,
  action: string,
  resource: string,
): boolean {
  const names = actions ? isNamedBy(actions, action) : !isNamedBy(notActions, action);
  const fits = (template: string): boolean =>
    matchesPattern(template.replace(/\$\{[^}]*\}/g, "*"), resource);
  return effect === "Allow" && names && (resources?.some(fits) ?? true);
}

/** Variables with a default value, and those that stand for a character, have a value always. */
function variablesOf({ resources = [], conditions }: Statement): string[] {
  const wanted = Object.values(conditions).flatMap((keys) => Object.values(keys).flat());
  return [...resources, ...wanted].flatMap((template) =>
    [...template.matchAll(/\$\{([^},]+)\}/g)]
      .map(([, key = ""]) => key)
      .filter((key) => !["*", "?", "$"].includes(key)),
  );
}

/** The keys of conditions that do not hold without them. */
const requiredKeysOf = ({ conditions }: Statement): string[] =>
  Object.entries(conditions).flatMap(([operator, keys]) =>
    /^Null$|^ForAllValues:|IfExists$|Not/.test(operator) ? [] : Object.keys(keys),
  );

/** The names as the end of a sentence; empty if there are none. */
export function sayWithoutValue(names: string[]): string {
  if (names.length === 0) return "";
  return `; the connection has no value for ${names.join(", ")}`;
}
