/** What people read about a rule; tests/policies/policies.spec.ts asserts its form, and no spec should repeat its wording. */
const words = new Set([
  "name",
  "displayName",
  "description",
  "area",
  "severity",
  "recommended",
  "framework",
  "remediationSteps",
  "url",
]);

const keyOf = (node) => node?.key?.name;

const isRule = (node) =>
  node?.type === "ObjectExpression" &&
  ["displayName", "remediationSteps"].every((key) =>
    node.properties.some((one) => keyOf(one) === key),
  );

/** `days: integer("Days for which …", { usually: 7 })`, of which tests/policies/configuration.spec.ts asserts the form. */
const describesParameter = ({ node, parent, parentPath }) =>
  node.type === "StringLiteral" &&
  parent?.type === "CallExpression" &&
  parent.arguments[0] === node &&
  keyOf(parentPath.parentPath?.parentPath?.parent) === "parameters";

/** Leaves the metadata of rules alone; everything that a rule does is mutated. */
export const strykerPlugins = [
  {
    kind: "Ignore",
    name: "rule-metadata",
    value: {
      shouldIgnore: (path) =>
        (path.node.type === "ObjectProperty" &&
          isRule(path.parent) &&
          words.has(keyOf(path.node))) ||
        describesParameter(path)
          ? "What people read about the rule."
          : undefined,
    },
  },
];
