import { allow } from "../policy-document";
import type { TelemetryStream } from "../telemetry-stream";
import type { RuleAction } from "./action";

/**
 * Puts the message on a Kinesis stream. `partitionKey` is a substitution template; messages of one key keep their order.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/kinesis-rule-action.html
 */
export function putRecord(stream: TelemetryStream, partitionKey: string): RuleAction {
  return {
    statements: [allow("PutRecord", "kinesis:PutRecord", stream.arn)],
    dependsOn: [stream.resource],
    asAction: (roleArn) => ({ kineses: [{ streamName: stream.name, partitionKey, roleArn }] }),
  };
}
