import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { logGroupName, writeLogs } from "./log-group";
import { arn } from "./names";
import { allow } from "./policy-document";
import { Role } from "./role";

/**
 * Logs the errors of AWS IoT, the only full report of an error in a rule's SQL. The setting exists once for each account and region: a
 * second stack with it replaces the role of the first by an equal one, and nothing fails. AWS IoT creates its log group itself, so no
 * stack owns it. Deleting the setting changes nothing in AWS IoT, so the role stays when the stack goes.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/configure-logging.html
 * @see https://www.pulumi.com/registry/packages/aws/api-docs/iot/loggingoptions/
 */
export class IotLogging extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:IotLogging", name, {}, opts);
    const parent = { parent: this, retainOnDelete: true };

    // CloudWatch Logs documents the form with a trailing `:*` for policies, and the Service Authorization Reference the form without.
    // https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
    const group = logGroupName.awsIot;
    const groups = [group, `${group}:*`].map((name) => arn.logGroup(name));
    const role = new Role(
      `${name}-role`,
      {
        service: "iot.amazonaws.com",
        onBehalfOf: arn.iotSources(),
        statements: [
          allow("CreateLogGroup", "logs:CreateLogGroup", groups),
          writeLogs(arn.logStreams(group), ["logs:DescribeLogStreams"]),
        ],
      },
      parent,
    );
    new aws.iot.LoggingOptions(
      name,
      { defaultLogLevel: "ERROR", roleArn: role.arn },
      { ...parent, dependsOn: role.permissions },
    );
    this.registerOutputs();
  }
}
