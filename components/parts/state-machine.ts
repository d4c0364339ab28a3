import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarm, alarmName, type AlarmTarget } from "./alarm";
import { arn, physicalName, type Arn } from "./names";
import { allowUnscoped, type Statement } from "./policy-document";
import { Role } from "./role";
import type { State } from "./workflow";

export interface StateMachineArgs {
  /** One sentence, in the definition. */
  comment: string;
  startAt: string;
  states: Record<string, State>;
  /** For the whole execution; it is aborted after that. */
  timeoutSeconds: number;
  /** Standard runs each named execution once and can be looked at for 90 days; Express is cheaper and may run twice. @default "STANDARD" */
  type?: "STANDARD" | "EXPRESS";
  /** What the tasks need. */
  statements: Statement[];
  /** What the tasks call; names are computed, so Pulumi cannot see it. */
  dependsOn: pulumi.Resource[];
  alarms: AlarmTarget;
  /** @default 30 */
  logRetentionDays?: number;
}

/** A workflow with a role of its own, a log of its failures, traces, and an alarm for each way in which an execution can fail. */
export class StateMachine extends pulumi.ComponentResource {
  readonly name: string;
  readonly arn: Arn;
  readonly resource: aws.sfn.StateMachine;

  constructor(name: string, args: StateMachineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:StateMachine", name, {}, opts);
    const parent = { parent: this };
    this.name = physicalName("state machine", name);
    this.arn = arn.stateMachine(this.name);
    // Vended logs under this prefix need no entry in CloudWatch's resource policy, which holds few.
    const logGroupName = `/aws/vendedlogs/states/${this.name}`;

    const logs = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      { name: logGroupName, retentionInDays: args.logRetentionDays ?? 30 },
      parent,
    );
    const role = new Role(
      `${name}-role`,
      {
        service: "states.amazonaws.com",
        onBehalfOf: this.arn,
        statements: [...args.statements, ...observed],
      },
      parent,
    );
    this.resource = new aws.sfn.StateMachine(
      name,
      {
        name: this.name,
        type: args.type ?? "STANDARD",
        roleArn: role.arn,
        definition: pulumi.jsonStringify({
          Comment: args.comment,
          StartAt: args.startAt,
          TimeoutSeconds: args.timeoutSeconds,
          States: args.states,
        }),
        loggingConfiguration: {
          level: "ERROR",
          includeExecutionData: false,
          logDestination: pulumi.interpolate`${arn.logGroup(logGroupName)}:*`,
        },
        tracingConfiguration: { enabled: true },
      },
      { ...parent, dependsOn: [role.permissions, logs, ...args.dependsOn] },
    );
    for (const [metric, happened] of surfaces)
      alarm(
        alarmName(name, metric),
        {
          alarms: args.alarms,
          description: `Workflow ${this.name} ${happened}: look at its executions and its log group ${logGroupName}.`,
          watch: {
            namespace: "AWS/States",
            name: metric,
            dimensions: { StateMachineArn: this.arn },
            statistic: "Sum",
          },
        },
        parent,
      );
    this.registerOutputs({ arn: this.arn });
  }
}

/**
 * Deliveries of logs and traces are no resources of their own, so these actions cannot be scoped.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
 */
const observed = [
  allowUnscoped("DeliverLogs", [
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
  ]),
  allowUnscoped("Trace", [
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
  ]),
];

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html */
const surfaces = [
  ["ExecutionsFailed", "failed: the input is in the failures queue"],
  ["ExecutionsTimedOut", "took too long"],
  ["ExecutionsAborted", "was aborted by somebody"],
  ["ExecutionThrottled", "is throttled: ask for a higher quota of executions"],
] as const;
