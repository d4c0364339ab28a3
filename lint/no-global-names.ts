import { ESLintUtils, type TSESLint } from "@typescript-eslint/utils";
import { globalNames } from "./global-names";
import { moduleVariables } from "./module-scope";

type Definition = TSESLint.Scope.Definition;

/** Pulumi never captures a module-level name that Node.js has as a global: the global runs in its place, without an error. */
export const noGlobalNames = ESLintUtils.RuleCreator.withoutDocs({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      global:
        "Node.js has a global '{{name}}', which a deployed callback uses in place of this one: choose another name.",
    },
  },
  defaultOptions: [],
  create: (context) => ({
    Program() {
      for (const variable of moduleVariables(context.sourceCode))
        if (globalNames.has(variable.name))
          for (const definition of variable.defs.filter(existsAtRunTime))
            context.report({
              node: definition.name,
              messageId: "global",
              data: { name: variable.name },
            });
    },
  }),
});

function existsAtRunTime({ type, node, parent }: Definition): boolean {
  if ((type as string) === "Type") return false;
  if ("declare" in node && node.declare) return false;
  if (parent && "declare" in parent && parent.declare) return false;
  if (node.type === "TSDeclareFunction") return false;
  if (node.type === "TSImportEqualsDeclaration" && node.importKind === "type") return false;
  if (node.type === "ImportSpecifier" && node.importKind === "type") return false;
  return !(parent?.type === "ImportDeclaration" && parent.importKind === "type");
}
