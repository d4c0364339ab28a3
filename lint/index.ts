import type { TSESLint } from "@typescript-eslint/utils";
import { callbackFactory } from "./callback-factory";
import { importDirection } from "./import-direction";
import { noGlobalNames } from "./no-global-names";
import { noLostSyntax } from "./no-lost-syntax";
import { noModuleState } from "./no-module-state";
import { onlyLiterals } from "./only-literals";
import { twoHandlerParameters } from "./two-handler-parameters";

/** The grammar of callbacks, docs/decisions/0002-callback-grammar.md, as rules of ESLint. */
export const callbacks: TSESLint.FlatConfig.Plugin = {
  rules: {
    "callback-factory": callbackFactory,
    "no-global-names": noGlobalNames,
    "no-lost-syntax": noLostSyntax,
    "no-module-state": noModuleState,
    "only-literals": onlyLiterals,
    "two-handler-parameters": twoHandlerParameters,
  },
};

/** The architecture, lint/layers.ts, as a rule of ESLint. */
export const layers: TSESLint.FlatConfig.Plugin = {
  rules: { "import-direction": importDirection },
};
