import * as assert from "node:assert/strict";
import * as path from "node:path";
import { keepingCallbacks } from "../../local/kept-callbacks";
import { readingPackagesOnce } from "../../local/package-tree";
import { evaluate, type CreatedResource, type RecordedResource } from "../../local/program";

// node_modules stays as it is while specs run; read anew for every function, it takes most of the time of an evaluation.
void readingPackagesOnce(() => new Promise(() => undefined));

const directory = path.join(__dirname, "../..");
const components = path.join(directory, "components/index.ts");

export const region = "eu-central-1";
export const account = "123456789012";

/** The resources of a program, with queries. */
export interface Made {
  resources: RecordedResource[];
  outputs: Record<string, unknown>;
  /** Inputs of the one resource of this type (and name); fails unless there is exactly one. */
  only(type: string, name?: string): Record<string, unknown>;
  /** Inputs of all of this type, by name. */
  all(type: string): Map<string, Record<string, unknown>>;
}

/** Runs a program under mocks, as an update, or as a preview in which what only a provider knows is unknown. */
export async function deploy(
  program: () => unknown,
  options: {
    preview?: boolean;
    config?: Record<string, string>;
    stack?: string;
    /** Outputs that the provider adds, by type. */
    state?: Record<string, Record<string, unknown>>;
    /**
     * For a program that makes no callbacks but those of the project's components: serialises one again only if a source of `components` has
     * changed, or a file that it imports. @default false
     */
    keepsCallbacks?: boolean;
  } = {},
): Promise<Made> {
  const { preview = false, config, stack = "test", state = {}, keepsCallbacks } = options;
  const create = async (resource: RecordedResource): Promise<CreatedResource> => {
    const made = await echo(resource);
    return { ...made, state: { ...made.state, ...state[resource.type] } };
  };
  const run = () =>
    evaluate(
      program,
      { invoke: answer, ...(preview ? {} : { create }) },
      { project: "iot-integrations", stack, config: { "aws:region": region, ...config } },
    );
  const { resources, outputs } = await (keepsCallbacks
    ? keepingCallbacks({ directory, entry: components, settings: [stack, config] }, run)
    : run());
  const find = (type: string, name?: string) =>
    resources.filter((made) => made.type === type && (name === undefined || made.name === name));
  return {
    resources,
    outputs,
    only(type, name) {
      const [first, ...others] = find(type, name);
      assert.ok(
        first,
        `No ${type} ${name ?? ""} among ${resources.map((made) => made.name).join(", ")}`,
      );
      assert.equal(others.length, 0, `More than one ${type} ${name ?? ""}`);
      return first.plain;
    },
    all: (type) => new Map(find(type).map((made) => [made.name, made.plain])),
  };
}

/** A document in an input, parsed. */
export const document = (json: unknown): Record<string, unknown> => {
  assert.equal(typeof json, "string", `Not a known document: ${String(json)}`);
  return JSON.parse(json as string) as Record<string, unknown>;
};

/** The statements of a document in an input. */
export const statements = (json: unknown): unknown => document(json).Statement;

/** Invokes as AWS would answer them for this account. */
export async function answer(
  token: string,
  args: Record<string, unknown> = {},
): Promise<Record<string, unknown>> {
  switch (token) {
    case "aws:index/getPartition:getPartition":
      return { partition: "aws", dnsSuffix: "amazonaws.com" };
    case "aws:index/getRegion:getRegion":
      return { region };
    case "aws:index/getCallerIdentity:getCallerIdentity":
      return { accountId: account };
    case "aws:sagemaker/getPrebuiltEcrImage:getPrebuiltEcrImage": {
      const { repositoryName, imageTag = "1" } = args as Record<string, string>;
      return {
        registryPath: `664544806723.dkr.ecr.${region}.amazonaws.com/${repositoryName}:${imageTag}`,
      };
    }
    case "aws:iot/getEndpoint:getEndpoint":
      return { endpointAddress: `example-ats.iot.${region}.amazonaws.com` };
    case "aws:index/getAvailabilityZones:getAvailabilityZones":
      return { names: ["a", "b", "c"].map((zone) => `${region}${zone}`) };
    default:
      throw new Error(`The tests do not know the invoke ${token}.`);
  }
}

/** A provider that creates nothing: inputs, an id, and the outputs that depend on no more than a name. */
async function echo({ name, plain }: RecordedResource): Promise<CreatedResource> {
  const physical = (plain.name ?? plain.bucket ?? name) as string;
  return {
    id: `${physical}-id`,
    state: {
      ...plain,
      name: physical,
      arn: `arn:created:${physical}`,
      url: `url-of-${physical}`,
      keyId: `key-of-${name}`,
    },
  };
}
