import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn } from "./names";
import { allow } from "./policy-document";
import { Role } from "./role";

/** AWS IoT chooses this name; it cannot be changed. */
const logGroupName = "AWSIotLogsV2";

/**
 * Lets AWS IoT log its errors, the only place where an error in a rule's SQL is told in full. One per account and region: a
 * second stack that sets it overwrites the first.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/configure-logging.html
 */
export class IotLogging extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:IotLogging", name, {}, opts);
    const parent = { parent: this };

    const logs = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      { name: logGroupName, retentionInDays: 30 },
      parent,
    );
    const role = new Role(
      `${name}-role`,
      {
        service: "iot.amazonaws.com",
        onBehalfOf: arn.iotSources(),
        statements: [
          allow(
            "WriteLogs",
            ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            arn.logStreams(logGroupName),
          ),
        ],
      },
      parent,
    );
    new aws.iot.LoggingOptions(
      name,
      { defaultLogLevel: "ERROR", roleArn: role.arn },
      { ...parent, dependsOn: [role.permissions, logs] },
    );
    this.registerOutputs();
  }
}
