import { isNamedBy, matchesPattern, type Statement } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { statementsByRole, type RoleStatement } from "../../stack/roles";

/** Statements add up: one without a condition undoes the condition of another, in whichever document either stands. */
export const forbidWideningSiblings: StackRule = {
  name: "iam-role-forbid-widening-siblings",
  displayName: "No statement undoes the condition of another",
  description:
    "What a role may do under a condition it may not do without one by another of its statements.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "The wider statement may be the intended one.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Delete the statement without the condition, or the one with it, whichever is not meant.",
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
              `${wide.called} allows ${action} without the condition under which ${narrow.called} allows it: delete one.`,
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
