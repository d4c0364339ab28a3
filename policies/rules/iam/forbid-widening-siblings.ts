import { isNamedBy, matchesPattern, type Statement } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { statementsByRole, type RoleStatement } from "../../stack/roles";

/** Statements of all documents combine: a statement without a condition overrides the condition of another statement. */
export const forbidWideningSiblings: StackRule = {
  name: "iam-role-forbid-widening-siblings",
  displayName: "No statement overrides the condition of another",
  description:
    "No statement of a role allows without a condition an action that another statement allows only with one.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "The broader statement can be intentional.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Delete the statement without the condition, or delete the statement with the condition.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html",
  checkStack(stack, report) {
    for (const [role, statements] of statementsByRole(stack)) {
      const allowing = statements.filter(({ statement }) => statement.effect === "Allow");
      const open = allowing.filter(({ statement }) => !isConditioned(statement));
      for (const narrow of allowing.filter(({ statement }) => isConditioned(statement)))
        for (const wide of open)
          for (const action of undone(narrow, wide))
            report(
              role,
              `${wide.called} allows ${action} without the condition under which ${narrow.called} allows it: delete one of the statements.`,
            );
    }
  },
};

const isConditioned = ({ conditions }: Statement): boolean => Object.keys(conditions).length > 0;

function undone(
  { statement: narrow }: RoleStatement,
  { statement: wide }: RoleStatement,
): string[] {
  const covered = narrow.resources?.some((resource) =>
    wide.resources?.some((pattern) => matchesPattern(pattern, resource)),
  );
  const both = narrow.actions?.filter((action) => wide.actions && isNamedBy(wide.actions, action));
  return (covered && both) || [];
}
