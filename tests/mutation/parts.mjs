import { readdirSync } from "node:fs";

/** A folder to break, and the specs that have to notice: those beside it, not the suites over the whole program. */
const beside = (folder, ...more) => ({
  mutate: [`${folder}/**/*.ts`],
  specs: [`tests/${folder}/**/*.spec.ts`, ...more],
});

/** What a stack may set of rules, and what there is to watch, is proven in one place for all of them. */
const inCommon = ["tests/policies/configuration.spec.ts", "tests/policies/monitoring/**/*.spec.ts"];

/** What rules share is proven by the rules' own specs too. */
const shared = (folder) => ({
  mutate: [`${folder}/**/*.ts`],
  specs: [`tests/${folder}/**/*.spec.ts`, "tests/policies/rules/**/*.spec.ts"],
});

const services = readdirSync(new URL("../../policies/rules", import.meta.url), {
  withFileTypes: true,
}).filter((entry) => entry.isDirectory());

/** What one subject of the rule language is made of. */
const language = (files, specs) => ({
  mutate: files.map((file) => `iot-sql/${file}.ts`),
  specs: specs.map((spec) => `tests/iot-sql/${spec}.spec.ts`),
});

/** Everything that is mutated, in parts that run by themselves: what a rule's own spec misses, no other spec makes up for. */
export const parts = {
  iam: beside("iam"),
  "iot-sql/logic": language(["logic"], ["logic"]),
  "iot-sql/paths": language(
    ["projection", "select-list", "checks/select-list"],
    ["paths", "lists", "leniency", "grammar", "check", "query", "index", "documented/statements"],
  ),
  "iot-sql/numbers": language(
    ["numbers", "nearest"],
    ["numbers", "forms-of-numbers", "nearest", "exact", "json"],
  ),
  policies: {
    mutate: ["policies/{configuration,ledger,lifecycle,parameters,policy,waivers}.ts"],
    specs: [
      "tests/policies/{configuration,ledger,lifecycle,parameters,policy}*.spec.ts",
      "tests/policies/rules/{aws,lambda,pack}/*.spec.ts",
    ],
  },
  "policies/iam": shared("policies/iam"),
  "policies/monitoring": shared("policies/monitoring"),
  "policies/stack": shared("policies/stack"),
  ...Object.fromEntries(
    services.map(({ name }) => [
      `policies/rules/${name}`,
      beside(`policies/rules/${name}`, ...inCommon),
    ]),
  ),
};
