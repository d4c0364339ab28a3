import { ESLintUtils, type TSESTree } from "@typescript-eslint/utils";
import { globalReferences } from "./module-scope";

/** Syntax that runs in the source and its tests, and fails or changes its meaning once Pulumi has serialised it. */
export const noLostSyntax = ESLintUtils.RuleCreator.withoutDocs({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      class: "A serialised class loses its fields and its base: use functions and object literals.",
      dynamicImport:
        "What is imported or required while the callback runs is not in the archive: import it at the top of the module.",
      evaluation:
        "What is evaluated from text is neither checked nor in the archive: write it as a function.",
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
    "ImportDeclaration[source.value=/^(node:)?module$/]": (node: TSESTree.Node) =>
      context.report({ node, messageId: "dynamicImport" }),
    "MemberExpression[object.name='process'][property.name='mainModule']": (node: TSESTree.Node) =>
      context.report({ node, messageId: "dynamicImport" }),
    "MemberExpression[object.name=/^(globalThis|global)$/][property.name='require']": (
      node: TSESTree.Node,
    ) => context.report({ node, messageId: "dynamicImport" }),
    "Program:exit"() {
      for (const { identifier } of globalReferences(context.sourceCode))
        if (identifier.name === "require" || identifier.name === "module")
          context.report({ node: identifier, messageId: "dynamicImport" });
        else if (identifier.name === "eval" || isFunctionCall(identifier))
          context.report({ node: identifier, messageId: "evaluation" });
    },
    LabeledStatement: (node) => context.report({ node, messageId: "label" }),
    "TSEnumDeclaration[const=true]": (node: never) =>
      context.report({ node, messageId: "constEnum" }),
  }),
});

/** Whether a name is `Function`, called to make a function of a text. */
const isFunctionCall = ({ name, parent }: TSESTree.Identifier | TSESTree.JSXIdentifier): boolean =>
  name === "Function" && (parent.type === "NewExpression" || parent.type === "CallExpression");
