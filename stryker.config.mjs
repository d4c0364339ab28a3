import { parts } from "./tests/mutation/parts.mjs";

const name = process.env.MUTATED_PART ?? "iam";
const { mutate, specs } = parts[name];
const file = name.replaceAll("/", "-");

/** Breaks one part in every small way; each has to be noticed by a spec. `npm run mutate` runs the parts one after another. */
export default {
  mutate,
  testRunner: "mocha",
  // Without .mocharc.json, which prepares the emulator and reports to people.
  mochaOptions: {
    config: "tests/mutation/mocharc.json",
    spec: specs,
  },
  plugins: ["@stryker-mutator/mocha-runner", "./tests/mutation/metadata.mjs"],
  ignorers: ["rule-metadata"],
  coverageAnalysis: "perTest",
  concurrency: Number(process.env.CONCURRENCY ?? 2),
  timeoutMS: 10_000,
  // Type errors are not mutants: ts-node transpiles only, as in the tests.
  disableTypeChecks: false,
  ignorePatterns: ["/.local", "/.git", "/coverage", "/docs/api", "/dist"],
  tempDirName: ".local/mutation/sandboxes",
  reporters: ["json"],
  jsonReporter: { fileName: `.local/mutation/${file}.json` },
  allowEmpty: true,
};
