import { matchesPattern, type Statement } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { isRequiring } from "../../iam/breadth";
import { grantsIn, typesWithDocuments } from "../../iam/documents";
import type { StackRule } from "../../rule";
import { arnParts, kindOf, nameInArn, nameOf, type Name } from "../../stack/names";
import type { Stack } from "../../stack/stack";
import { whereaboutsOf } from "../../stack/whereabouts";

const permission = "aws:lambda/permission:Permission";

/** What was let in for a producer that is gone lets in whoever takes its name next. */
export const forbidUnusedAdmissions: StackRule = {
  name: "iam-policy-forbid-unused-admissions",
  displayName: "Nobody is let in for something that is not there",
  description: "Every source that a resource policy admits a service for is in this stack.",
  area: "least privilege",
  severity: "medium",
  framework: wellArchitected.reducePermissions,
  remediationSteps:
    "Delete the statement or the permission, or write the ARN of the resource that is meant, computed from its name.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn",
  checkStack(stack, report) {
    const absent = absentIn(stack);
    for (const holder of stack.of(...typesWithDocuments("resource")))
      for (const { statement, by } of grantsIn(holder, "resource"))
        for (const source of sourcesIn(statement)) {
          const name = absent(source);
          if (name)
            report(
              holder,
              `${by} lets a service in for ${source}, and there is no ${name} in this stack.`,
            );
        }
    for (const holder of stack.of(permission)) {
      const source = holder.inputs.at("sourceArn").peek() ?? "";
      const name = absent(source);
      if (name)
        report(
          holder,
          `Lets a service invoke the function for ${source}, and there is no ${name} in this stack.`,
        );
    }
  },
};

const sourcesIn = ({ principals, conditions }: Statement): string[] =>
  typeof principals !== "object" || !principals.Service
    ? []
    : Object.entries(conditions)
        .filter(([operator]) => isRequiring(operator))
        .flatMap(([, keys]) => Object.entries(keys))
        .filter(([key]) => key.toLowerCase() === "aws:sourcearn")
        .flatMap(([, values]) => values);

/** Tells what a source is called that should be here and is not; another account's or region's are none of this stack's. */
function absentIn(stack: Stack): (source: string) => Name | undefined {
  const where = whereaboutsOf(stack);
  const here = new Set(stack.resources.flatMap((resource) => nameOf(resource) ?? []));
  // Where names are not known yet, any of them may be the one that is meant.
  const open = new Set(
    stack.resources
      .filter((resource) => kindOf(resource.type) && nameOf(resource) === undefined)
      .map(({ type }) => kindOf(type)),
  );
  return (source) => {
    const { account, region } = arnParts(source) ?? {};
    const name = nameInArn(source);
    if (!where || !name) return undefined;
    if (account && account !== where.account) return undefined;
    if (region && region !== where.region) return undefined;
    if ([...open].some((kind) => kind !== undefined && name.startsWith(`${kind} `)))
      return undefined;
    // Nearly all are exact; only what is not there by this very name is compared with every other.
    return here.has(name) || [...here].some((one) => matchesPattern(name, one)) ? undefined : name;
  };
}
