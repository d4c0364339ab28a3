import type { Middleware } from "./clients";
import { checkLimits } from "./models/limits";
import { loadModel } from "./models/model";
import { checkShape } from "./models/shape-check";

export interface RefereeOptions {
  /** The `data` folder of an installed botocore, which holds each service's published API model. */
  botocoreData: string;
}

/**
 * Says what of an operation's input AWS would refuse: one sentence each, none when it would be accepted. `service` is
 * the SDK client's `serviceId` (`SQS`, `IoT Data Plane`), `operation` the API's name.
 */
export type Check = (service: string, operation: string, input: unknown) => string[];

/** The SDK's own shape of what a middleware sees; its types are not exported by the clients. */
interface SdkClient {
  config: { serviceId: string };
  middlewareStack: { add(middleware: InitializeMiddleware, options: object): void };
}
type Next = (args: { input: unknown }) => Promise<unknown>;
type InitializeMiddleware = (next: Next, context: { commandName?: string }) => Next;

/** Checks inputs against AWS's published models and the documented limits on which they are silent. */
export function createCheck({ botocoreData }: RefereeOptions): Check {
  return (service, operation, input) => {
    const model = loadModel(botocoreData, service);
    const known = model.operations[operation];
    if (!known) return [`${service} has no operation ${operation}.`];
    const findings = known.input ? checkShape(model, known.input, input) : [];
    // A limit presumes values of the right type.
    const all =
      findings.length > 0
        ? findings
        : checkLimits(service, operation, Object(input) as Record<string, unknown>);
    return all.map(({ parameter, fault }) => `${service} ${operation}: ${parameter} ${fault}.`);
  };
}

/** Refuses every request that AWS would refuse for its form, before it leaves: an emulator accepts much of that. */
export function createReferee(options: RefereeOptions): Middleware {
  const check = createCheck(options);
  return (client) => {
    const { config, middlewareStack } = client as unknown as SdkClient;
    middlewareStack.add(
      (next, { commandName = "" }) =>
        async (args) => {
          const operation = commandName.replace(/Command$/, "");
          const problems = check(config.serviceId, operation, args.input);
          if (problems.length > 0) throw refusal(problems);
          return next(args);
        },
      { step: "initialize", name: "referee", priority: "low" },
    );
  };
}

/** Looks like the service's own refusal to whoever handles errors of the SDK, and is not worth a retry. */
function refusal(problems: string[]): Error {
  return Object.assign(new Error(problems.join(" ")), {
    name: "ValidationException",
    $fault: "client",
    $metadata: { httpStatusCode: 400 },
  });
}
