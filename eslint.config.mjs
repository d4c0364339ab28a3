import { createRequire } from "node:module";
import tseslint from "typescript-eslint";

// The project's own rules are TypeScript, as everything else here.
const require = createRequire(import.meta.url);
require("ts-node/register/transpile-only");
const { callbacks } = require("./lint/index.ts");

/** The architecture: who may import whom. Folders that a part may not reach, and why. */
const direction = (forbidden, message) => ({
  "no-restricted-imports": [
    "error",
    { patterns: [{ group: forbidden.map((folder) => `**/${folder}/**`), message }] },
  ],
});

/** Habits that break silently when Pulumi serialises a callback; docs/decisions/0002-callback-grammar.md. */
const callbackGrammar = [
  {
    files: ["functions/**", "reading/**"],
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
    ignores: ["functions/shared/**"],
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
  {
    files: ["index.ts"],
    rules: direction(
      ["policies", "iot-sql", "iam", "local", "tests", "functions", "parts", "actions"],
      "index.ts knows components only.",
    ),
  },
  {
    files: ["components/**"],
    rules: direction(
      ["policies", "iot-sql", "iam", "local", "tests", "operations"],
      "Components know parts, actions and functions.",
    ),
  },
  {
    files: ["functions/**"],
    rules: direction(
      ["components", "policies", "iot-sql", "iam", "local", "tests", "operations"],
      "What runs in Lambda knows functions/shared only.",
    ),
  },
  {
    files: ["policies/**"],
    rules: direction(
      ["components", "functions", "local", "tests", "operations"],
      "The policy pack knows iot-sql and iam only.",
    ),
  },
  {
    files: ["iot-sql/**", "iam/**"],
    rules: direction(
      ["components", "functions", "policies", "local", "tests", "operations"],
      "The two languages know nothing of ours.",
    ),
  },
  {
    files: ["local/**"],
    rules: direction(
      ["components", "functions", "policies", "tests"],
      "The local run reaches the program through the Pulumi runtime only, and failed messages as an operator does.",
    ),
  },
  {
    files: ["operations/**"],
    rules: direction(
      ["components", "policies", "iot-sql", "iam", "local", "tests"],
      "An operator's tool works on what is deployed, not on how.",
    ),
  },
  ...callbackGrammar,
  {
    files: ["tests/**"],
    rules: {
      // mocha's describe and it answer promises that nobody awaits.
      "@typescript-eslint/no-floating-promises": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
    },
  },
);
