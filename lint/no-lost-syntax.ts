import { ESLintUtils } from "@typescript-eslint/utils";

/** Syntax that runs in the source and its tests, and fails or changes its meaning once Pulumi has serialised it. */
export const noLostSyntax = ESLintUtils.RuleCreator.withoutDocs({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      class: "A serialised class loses its fields and its base: use functions and object literals.",
      dynamicImport:
        "What is imported or required while the callback runs is not in the archive: import it at the top of the module.",
      label:
        "The serialiser takes a label for a variable that it cannot find: use a function and return.",
      constEnum:
        "A const enum is replaced by its values or not, depending on who transpiles: use a union of literals or an enum.",
    },
  },
  defaultOptions: [],
  create: (context) => ({
    ClassDeclaration: (node) => context.report({ node, messageId: "class" }),
    ClassExpression: (node) => context.report({ node, messageId: "class" }),
    ImportExpression: (node) => context.report({ node, messageId: "dynamicImport" }),
    "Program:exit"() {
      for (const { identifier } of context.sourceCode.scopeManager?.globalScope?.through ?? [])
        if (identifier.name === "require")
          context.report({ node: identifier, messageId: "dynamicImport" });
    },
    LabeledStatement: (node) => context.report({ node, messageId: "label" }),
    "TSEnumDeclaration[const=true]": (node: never) =>
      context.report({ node, messageId: "constEnum" }),
  }),
});
