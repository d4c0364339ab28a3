import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarm, type AlarmTarget } from "./alarm";
import { callbackFunction } from "./callback-function";
import { arn, physicalName, type Arn } from "./names";
import { allow, type Statement } from "./policy-document";
import { Role } from "./role";
import type { Source } from "./sources/source";

export interface LambdaConsumerArgs<Event, Answer> {
  /** What the function does, in one sentence. */
  description: string;
  /** Where its events come from, and where those go that it fails at. */
  source: Source<Event, Answer>;
  /** Runs once per warm environment and returns the callback. It is serialised: capture no Output and no secret. */
  callbackFactory: () => (event: Event) => Promise<Answer>;
  /** How names of resources reach the callback. */
  environment: Record<string, pulumi.Input<string>>;
  /** What the callback may do; the source and the log add their own. */
  statements: Statement[];
  alarms: AlarmTarget;
  /** @default 30 */
  timeoutSeconds?: number;
  /** @default 256 */
  memoryMegabytes?: number;
  /** @default 30 */
  logRetentionDays?: number;
}

/** A function behind a source: its own role, its own log, alarms, and the failure path that its source asks for. */
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
    const { source, alarms, timeoutSeconds = 30 } = args;
    const functionName = physicalName("function", name);
    const logGroupName = `/aws/lambda/${functionName}`;

    const logs = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      { name: logGroupName, retentionInDays: args.logRetentionDays ?? 30 },
      parent,
    );
    const role = new Role(
      `${name}-role`,
      {
        service: "lambda.amazonaws.com",
        statements: [
          allow(
            "WriteLogs",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            arn.logStreams(logGroupName),
          ),
          ...source.statements,
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
        // Text, so that a line of the callback's reaches CloudWatch as it is and metrics embedded in it are found.
        loggingConfig: { logFormat: "Text", logGroup: logGroupName },
        // eslint-disable-next-line callbacks/callback-factory -- passes on what an integration wrote
        callbackFactory: args.callbackFactory,
      },
      { ...parent, dependsOn: [role.permissions, logs] },
    );
    source.connect(
      {
        name,
        functionName,
        functionArn: this.arn,
        timeoutSeconds,
        alarms,
        dependsOn: [this.resource],
      },
      parent,
    );
    for (const metric of ["Errors", "Throttles"])
      alarm(
        `${name}-${metric.toLowerCase()}`,
        {
          alarms,
          description: `${functionName} reports ${metric.toLowerCase()}: read its log group ${logGroupName}.`,
          watch: {
            namespace: "AWS/Lambda",
            name: metric,
            dimensions: { FunctionName: functionName },
            statistic: "Sum",
          },
        },
        parent,
      );
    this.registerOutputs({ functionName });
  }
}
