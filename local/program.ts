import * as pulumi from "@pulumi/pulumi";
import {
  RegisterResourceResponse,
  ResourceInvokeResponse,
  ResourceMonitorFeature,
  type DeploymentInfo,
  type ReadResourceRequest,
  type RegisterResourceRequest,
  type ResourceInvokeRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import * as runtime from "@pulumi/pulumi/runtime";
import * as v8Hooks from "@pulumi/pulumi/runtime/closure/v8Hooks";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import {
  deserializeProperties,
  serializeProperties,
  unwrapRpcSecret,
} from "@pulumi/pulumi/runtime/rpc";
import * as settings from "@pulumi/pulumi/runtime/settings";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Session } from "node:inspector";
import * as path from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { withOwnPulumi } from "./foreign-program";
import { keepingCallbacks } from "./kept-callbacks";
import { readingPackagesOnce } from "./package-tree";
import { failureOf, ThrownValue } from "./program-failure";
import { readStackConfiguration } from "./stack-config";
import "./without-traces";

/** A resource as the program registered it. */
export interface RecordedResource {
  urn: string;
  type: string;
  name: string;
  /** False for a component. */
  custom: boolean;
  /** True for a component that a provider makes, such as those of awsx: its children are known to the engine only. */
  remote?: true;
  /** The parent's urn. */
  parent: string;
  /** The inputs as sent to the engine; a value unknown at preview is the engine's sentinel. */
  inputs: Struct;
  /** The same as plain values, with secrets unwrapped. */
  plain: Record<string, unknown>;
  dependencies: string[];
  /** True if its deletion from the stack leaves it on AWS. */
  retained?: true;
  /** Inputs whose changes the engine leaves out. */
  ignoreChanges?: string[];
  /** True if the engine refuses to delete or to replace it. */
  protected?: true;
  propertyDependencies: Record<string, string[]>;
}

export interface CreatedResource {
  id: string;
  state: Record<string, unknown>;
}

/** The runtime exports it, its type declarations do not. */
const { waitForRPCs } = settings as unknown as { waitForRPCs: () => Promise<void> };
const { getSessionAsync } = v8Hooks as unknown as { getSessionAsync: () => Promise<Session> };

/** The runtime's own object, whose members Pulumi reads at each call. */
const serializing = runtime as { serializeFunction: typeof runtime.serializeFunction };

/** Takes the place of the engine and its providers. */
export interface Engine {
  /** Creates a resource. Absent at preview: nothing is created, and values that only the provider knows stay unknown. */
  create?: (resource: RecordedResource) => Promise<CreatedResource>;
  invoke: (token: string, args: Record<string, unknown>) => Promise<Record<string, unknown>>;
}

export interface Evaluation {
  resources: RecordedResource[];
  outputs: Record<string, unknown>;
}

/** Evaluates a Pulumi program in this process. The resources that it registers go to `engine`, in the order of their dependencies. */
export const evaluate: typeof evaluating = (...args) =>
  readingPackagesOnce(() => evaluating(...args));

async function evaluating(
  program: () => unknown,
  engine: Engine,
  place: { project: string; stack: string; config?: Record<string, string> },
): Promise<Evaluation> {
  const monitor = new Monitor(engine);
  const preview = engine.create === undefined;
  // Sets the features that the runtime asks for; our own monitor replaces the one it creates.
  await pulumi.runtime.setMocks(
    { call: () => ({}), newResource: () => ({ id: undefined, state: {} }) },
    place.project,
    place.stack,
    preview,
  );
  settings.setMockOptions(monitor, place.project, place.stack, preview);
  pulumi.runtime.setAllConfig(place.config ?? {});

  const rejections = takeRejections(monitor.fail);
  const running = pulumi.runtime.runInPulumiStack(async () => {
    try {
      return await program();
    } catch (error) {
      // The runtime would end this process for a program that fails.
      monitor.fail(error);
      return undefined;
    }
  });
  const outputs = (await running.then(settled).catch((error: unknown) => {
    // The first failure is reported: later ones may be its consequences.
    monitor.fail(error);
  })) as Evaluation["outputs"] | undefined;
  try {
    await waitForRPCs();
    await rejections.settled();
    await Promise.race([monitor.failed, Promise.resolve()]);
  } finally {
    rejections.release();
  }
  return { resources: monitor.recorded, outputs: outputs ?? {} };
}

/** Once per process. */
let located: Promise<void> | undefined;

/**
 * Lets Pulumi name the file of a function that it cannot serialise. Its language host looks at scripts before it loads the program;
 * in this process they are loaded already, and V8 reports them again when debugging is enabled again.
 */
async function locateScripts(): Promise<void> {
  const session = await getSessionAsync();
  session.post("Debugger.disable");
  session.post("Debugger.enable");
}

// It takes a third of a second, so it waits until a function is serialised.
const { serializeFunction } = serializing;
serializing.serializeFunction = async (...args) => {
  await (located ??= locateScripts());
  return serializeFunction(...args);
};

/**
 * A resource whose inputs fail, such as a function whose callback does not serialise, rejects promises that the program does not wait
 * for. Here they fail the evaluation, in place of ending this process or a test that happens to run.
 */
function takeRejections(fail: (error: unknown) => void) {
  const others = process.listeners("unhandledRejection");
  let taken = 0;
  const take = (error: unknown): void => {
    taken += 1;
    fail(error);
  };
  process.removeAllListeners("unhandledRejection").on("unhandledRejection", take);
  return {
    /** Node.js reports rejections at the end of a turn, and one may cause others. */
    async settled(): Promise<void> {
      for (let before = -1; before !== taken; await turn()) before = taken;
    },
    release(): void {
      process.off("unhandledRejection", take);
      for (const listener of others) process.on("unhandledRejection", listener);
    },
  };
}

/**
 * Evaluates index.ts of a project with the configuration of a stack; `changes` replace values, by key with namespace. `isForeign` marks a
 * program of another project: it runs with this project's packages of Pulumi, and its callbacks are serialised each time, since the lint
 * rules for callbacks do not hold there.
 */
export async function evaluateProject(
  directory: string,
  stack: string,
  engine: Engine,
  changes: Record<string, string> = {},
  isForeign = false,
): Promise<Evaluation & { project: string }> {
  const { project, values } = readStackConfiguration(directory, stack);
  const entry = path.join(directory, "index.ts");
  const own = ["index.ts", "config.ts", "components"].map((name) => path.join(directory, name));
  const reload = (): void => forget(isForeign ? [directory, components] : own);
  const program = (): unknown => {
    // The program reads its configuration when it is loaded, so each evaluation loads it again.
    reload();
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- as the language host loads a CommonJS program
    const exported = require(entry) as unknown;
    return typeof exported === "function" ? (exported as () => unknown)() : exported;
  };
  const config = { ...values, ...changes };
  const parts = isForeign ? [""] : ownParts;
  const run = () => evaluate(program, engine, { project, stack, config });
  const evaluation = await (
    isForeign
      ? withOwnPulumi(directory, () => tracingStacks(run))
      : keepingCallbacks({ directory, entry, settings: [stack, config] }, run)
  ).catch((error: Error) => {
    throw failureOf(error, { directory, parts, locatesRunErrors: isForeign });
  });
  // Its modules remember the account and the region of this evaluation; a later import must not find them.
  reload();
  return { project, ...evaluation };
}

/** What this project's program is made of. */
const ownParts = ["index.ts", "config.ts", "components", "functions", "iam", "reading"];

/** While `work` runs, errors know their place, also where a package throws them that the program calls. */
async function tracingStacks<T>(work: () => Promise<T>): Promise<T> {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 30;
  try {
    return await work();
  } finally {
    Error.stackTraceLimit = before;
  }
}

/** The parts of this project that other programs may import. */
const components = path.join(__dirname, "../components");

function forget(places: string[]): void {
  for (const file of Object.keys(require.cache))
    if (
      !file.includes(`${path.sep}node_modules${path.sep}`) &&
      places.some((place) => file === place || file.startsWith(place + path.sep))
    )
      delete require.cache[file];
}

/** Returns the values of a program's outputs, without those that are unknown at preview. */
async function settled(outputs: unknown): Promise<unknown> {
  const output = pulumi.output(outputs) as pulumi.Output<unknown> & {
    promise(withUnknowns?: boolean): Promise<unknown>;
  };
  return output.promise(true);
}

/**
 * The runtime's mock monitor, but it keeps dependencies, leaves unknowns unknown and reports the first failure. After a failure it
 * creates nothing more and still answers every call: if a call were refused, the runtime would reject promises without a handler, which
 * ends this process before it can report the failure.
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
        reject(error instanceof Error ? error : new ThrownValue(error));
      };
    });
    // `evaluate` races against it; a failure after that has no handler.
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
      ...(request.getRemote() && { remote: true as const }),
      parent: request.getParent(),
      inputs,
      plain: plainly(inputs),
      dependencies: request.getDependenciesList(),
      ...(request.getRetainondelete() && { retained: true }),
      ...(request.getIgnorechangesList().length > 0 && {
        ignoreChanges: request.getIgnorechangesList(),
      }),
      ...(request.getProtect() && { protected: true }),
      propertyDependencies: dependenciesByProperty(request),
    };
    this.recorded.push(resource);
    const response = new RegisterResourceResponse();
    response.setUrn(resource.urn);
    response.setObject(inputs);
    try {
      // The engine would call them back; here they would change nothing.
      if (request.getTransformsList().length > 0)
        throw new Error(
          `'${resource.name}' has the option transforms, which the local run does not apply: use transformations.`,
        );
      if ((resource.custom || resource.remote) && this.engine.create && !this.over) {
        const { id, state } = await this.engine.create(resource);
        response.setId(id);
        response.setObject(await struct(state));
      }
    } catch (error) {
      this.fail(error);
    }
    respond(null, response);
  }

  override registerStackTransform(_request: unknown, respond: Respond): void {
    this.fail(
      new Error(
        "The program registers a transform of its resources, which the local run does not apply: use a transformation.",
      ),
    );
    respond(null, {});
  }

  /** What exists already is on AWS or in another stack; here it would be read as empty. */
  override async readResource(request: ReadResourceRequest, respond: Respond): Promise<void> {
    if (this.engine.create)
      this.fail(
        new Error(
          `The program reads '${request.getName()}' (${request.getType()}), which it does not create: the local run begins with an empty account and has no other stacks.`,
        ),
      );
    await super.readResource(request, respond);
  }

  /** A resource as an input is its id, as a provider that creates it receives it. */
  override getDeploymentInfo(request: unknown, respond: Respond): void {
    super.getDeploymentInfo(request, (error: unknown, info: DeploymentInfo) => {
      const features = info.getSupportedfeaturesList();
      const { RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES: references } = ResourceMonitorFeature;
      if (this.engine.create)
        info.setSupportedfeaturesList(features.filter((feature) => feature !== references));
      respond(error, info);
    });
  }

  /** Hooks wait for AWS, and nothing here takes its time: they are registered and never run. */
  registerResourceHook(_request: unknown, respond: Respond): void {
    respond(null, {});
  }

  override registerResourceOutputs(_request: unknown, respond: Respond): void {
    respond(null, {});
  }
}

type Respond = (error: unknown, response: unknown) => void;

/** Returns plain values; each secret is wrapped separately. */
const plainly = (values: Struct): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(deserializeProperties(values) as Record<string, unknown>).map(
      ([name, value]) => [name, unwrapRpcSecret(value) as unknown],
    ),
  );

const struct = async (values: Record<string, unknown>): Promise<Struct> =>
  Struct.fromJavaScript(await serializeProperties("", values));

/** Builds a URN as the engine does: the type includes the types of its parents, except the stack's. */
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
