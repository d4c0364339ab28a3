import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarmOnMetrics, sumOf, type AlarmTarget } from "./alarm";
import { logGroup, logGroupName, type LogArgs } from "./log-group";
import { arn, physicalName, type Arn } from "./names";
import { allowUnscoped, type Statement } from "./policy-document";
import { Role } from "./role";
import type { State } from "./workflow";

export interface StateMachineArgs extends LogArgs {
  /** What the workflow does, in one sentence; part of the definition. */
  comment: string;
  startAt: string;
  states: Record<string, State>;
  /** The longest that an execution may take; Step Functions stops it then. */
  timeoutSeconds: number;
  /** The permissions of the tasks. */
  statements: Statement[];
  /** The resources that the tasks call. Computed names hide these dependencies from Pulumi. */
  dependsOn: pulumi.Resource[];
  alarms: AlarmTarget;
}

/**
 * A Standard workflow with a role of its own, a log of errors, traces, and an alarm for each way in which an execution can fail. It runs
 * an execution of a name once, keeps its input for 90 days, and publishes an event if an execution ends outside of its Catch; an Express
 * workflow does none of this.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
 */
export class StateMachine extends pulumi.ComponentResource {
  readonly name: string;
  readonly arn: Arn;
  readonly resource: aws.sfn.StateMachine;

  constructor(name: string, args: StateMachineArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:StateMachine", name, {}, opts);
    const parent = { parent: this };
    this.name = physicalName("state machine", name);
    this.arn = arn.stateMachine(this.name);

    const logs = logGroup(
      `${name}-logs`,
      {
        name: logGroupName.stateMachine(this.name),
        logRetentionDays: args.logRetentionDays,
      },
      parent,
    );
    const role = new Role(
      `${name}-role`,
      {
        service: "states.amazonaws.com",
        onBehalfOf: this.arn,
        statements: [...args.statements, ...observability],
      },
      parent,
    );
    this.resource = new aws.sfn.StateMachine(
      name,
      {
        name: this.name,
        type: "STANDARD",
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
          logDestination: pulumi.interpolate`${logs.arn}:*`,
        },
        tracingConfiguration: { enabled: true },
      },
      { ...parent, dependsOn: [role.permissions, logs.resource, ...args.dependsOn] },
    );
    alarmOnMetrics(
      name,
      {
        alarms: args.alarms,
        watch: sumOf("AWS/States", { StateMachineArn: this.arn }),
        descriptions: executionFailures(this.name, logs.name),
      },
      parent,
    );
    this.registerOutputs({ arn: this.arn });
  }
}

/**
 * Log deliveries and traces have no ARN, so these actions cannot be limited to resources.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
 */
const observability = [
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
const executionFailures = (machine: string, logs: string): Record<string, string> => ({
  ExecutionsFailed: `ExecutionsFailed of state machine ${machine}: executions failed, and their inputs are in the failures queue. Read the executions and log group ${logs} for the cause, fix it, then redrive the queue.`,
  ExecutionsTimedOut: `ExecutionsTimedOut of state machine ${machine}: executions took longer than allowed. Read the executions and log group ${logs} for the slow task.`,
  ExecutionsAborted: `ExecutionsAborted of state machine ${machine}: executions were stopped from outside. Read the executions and CloudTrail for the caller of StopExecution.`,
  ExecutionThrottled: `ExecutionThrottled of state machine ${machine}: Step Functions throttles state transitions, and executions are late. Request a higher quota.`,
});
