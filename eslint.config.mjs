import tseslint from "typescript-eslint";

/** The architecture: who may import whom. Folders that a part may not reach, and why. */
const direction = (forbidden, message) => ({
  "no-restricted-imports": [
    "error",
    { patterns: [{ group: forbidden.map((folder) => `**/${folder}/**`), message }] },
  ],
});

/** Habits that break silently when Pulumi serialises a callback; docs/decisions/0002-callback-grammar.md. */
const callbackGrammar = {
  "no-restricted-syntax": [
    "error",
    {
      selector: "ClassDeclaration, ClassExpression",
      message:
        "A serialised class loses its fields and its base: use functions and object literals.",
    },
    {
      selector:
        "Program > VariableDeclaration NewExpression:not(:function *), Program > ExportNamedDeclaration > VariableDeclaration NewExpression:not(:function *)",
      message:
        "A value made at module level is frozen or fails when serialised: make it inside createHandler.",
    },
    {
      selector:
        "Program > VariableDeclaration MemberExpression[object.name='process'][property.name='env']:not(:function *), Program > ExportNamedDeclaration > VariableDeclaration > VariableDeclarator > MemberExpression[object.name='process']",
      message:
        "The environment read at module level is the deploying machine's: read it in readSettings.",
    },
    {
      selector: "VariableDeclaration[kind='let']:matches(Program > *, ExportNamedDeclaration > *)",
      message: "Module state does not survive serialisation: keep it inside createHandler.",
    },
  ],
};

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
      "Components know parts, actions, functions and reading.",
    ),
  },
  {
    files: ["reading/**"],
    rules: {
      ...direction(
        [
          "components",
          "functions",
          "policies",
          "iot-sql",
          "iam",
          "local",
          "tests",
          "operations",
          "bench",
          "examples",
        ],
        "What a device says knows nothing of ours but itself.",
      ),
      ...callbackGrammar,
    },
  },
  {
    files: ["functions/**"],
    rules: {
      ...direction(
        ["components", "policies", "iot-sql", "iam", "local", "tests", "operations"],
        "What runs in Lambda knows functions/shared and reading only.",
      ),
      ...callbackGrammar,
    },
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
