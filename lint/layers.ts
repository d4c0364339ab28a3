/** What a folder or file of this project may import besides itself. */
export interface Layer {
  /** Folders and files from the root, without extension; `components/index` is the folder's way in alone. */
  imports: readonly string[];
  /** Why, for the person who meets the error. */
  because: string;
}

/** The architecture: each layer with what it may import. The longest path that contains a file is its layer. docs/architecture.md */
export const layers: Readonly<Record<string, Layer>> = {
  index: {
    imports: ["components/index", "config"],
    because: "The page map creates components from the configuration and knows nothing else.",
  },
  config: {
    imports: ["components"],
    because: "The configuration of a stack is made of the settings that the integrations define.",
  },
  components: {
    imports: ["functions", "reading"],
    because: "An integration is made of parts and callbacks.",
  },
  "components/parts": {
    imports: ["functions/shared", "iam", "reading"],
    because: "A part knows no integration, so that every integration can use it.",
  },
  functions: {
    imports: ["reading"],
    because: "Pulumi serialises everything that a callback imports.",
  },
  "functions/shared": {
    imports: ["reading"],
    because: "What callbacks share knows no single callback.",
  },
  reading: { imports: [], because: "Everything else derives from the definition of a reading." },
  examples: {
    imports: ["reading"],
    because: "An example is what a user writes in the place of reading/fields.ts.",
  },
  "examples/own-rule": { imports: [], because: "The program has no part of this project." },
  "examples/one-integration": {
    imports: ["components"],
    because: "The program has parts of this project, as a program in another folder has.",
  },
  pricing: { imports: [], because: "Prices are facts of AWS that stand by themselves." },
  policies: {
    imports: ["iot-sql", "iam", "pricing"],
    because: "The policy pack judges any program, so it knows nothing of this one.",
  },
  "iot-sql": { imports: [], because: "The language of rules stands by itself." },
  iam: { imports: [], because: "The language of permissions stands by itself." },
  local: {
    imports: ["iot-sql", "iam", "operations", "reading"],
    because:
      "The local run reaches the program through the Pulumi runtime, and failed messages as an operator does.",
  },
  operations: {
    imports: ["functions", "reading", "package.json"],
    because: "The tools of an operator work on what is deployed, wherever that is.",
  },
  "operations/cost": {
    imports: [
      "components/catalogue",
      "iot-sql",
      "local",
      "operations/generated-block",
      "operations/print",
      "pricing",
    ],
    because: "The cost of a stack is computed from its program, evaluated as at a preview.",
  },
  "operations/flink": {
    imports: ["components/parts/flink", "operations/print"],
    because: "The package of an application is what its component deploys.",
  },
  "operations/grafana": {
    imports: [
      "components/parts/health/watched",
      "local",
      "operations/generated-block",
      "operations/print",
      "operations/stack-outputs",
      "reading",
    ],
    because:
      "Dashboards show what a stack contains, which is known from its program, evaluated as at a preview.",
  },
  bench: {
    imports: [
      "index",
      "config",
      "components",
      "functions",
      "reading",
      "policies",
      "iot-sql",
      "iam",
      "local",
      "operations",
      "pricing",
      "tests/functions/samples",
      "tests/support/events",
      "tests/support/readings",
      "tests/support/policy",
    ],
    because: "Benchmarks measure the sources; of the tests they share the messages only.",
  },
  lint: { imports: [], because: "The rules of ESLint judge the other folders." },
};

/** Folders that may import everything, and that only `bench` may import. */
export const unrestricted = ["tests"];
