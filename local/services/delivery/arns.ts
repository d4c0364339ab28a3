import type { Account } from "../../aws/clients";

/** Returns the service of an ARN: `s3`, `sqs`, `lambda` … */
export const serviceOf = (arn: string): string => arn.split(":")[2] ?? "";

/** Returns the resource of an ARN, which follows account and region: a queue's name, a bucket's name, `function:<name>` … */
export const resourceOf = (arn: string): string => arn.split(":").slice(5).join(":");

/** Returns the URL of a queue on the emulator; SQS calls do not take ARNs. */
export const queueUrl = ({ endpoint }: Account, queueArn: string): string =>
  `${endpoint}/${queueArn.split(":")[4]}/${resourceOf(queueArn)}`;
