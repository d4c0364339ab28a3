import type { Account } from "../../aws/clients";

/** The service an ARN belongs to: `s3`, `sqs`, `lambda` … */
export const serviceOf = (arn: string): string => arn.split(":")[2] ?? "";

/** What follows account and region in an ARN: a queue's name, a bucket's name, `function:<name>` … */
export const resourceOf = (arn: string): string => arn.split(":").slice(5).join(":");

/** The URL by which the emulator knows a queue; SQS calls take no ARN. */
export const queueUrl = ({ endpoint }: Account, queueArn: string): string =>
  `${endpoint}/${queueArn.split(":")[4]}/${resourceOf(queueArn)}`;
