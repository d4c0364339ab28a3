import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarmOnMetrics, sumOf, type AlarmTarget } from "./alarm";
import { callbackFunction } from "./callback-function";
import { logGroup, logGroupName, type LogArgs } from "./log-group";
import { arn, physicalName, type Arn } from "./names";
import type { Statement } from "./policy-document";
import { Role } from "./role";
import type { NetworkAccess } from "./private-network";
import type { Source } from "./sources/source";

/** The timeout of a function if its integration sets nothing else. */
export const defaultTimeoutSeconds = 30;

export interface LambdaConsumerArgs<Event, Answer> extends LogArgs {
  /** What the function does, in one sentence. */
  description: string;
  /** Where events come from, and where events go that the function fails to process. */
  source: Source<Event, Answer>;
  /** Runs once per execution environment and returns the callback. Pulumi serialises it: capture neither Outputs nor secrets. */
  callbackFactory: () => (event: Event) => Promise<Answer>;
  /** Environment variables, by which the callback learns the names of resources. */
  environment: Record<string, pulumi.Input<string>>;
  /** The permissions of the callback; the source and the log group add their own. */
  statements: Statement[];
  alarms: AlarmTarget;
  /** @default {@link defaultTimeoutSeconds} */
  timeoutSeconds?: number;
  /** @default 256 */
  memoryMegabytes?: number;
  /** The private network from which the callback calls. @default none: the function is in Lambda's own network */
  network?: NetworkAccess;
  /** What must exist before the first event besides the function. @default nothing */
  dependsOn?: pulumi.Resource[];
}

/** A function with a role and a log group of its own, alarms, and the failure path of its source. */
export class LambdaConsumer<Event, Answer> extends pulumi.ComponentResource {
  readonly name: string;
  readonly arn: Arn;
  readonly resource: aws.lambda.Function;

  constructor(
    name: string,
    args: LambdaConsumerArgs<Event, Answer>,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("iot:parts:LambdaConsumer", name, {}, opts);
    const parent = { parent: this };
    const { source, alarms, network, timeoutSeconds = defaultTimeoutSeconds } = args;
    const { logRetentionDays } = args;
    const functionName = physicalName("function", name);

    const logs = logGroup(
      `${name}-logs`,
      { name: logGroupName.function(functionName), logRetentionDays },
      parent,
    );
    const role = new Role(
      `${name}-role`,
      {
        service: "lambda.amazonaws.com",
        statements: [
          logs.writeStatement(),
          ...source.statements,
          ...(network?.statements(functionName) ?? []),
          ...args.statements,
        ],
      },
      parent,
    );
    this.name = functionName;
    this.arn = arn.function(functionName);
    this.resource = callbackFunction(
      name,
      {
        name: functionName,
        description: args.description,
        role: role.arn,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        timeout: timeoutSeconds,
        memorySize: args.memoryMegabytes ?? 256,
        environment: { variables: args.environment },
        // With format JSON, Lambda wraps each line, and CloudWatch does not find the metrics embedded in it.
        loggingConfig: { logFormat: "Text", logGroup: logs.name },
        ...(network && { vpcConfig: network.vpcConfig }),
        // eslint-disable-next-line callbacks/callback-factory -- passes on what an integration wrote
        callbackFactory: args.callbackFactory,
      },
      { ...parent, dependsOn: [role.permissions, logs.resource, ...(network?.resources ?? [])] },
    );
    source.connect(
      {
        name,
        functionName,
        functionArn: this.arn,
        timeoutSeconds,
        alarms,
        dependsOn: [this.resource, ...(args.dependsOn ?? [])],
      },
      parent,
    );
    alarmOnMetrics(
      name,
      {
        alarms,
        watch: sumOf("AWS/Lambda", { FunctionName: functionName }),
        descriptions: {
          Errors: `Errors of function ${functionName}: invocations failed, and their events take the failure path of their source. Read log group ${logs.name} for the cause.`,
          Throttles: `Throttles of function ${functionName}: Lambda refused invocations, and their events wait or take the failure path of their source. Raise the concurrency that is available to the function.`,
        },
      },
      parent,
    );
    this.registerOutputs({ functionName });
  }
}
