import { TSESLint, type TSESTree } from "@typescript-eslint/utils";

type Scope = TSESLint.Scope.Scope;
type Variable = TSESLint.Scope.Variable;

/** The variables that a module declares at its top level, types included. */
export function moduleVariables(sourceCode: Readonly<TSESLint.SourceCode>): Variable[] {
  const scopes: Scope[] = sourceCode.scopeManager?.scopes ?? [];
  return scopes.find(({ type }) => type === TSESLint.Scope.ScopeType.module)?.variables ?? [];
}

/** The module-level variable that an identifier means; undefined for a local variable and for a global. */
export const moduleVariable = (
  sourceCode: Readonly<TSESLint.SourceCode>,
  identifier: TSESTree.Identifier,
): Variable | undefined =>
  moduleVariables(sourceCode).find(({ references }) =>
    references.some((reference) => reference.identifier === identifier),
  );

/** The variable that a reference means, of whatever scope; undefined for a global. */
export function variableOf(
  sourceCode: Readonly<TSESLint.SourceCode>,
  identifier: TSESTree.Identifier,
): Variable | undefined {
  for (
    let scope: Scope | null = sourceCode.getScope?.(identifier) ?? null;
    scope;
    scope = scope.upper
  ) {
    const found = scope.set.get(identifier.name);
    if (found) return found;
  }
  return undefined;
}

/** References to what no module of this project declares: globals. */
export function globalReferences({
  scopeManager,
}: Readonly<TSESLint.SourceCode>): TSESLint.Scope.Reference[] {
  const scope = scopeManager?.globalScope;
  const known = [...(scope?.set.values() ?? [])].flatMap(({ references }) => references);
  return [...known, ...(scope?.through ?? [])];
}

/** Whether a variable is a whole module: `import * as a`. */
export const isNamespace = ({ defs }: Variable): boolean =>
  defs[0]?.node.type === "ImportNamespaceSpecifier";

/** The module from which a variable is imported; undefined unless an import declares it. */
export function importedFrom({ defs }: Variable): string | undefined {
  const parent = defs[0]?.parent;
  return parent?.type === "ImportDeclaration" ? parent.source.value : undefined;
}

/** Whether a module is part of this project, whose source the same rules check. */
export const isOwnModule = (source: string): boolean =>
  source.startsWith(".") && !source.includes("node_modules");
