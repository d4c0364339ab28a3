import type { Middleware } from "./clients";
import { checkLimits } from "./models/limits";
import { loadModel } from "./models/model";
import { checkShape } from "./models/shape-check";

export interface RefereeOptions {
  /** The `data` folder of an installed botocore, which holds each service's published API model. */
  botocoreData: string;
}

/**
 * Returns one sentence for each reason why AWS would refuse an operation's input; none if it would accept it. `service` is the SDK
 * client's `serviceId` (`SQS`, `IoT Data Plane`), `operation` the API's name.
 */
export type Check = (service: string, operation: string, input: unknown) => string[];

/** The part of a client that a middleware uses; the clients do not export its type. */
interface SdkClient {
  config: { serviceId: string };
  middlewareStack: { add(middleware: InitializeMiddleware, options: object): void };
}
type Next = (args: { input: unknown }) => Promise<unknown>;
type InitializeMiddleware = (next: Next, context: { commandName?: string }) => Next;

/** Checks inputs against AWS's published models, and against documented limits that the models do not contain. */
export function createCheck({ botocoreData }: RefereeOptions): Check {
  return (service, operation, input) => {
    const model = loadModel(botocoreData, service);
    const known = model.operations[operation];
    if (!known) return [`${service} has no operation ${operation}.`];
    const findings = known.input ? checkShape(model, known.input, input) : [];
    // Limits are checked on values of the right type only.
    const all =
      findings.length > 0
        ? findings
        : checkLimits(service, operation, Object(input) as Record<string, unknown>);
    return all.map(({ parameter, fault }) => `${service} ${operation}: ${parameter} ${fault}.`);
  };
}

/** Refuses every request whose form AWS would refuse, before it is sent: an emulator accepts much of that. */
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

/** Returns an error in the form of the service's own refusal, which the SDK does not retry. */
function refusal(problems: string[]): Error {
  return Object.assign(new Error(problems.join(" ")), {
    name: "ValidationException",
    $fault: "client",
    $metadata: { httpStatusCode: 400 },
  });
}
