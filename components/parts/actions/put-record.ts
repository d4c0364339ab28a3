import type * as pulumi from "@pulumi/pulumi";
import type { Arn } from "../names";
import { allow } from "../policy-document";
import type { RuleAction } from "./action";

/** A Kinesis stream of this stack, such as a `TelemetryStream`. */
export interface RecordStream {
  readonly name: string;
  readonly arn: Arn;
  readonly resource: pulumi.Resource;
}

/**
 * Puts the message on a Kinesis stream. `partitionKey` is a substitution template; messages with the same key keep their order.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/kinesis-rule-action.html
 */
export function putRecord(stream: RecordStream, partitionKey: string): RuleAction {
  return {
    statements: [allow("PutRecord", "kinesis:PutRecord", stream.arn)],
    dependsOn: [stream.resource],
    asAction: (roleArn) => ({ kineses: [{ streamName: stream.name, partitionKey, roleArn }] }),
  };
}
