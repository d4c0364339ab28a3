import * as pulumi from "@pulumi/pulumi";
import {
  RegisterResourceResponse,
  ResourceInvokeResponse,
  type RegisterResourceRequest,
  type ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import {
  deserializeProperties,
  serializeProperties,
  unwrapRpcSecret,
} from "@pulumi/pulumi/runtime/rpc";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as path from "node:path";
import { readStackConfiguration } from "./stack-config";

/** A resource as the program registered it. */
export interface RecordedResource {
  urn: string;
  type: string;
  name: string;
  /** False for a component. */
  custom: boolean;
  /** The parent's urn. */
  parent: string;
  /** As sent to the engine; a value unknown at preview is the engine's sentinel. */
  inputs: Struct;
  /** The same, as plain values; secrets unwrapped. */
  plain: Record<string, unknown>;
  dependencies: string[];
  propertyDependencies: Record<string, string[]>;
}

export interface CreatedResource {
  id: string;
  state: Record<string, unknown>;
}

/** The runtime has it, its type declarations leave it out. */
const { waitForRPCs } = settings as unknown as { waitForRPCs: () => Promise<void> };

/** What stands in for the engine and its providers. */
export interface Engine {
  /** Left out at preview, when nothing is created and what only the provider knows stays unknown. */
  create?: (resource: RecordedResource) => Promise<CreatedResource>;
  invoke: (token: string, args: Record<string, unknown>) => Promise<Record<string, unknown>>;
}

export interface Evaluation {
  resources: RecordedResource[];
  outputs: Record<string, unknown>;
}

/** Evaluates a Pulumi program in this process: what it registers goes to `engine`, in the order of its dependencies. */
export async function evaluate(
  program: () => unknown,
  engine: Engine,
  place: { project: string; stack: string; config?: Record<string, string> },
): Promise<Evaluation> {
  const monitor = new Monitor(engine);
  const preview = engine.create === undefined;
  // Sets the features that the runtime asks for; the monitor itself is replaced by ours.
  await pulumi.runtime.setMocks(
    { call: () => ({}), newResource: () => ({ id: undefined, state: {} }) },
    place.project,
    place.stack,
    preview,
  );
  settings.setMockOptions(monitor, place.project, place.stack, preview);
  pulumi.runtime.setAllConfig(place.config ?? {});

  const restore = traceStacksPlainly();
  const running = pulumi.runtime.runInPulumiStack(async () => {
    try {
      return await program();
    } catch (error) {
      // Left to the runtime, a failing program would end this process.
      monitor.fail(error);
      return undefined;
    }
  });
  const outputs = (await running.then(settled).catch((error: unknown) => {
    // What failed first is told: the program may fail at what that left undone.
    monitor.fail(error);
  })) as Evaluation["outputs"] | undefined;
  try {
    await waitForRPCs();
    await Promise.race([monitor.failed, Promise.resolve()]);
  } finally {
    restore();
  }
  return { resources: monitor.recorded, outputs: outputs ?? {} };
}

/**
 * Pulumi notes a stack with each of its thousands of promises. Mapped back to TypeScript, as ts-node does it, they would take a
 * third of the time of an evaluation.
 */
function traceStacksPlainly(): () => void {
  const traces: { prepareStackTrace?: typeof Error.prepareStackTrace } = Error;
  const { prepareStackTrace } = traces;
  traces.prepareStackTrace = undefined;
  return () => {
    traces.prepareStackTrace = prepareStackTrace;
  };
}

/** Evaluates the project's own index.ts with the configuration of a stack. */
export async function evaluateProject(
  directory: string,
  stack: string,
  engine: Engine,
): Promise<Evaluation & { project: string }> {
  const { project, values } = readStackConfiguration(directory, stack);
  const entry = path.join(directory, "index.ts");
  const evaluation = await evaluate(
    () => {
      // The program reads its configuration when it is loaded, so each evaluation loads it anew.
      forget(["index.ts", "config.ts", "components"].map((own) => path.join(directory, own)));
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- as the language host loads a CommonJS program
      return require(entry) as unknown;
    },
    engine,
    { project, stack, config: values },
  );
  return { project, ...evaluation };
}

function forget(places: string[]): void {
  for (const file of Object.keys(require.cache))
    if (places.some((place) => file === place || file.startsWith(place + path.sep)))
      delete require.cache[file];
}

/** The values behind a program's outputs; what is unknown at preview is left out. */
async function settled(outputs: unknown): Promise<unknown> {
  const output = pulumi.output(outputs) as pulumi.Output<unknown> & {
    promise(withUnknowns?: boolean): Promise<unknown>;
  };
  return output.promise(true);
}

/**
 * The runtime's own mock monitor, but one that keeps dependencies, leaves unknowns unknown and reports the first failure.
 * After it nothing more is created, yet every call is answered: left to a refusal, the runtime rejects promises that nobody
 * holds, which ends this process before it can say why.
 */
class Monitor extends MockMonitor {
  readonly recorded: RecordedResource[] = [];
  readonly failed: Promise<never>;
  fail: (error: unknown) => void = () => undefined;
  private over = false;

  constructor(private readonly engine: Engine) {
    super({ call: () => ({}), newResource: () => ({ id: undefined, state: {} }) });
    this.failed = new Promise((_, reject) => {
      this.fail = (error) => {
        this.over = true;
        reject(error instanceof Error ? error : new Error(String(error)));
      };
    });
    // Whoever races against it sees the failure; a failure after the race is nobody's.
    this.failed.catch(() => undefined);
  }

  override async invoke(request: ResourceInvokeRequest, respond: Respond): Promise<void> {
    const response = new ResourceInvokeResponse();
    try {
      const args = plainly(request.getArgs() ?? new Struct());
      response.setReturn(await struct(await this.engine.invoke(request.getTok(), args)));
    } catch (error) {
      this.fail(error);
      response.setReturn(await struct({}));
    }
    respond(null, response);
  }

  override async registerResource(
    request: RegisterResourceRequest,
    respond: Respond,
  ): Promise<void> {
    const inputs = request.getObject() ?? new Struct();
    const resource: RecordedResource = {
      urn: urnOf(request),
      type: request.getType(),
      name: request.getName(),
      custom: request.getCustom(),
      parent: request.getParent(),
      inputs,
      plain: plainly(inputs),
      dependencies: request.getDependenciesList(),
      propertyDependencies: dependenciesByProperty(request),
    };
    this.recorded.push(resource);
    const response = new RegisterResourceResponse();
    response.setUrn(resource.urn);
    response.setObject(inputs);
    try {
      if (resource.custom && this.engine.create && !this.over) {
        const { id, state } = await this.engine.create(resource);
        response.setId(id);
        response.setObject(await struct(state));
      }
    } catch (error) {
      this.fail(error);
    }
    respond(null, response);
  }

  override registerResourceOutputs(_request: unknown, respond: Respond): void {
    respond(null, {});
  }
}

type Respond = (error: unknown, response: unknown) => void;

/** Secrets come wrapped, each for itself. */
const plainly = (values: Struct): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(deserializeProperties(values) as Record<string, unknown>).map(
      ([name, value]) => [name, unwrapRpcSecret(value) as unknown],
    ),
  );

const struct = async (values: Record<string, unknown>): Promise<Struct> =>
  Struct.fromJavaScript(await serializeProperties("", values));

/** As the engine does: the type names those of its parents, but for the stack's. */
function urnOf(request: RegisterResourceRequest): string {
  const parents = request.getParent().split("::")[2] ?? "";
  const within = parents === "" || parents === "pulumi:pulumi:Stack" ? "" : `${parents}$`;
  const type = `${within}${request.getType()}`;
  return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${type}::${request.getName()}`;
}

function dependenciesByProperty(request: RegisterResourceRequest): Record<string, string[]> {
  const dependencies: Record<string, string[]> = {};
  request
    .getPropertydependenciesMap()
    .forEach((urns, property) => (dependencies[property] = urns.getUrnsList()));
  return dependencies;
}
