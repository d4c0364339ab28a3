import * as path from "node:path";
import { AST_NODE_TYPES, ESLintUtils, type TSESTree } from "@typescript-eslint/utils";
import { layers, unrestricted } from "./layers";

const root = path.join(__dirname, "..");

/** Refuses imports of this project's files that the layer of the importing file does not list. */
export const importDirection = ESLintUtils.RuleCreator.withoutDocs({
  meta: {
    type: "problem",
    schema: [],
    messages: {
      direction:
        "{{layer}} must not import {{target}}: of this project it may import {{allowed}} only. {{because}}",
      outside: "{{target}} is outside of this project: move the file into it or use a package.",
      noLayer: "{{file}} belongs to no layer: add its folder to lint/layers.ts.",
    },
  },
  defaultOptions: [],
  create(context) {
    const file = fromRoot(context.filename);
    if (unrestricted.some((folder) => contains(folder, file))) return {};
    const layer = layerOf(file);
    const own = layer && layers[layer];
    if (layer === undefined || !own)
      return {
        Program: (node) => context.report({ node, messageId: "noLayer", data: { file } }),
      };
    const allowed = own.imports.length > 0 ? own.imports.join(", ") : "nothing";

    /** Checks the module that a node names, if the text of its name is in the source. */
    function check(node: TSESTree.Node | null | undefined): void {
      const module = node?.type === AST_NODE_TYPES.Literal ? node.value : undefined;
      if (typeof module !== "string" || !module.startsWith(".") || !own) return;
      const target = fromRoot(path.join(path.dirname(context.filename), module));
      if (target.startsWith("..") && node)
        return context.report({ node, messageId: "outside", data: { target } });
      if ([layer ?? "", ...own.imports].some((entry) => contains(entry, target)) || !node) return;
      const data = { layer, target, allowed, because: own.because };
      context.report({ node, messageId: "direction", data });
    }
    return {
      ImportDeclaration: ({ source }) => check(source),
      ExportNamedDeclaration: ({ source }) => check(source),
      ExportAllDeclaration: ({ source }) => check(source),
      ImportExpression: ({ source }) => check(source),
      TSImportType: ({ source }) => check(source),
      TSExternalModuleReference: ({ expression }) => check(expression),
      "CallExpression[callee.name='require']": ({ arguments: [module] }: TSESTree.CallExpression) =>
        check(module),
    };
  },
});

/** A path from the root with slashes and without the extension of a source file; `index` for the root itself. */
const fromRoot = (file: string): string =>
  path.relative(root, file).split(path.sep).join("/").replace(/\.ts$/, "") || "index";

/** Whether a folder or file of the table is or contains a path. */
const contains = (entry: string, target: string): boolean =>
  target === entry || target.startsWith(`${entry}/`) || `${target}/index` === entry;

const layerOf = (file: string): string | undefined =>
  Object.keys(layers)
    .filter((layer) => contains(layer, file))
    .sort((a, b) => b.length - a.length)[0];
