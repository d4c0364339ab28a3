import type { AccessRequest } from "../../../iam";
import type { Conditions, PolicyDocument } from "../../../iam";

type Asked = Pick<AccessRequest, "documents" | "context">;

/** A decision in which the emulator differs from AWS, with the page that documents AWS's. */
export interface Divergence {
  name: string;
  page: string;
  /** The same request, changed so that an evaluator which follows AWS decides as the emulator does. */
  asEmulated(asked: Asked): Asked;
}

const page = (name: string): string =>
  `https://docs.aws.amazon.com/IAM/latest/UserGuide/${name}.html`;

const inEach =
  (change: (document: PolicyDocument) => PolicyDocument): Divergence["asEmulated"] =>
  ({ documents, ...others }) => ({ documents: documents.map(change), ...others });

/** `ArnLike` becomes `StringLike`, keys of both together. */
function asTexts(conditions: Conditions): Conditions {
  const changed: Conditions = {};
  for (const [operator, keys] of Object.entries(conditions)) {
    const members = (changed[operator.replace(/Arn(Not)?(Equals|Like)/, "String$1Like")] ??= {});
    for (const [key, values] of Object.entries(keys))
      // Keys are compared without regard to case, so that a second condition on the same key stays one.
      members[key in members ? key.toUpperCase() : key] = values;
  }
  return changed;
}

/** A variable becomes the text that it is written as: `${$}` is a dollar sign. */
const asWritten = (conditions: Conditions): Conditions =>
  JSON.parse(JSON.stringify(conditions).replaceAll("${", "${$}{")) as Conditions;

/** All known divergences; any other difference is a defect, here or there. */
export const divergences: Divergence[] = [
  {
    name: "the parts of an ARN are not matched one by one",
    page: page("reference_policies_elements_condition_operators"),
    asEmulated: inEach(({ statements, ...others }) => ({
      ...others,
      statements: statements.map((statement) => ({
        ...statement,
        conditions: asTexts(statement.conditions),
      })),
    })),
  },
  {
    name: "policy variables in resources are replaced in documents of the older version, too",
    page: page("reference_policies_variables"),
    asEmulated: inEach((document) => ({ ...document, version: "2012-10-17" })),
  },
  {
    name: "policy variables in conditions are not replaced",
    page: page("reference_policies_variables"),
    asEmulated: inEach(({ statements, ...others }) => ({
      ...others,
      statements: statements.map((statement) => ({
        ...statement,
        conditions: asWritten(statement.conditions),
      })),
    })),
  },
  {
    name: "aws:PrincipalArn is the session's, not the role's",
    page: page("reference_policies_condition-keys"),
    asEmulated: ({ documents, context = {} }) => ({
      documents,
      context: {
        ...context,
        "aws:PrincipalArn": String(context["aws:PrincipalArn"])
          .replace(":iam:", ":sts:")
          .replace(/:role\/(.+)$/, ":assumed-role/$1/session"),
      },
    }),
  },
];

export const asEmulated = (asked: Asked): Asked =>
  divergences.reduce((changed, divergence) => divergence.asEmulated(changed), asked);
