import type * as pulumi from "@pulumi/pulumi";
import type { Arn } from "../names";
import { allow } from "../policy-document";
import type { RuleAction } from "./action";

/** A delivery stream of this stack. */
export interface DeliveryTarget {
  readonly name: string;
  readonly arn: Arn;
  readonly resource: pulumi.Resource;
}

/**
 * Puts the message on a delivery stream as one record.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/kinesis-firehose-rule-action.html
 */
export function putToDeliveryStream(stream: DeliveryTarget): RuleAction {
  return {
    statements: [allow("PutToDeliveryStream", "firehose:PutRecord", stream.arn)],
    dependsOn: [stream.resource],
    asAction: (roleArn) => ({ firehoses: [{ deliveryStreamName: stream.name, roleArn }] }),
  };
}
