import { createClients, type Clients, type Middleware } from "../../../local/aws/clients";
import { createReferee } from "../../../local/aws/referee";
import { lambdaNode } from "../../../local/lambda-node";
import type { CreatedResource } from "../../../local/program";
import { provision, type Context, type Services } from "../../../local/services";
import { createAlarms } from "../../../local/services/cloudwatch";
import { lambdaRuntime } from "../../../local/services/lambda";
import { createDrainedQueues } from "../../../local/services/sqs";
import { createWorkflows } from "../../../local/services/step-functions";
import { createTrace } from "../../../local/trace";
import { sharedAccount } from "../../support/account";
import { directory } from "../../support/emulator";
import { botocoreData } from "../aws/botocore";

/** The shared account with what the provisioners need, every request held against AWS's models. */
export interface World {
  clients: Clients;
  /** Calls of the services beside the emulator: `<service>.<method>` and its inputs. */
  calls: [string, Record<string, unknown>][];
  /** Inputs of every request that was sent. */
  sent: Record<string, unknown>[];
  /** The settings that were reported as without effect. */
  notHonoured: string[];
  /** Creates a resource of a type, `sqs/queue:Queue`, from these inputs. */
  create(type: string, plain: Record<string, unknown>, name?: string): Promise<CreatedResource>;
  end(): void;
}

let made = 0;
/** A name that no other spec uses. */
export const nextName = (kind: string): string => `provisioners-${kind}-${++made}`;

export async function createWorld(): Promise<World> {
  const sent: World["sent"] = [];
  const referee = createReferee({ botocoreData });
  const account = await sharedAccount();
  const { path: node } = await lambdaNode({ directory });
  const runtime = lambdaRuntime({ account, node });
  const clients = createClients(account, [referee, runtime, noting(sent)]);
  const calls: World["calls"] = [];
  const notHonoured: string[] = [];
  /** Stands for a service: notes each call, and answers with an ARN and an id. */
  const noted = <Name extends keyof Services>(service: Name, more: object = {}): Services[Name] =>
    new Proxy(more as Services[Name] & object, {
      get: (target, name: string) =>
        (target as Record<string, unknown>)[name] ??
        ((inputs: Record<string, unknown>) => {
          const method = `${service}.${name}`;
          calls.push([method, inputs]);
          const made = { arn: `arn:of:${method}`, id: `id-of-${method}` };
          // Some methods answer at once, some by a promise.
          return Object.assign(Promise.resolve(made), made);
        }),
    });
  const context: Context = {
    clients,
    directory,
    services: {
      iotCore: noted("iotCore", { dataEndpoint: "https://127.0.0.1:8443" }),
      firehoseTap: noted("firehoseTap", { endpoint: "http://127.0.0.1:8444" }),
      comprehend: noted("comprehend"),
      dataApi: noted("dataApi"),
      sageMaker: noted("sageMaker"),
      rekognition: noted("rekognition"),
      operatorSecrets: { "known-secret": '{"key":"of the operator"}' },
      vendorEndpoints: {
        HEC_ENDPOINT: "http://127.0.0.1:8445",
        DATADOG_URL: "http://127.0.0.1:8445",
      },
      containerServices: noted("containerServices"),
      deliveryStreams: noted("deliveryStreams"),
      distributions: noted("distributions"),
      eventBuses: noted("eventBuses"),
      eventSourceMappings: noted("eventSourceMappings"),
      influxdbDatabases: noted("influxdbDatabases", { caFile: "/influxdb/ca.pem" }),
      pipes: noted("pipes"),
      subscriptions: noted("subscriptions"),
      alarms: createAlarms({ clients, trace: createTrace(), ruleMetrics: () => ({}) }),
      drainedQueues: createDrainedQueues(clients),
      workflows: createWorkflows(clients),
    },
    notHonoured: (sentence) => void notHonoured.push(sentence),
  };
  return {
    clients,
    calls,
    sent,
    notHonoured,
    create: (type, plain, name = "resource") =>
      provision({ type: `aws:${type}`, name, plain } as never, context),
    end: () => clients.destroy(),
  };
}

type Handler = (args: { input: Record<string, unknown> }) => Promise<unknown>;
interface Stack {
  add(middleware: (next: Handler) => Handler, options: object): void;
}

/** Adds the input of each call to `sent`. */
export const noting =
  (sent: World["sent"]): Middleware =>
  ({ middlewareStack }) =>
    (middlewareStack as Stack).add(
      (next) => (args) => {
        sent.push(args.input);
        return next(args);
      },
      { step: "initialize", name: "noting" },
    );
