import { createRequire } from "node:module";
import tseslint from "typescript-eslint";

// The project's own rules are TypeScript, as everything else here.
const require = createRequire(import.meta.url);
require("./local/register.js");
const { callbacks, layers } = require("./lint/index.ts");

/** Who may import whom: lint/layers.ts. */
const architecture = {
  plugins: { architecture: layers },
  rules: { "architecture/import-direction": "error" },
};

/** Imports of a service's files from outside its folder. `delivery` is what services share, file by file. */
const insideService = (regex) => ({
  "no-restricted-imports": [
    "error",
    { patterns: [{ regex, message: "A service is imported by its index.ts only." }] },
  ],
});

/** Printing without operations/print.ts or functions/shared/log.ts, which make text from outside printable. */
const onlyPrintable = {
  "no-console": "error",
  "no-restricted-properties": [
    "error",
    ...["stdout", "stderr"].map((property) => ({
      ...{ object: "process", property },
      message: "Print by operations/print.ts, which escapes what a terminal would obey.",
    })),
  ],
  "no-restricted-syntax": [
    "error",
    {
      selector: "ImportDeclaration[source.value=/^(node:)?(process|console)$/]",
      message: "Print by operations/print.ts; use the globals for everything else.",
    },
  ],
};
/** The ways in which text leaves the project, and the two files that give the terminal to local/report. */
const printers = [
  ...["functions/shared/log.ts", "functions/shared/metrics.ts", "operations/print.ts"],
  "functions/stream-to-fargate/lag.ts",
  ...["local/main.ts", "local/run.ts"],
];

/** Runs in a container: it is compiled, and Pulumi does not serialise it. */
const container = "functions/stream-to-fargate/**";

/** Habits that break silently when Pulumi serialises a callback; docs/decisions/0002-callback-grammar.md. */
const callbackGrammar = [
  {
    files: ["functions/**", "reading/**"],
    ignores: [container],
    plugins: { callbacks },
    rules: {
      "callbacks/no-global-names": "error",
      "callbacks/only-literals": "error",
      "callbacks/no-module-state": "error",
      "callbacks/no-lost-syntax": "error",
    },
  },
  {
    // What stands in functions/shared returns parts of handlers, which may take as many parameters as they need.
    files: ["functions/**"],
    ignores: ["functions/shared/**", container],
    plugins: { callbacks },
    rules: { "callbacks/two-handler-parameters": "error" },
  },
  {
    // Rules name nodes of the syntax tree by their text, as ESTree does.
    files: ["lint/**"],
    rules: { "@typescript-eslint/no-unsafe-enum-comparison": "off" },
  },
  {
    files: ["components/**"],
    plugins: { callbacks },
    rules: { "callbacks/callback-factory": "error" },
  },
];

export default tseslint.config(
  { ignores: ["node_modules/", ".local/", "coverage/", "**/*.js", "**/*.mjs"] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/consistent-type-imports": "off",
      // Resources register themselves: `new` is used for what it does.
      "no-new": "off",
      "@typescript-eslint/require-await": "off",
      // Interfaces here are met by object literals, whose methods use no `this`.
      "@typescript-eslint/unbound-method": "off",
      // Taking a member out of an object is how the others are kept.
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
    },
  },
  architecture,
  {
    files: ["*.ts", "{components,functions,iam,iot-sql,local,operations,policies,reading}/**"],
    ignores: printers,
    rules: onlyPrintable,
  },
  ...callbackGrammar,
  { files: ["local/**"], rules: insideService("services/(?!delivery/)[^/]+/.") },
  { files: ["local/services/*/*.ts"], rules: insideService("^\\.\\./(?!delivery/)[^./][^/]*/") },
  {
    files: ["local/services/*/*/**"],
    rules: insideService("^\\.\\./\\.\\./(?!delivery/)[^./][^/]*/"),
  },
  {
    files: ["tests/**"],
    rules: {
      // mocha's describe and it return promises that are not awaited.
      "@typescript-eslint/no-floating-promises": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
    },
  },
);
