import type * as pulumi from "@pulumi/pulumi";
import type { Arn } from "../names";
import { allow } from "../policy-document";
import type { RuleAction } from "./action";

/** A delivery stream of this stack, such as a `DeliveryStream`. */
export interface RecordDelivery {
  readonly name: string;
  readonly arn: Arn;
  readonly resource: pulumi.Resource;
}

/**
 * Puts the message on a Firehose delivery stream, without a separator: the transformation of the stream ends the lines.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/kinesis-firehose-rule-action.html
 */
export function putDeliveryRecord(stream: RecordDelivery): RuleAction {
  return {
    statements: [allow("PutRecord", "firehose:PutRecord", stream.arn)],
    dependsOn: [stream.resource],
    asAction: (roleArn) => ({ firehoses: [{ deliveryStreamName: stream.name, roleArn }] }),
  };
}
