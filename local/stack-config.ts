import { Region } from "@pulumi/aws/types/enums";
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "yaml";

interface Declaration {
  type?: "string" | "integer" | "boolean" | "array";
  default?: unknown;
  value?: unknown;
}

interface Project {
  name: string;
  runtime?: string | { name?: string };
  config?: Record<string, unknown>;
}

export interface StackConfiguration {
  project: string;
  /** By key with namespace, the value as the Pulumi runtime takes it: text, or JSON for anything else. */
  values: Record<string, string>;
}

/**
 * A stack's configuration as the Pulumi CLI passes it to the program: Pulumi.<stack>.yaml over the defaults of Pulumi.yaml, with the CLI's
 * refusals of what is missing or of the wrong type. Keys of other namespaces have values only, of any type.
 * @see https://www.pulumi.com/docs/iac/concepts/config/
 */
export function readStackConfiguration(directory: string, stack: string): StackConfiguration {
  const project = load(path.join(directory, "Pulumi.yaml")) as Project;
  const given = readGiven(directory, stack);
  const named = (key: string) => (key.includes(":") ? key : `${project.name}:${key}`);
  const values: Record<string, unknown> = {};

  for (const [key, raw] of Object.entries(project.config ?? {})) {
    const declaration = declared(raw);
    const [namespace] = named(key).split(":");
    for (const attribute of ["type", "default"] as const)
      if (namespace !== project.name && isMap(raw) && attribute in declaration)
        throw new Error(
          `Configuration key '${key}' in Pulumi.yaml is not of the project and must not define a ${attribute}: give it a value.`,
        );
    const value = given[named(key)] ?? given[key] ?? declaration.value ?? declaration.default;
    if (value === undefined)
      throw new Error(
        `Stack '${stack}' is missing configuration value '${named(key)}': set it in Pulumi.${stack}.yaml.`,
      );
    if (declaration.type && !hasType(value, declaration.type))
      throw new Error(
        `Stack '${stack}' with configuration key '${named(key)}' must be of type '${declaration.type}': correct it in Pulumi.${stack}.yaml.`,
      );
    values[named(key)] = value;
  }
  for (const [key, value] of Object.entries(given)) values[named(key)] ??= value;
  return {
    project: project.name,
    values: Object.fromEntries(
      Object.entries(values).map(([key, value]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
  };
}

/** What Pulumi reads of the file of a stack. */
const sections = ["config", "environment", "secretsprovider", "encryptedkey", "encryptionsalt"];

/** The configuration in the file of a stack. As in the CLI, a key without a value is an empty text. */
function readGiven(directory: string, stack: string): Record<string, unknown> {
  const name = `Pulumi.${stack}.yaml`;
  const file = load(path.join(directory, name)) ?? {};
  if (!isMap(file)) throw new Error(`${name} is not a map: write config: in its first line.`);
  for (const section of Object.keys(file))
    if (!sections.includes(section))
      throw new Error(
        `${name} has '${section}', which Pulumi does not read: write settings below config:.`,
      );
  const config = file["config"] ?? {};
  if (!isMap(config))
    throw new Error(`The config of ${name} is not a map: write each setting as key: value.`);
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, value ?? ""]));
}

/**
 * Returns the region of a stack. Throws one sentence for a program that the local run cannot evaluate, and for a stack without a region or
 * with one that AWS does not have.
 */
export function readRegion(directory: string, stack: string): string {
  const { runtime } = load(path.join(directory, "Pulumi.yaml")) as Project;
  const language = typeof runtime === "string" ? runtime : runtime?.name;
  if (language !== "nodejs")
    throw new Error(
      `Pulumi.yaml has the runtime '${String(language)}': the local run evaluates programs in TypeScript, with the runtime 'nodejs'.`,
    );
  if (!fs.existsSync(path.join(directory, "index.ts")))
    throw new Error(`${directory} has no index.ts: the local run evaluates that file.`);
  const { "aws:region": region = "" } = readStackConfiguration(directory, stack).values;
  if ((Object.values(Region) as string[]).includes(region)) return region;
  const wrong = region === "" ? "no region" : `the region '${region}', which AWS does not have`;
  throw new Error(
    `Stack '${stack}' has ${wrong}: set aws:region in Pulumi.${stack}.yaml, for example to eu-central-1.`,
  );
}

function load(file: string): unknown {
  let text: string;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch {
    throw new Error(
      `${path.relative(process.cwd(), file)} cannot be read: run this in the project's folder, with a stack that has a file.`,
    );
  }
  try {
    return yaml.parse(text);
  } catch (error) {
    throw new Error(
      `${path.basename(file)} is not YAML: ${(error as Error).message.split("\n")[0]}`,
    );
  }
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const declared = (raw: unknown): Declaration => (isMap(raw) ? raw : { default: raw });

function hasType(value: unknown, type: NonNullable<Declaration["type"]>): boolean {
  switch (type) {
    case "array":
      return Array.isArray(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
