import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { arn, type Arn } from "./names";
import { allow, type Statement } from "./policy-document";

/**
 * Names of log groups by the resource that writes to them. Services that deliver logs need a statement in the resource policy of
 * CloudWatch Logs, which is limited to 5,120 characters; log groups below `/aws/vendedlogs/` are exempt.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
 */
export const logGroupName = {
  application: (name: string): string => `/aws/kinesis-analytics/${name}`,
  container: (name: string): string => `/aws/ecs/${name}`,
  api: (name: string): string => `/aws/vendedlogs/apis/${name}`,
  distribution: (name: string): string => `/aws/vendedlogs/cloudfront/${name}`,
  deliveryStream: (name: string): string => `/aws/kinesisfirehose/${name}`,
  /** SageMaker writes to this log group only. */
  endpoint: (name: string): string => `/aws/sagemaker/Endpoints/${name}`,
  function: (name: string): string => `/aws/lambda/${name}`,
  pipe: (name: string): string => `/aws/vendedlogs/pipes/${name}`,
  stateMachine: (name: string): string => `/aws/vendedlogs/states/${name}`,
  /** AWS IoT writes to this log group only. */
  awsIot: "AWSIotLogsV2",
};

/** Days that log events are kept if the stack sets nothing else. */
export const defaultLogRetentionDays = 30;

/** The arguments of every part that has a log. */
export interface LogArgs {
  /** Days that log events are kept. @default {@link defaultLogRetentionDays} */
  logRetentionDays?: number;
}

export interface LogGroupArgs extends LogArgs {
  /** The physical name, from {@link logGroupName}. */
  name: string;
}

/** The statement that allows a role to write to log streams. */
export const writeLogs = (streams: Arn, more: "logs:DescribeLogStreams"[] = []): Statement =>
  allow("WriteLogs", ["logs:CreateLogStream", ...more, "logs:PutLogEvents"], streams);

export interface LogGroup {
  name: string;
  arn: Arn;
  resource: aws.cloudwatch.LogGroup;
  /** The statement that allows a role to write to the log streams of this group. */
  writeStatement(more?: Parameters<typeof writeLogs>[1]): Statement;
}

/** Creates a log group with a retention; CloudWatch Logs keeps events for ever otherwise. */
export function logGroup(
  name: string,
  { name: groupName, logRetentionDays = defaultLogRetentionDays }: LogGroupArgs,
  opts: pulumi.CustomResourceOptions,
): LogGroup {
  const resource = new aws.cloudwatch.LogGroup(
    name,
    { name: groupName, retentionInDays: logRetentionDays },
    opts,
  );
  return {
    name: groupName,
    arn: arn.logGroup(groupName),
    resource,
    writeStatement: (more) => writeLogs(arn.logStreams(groupName), more),
  };
}
