import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { logGroup, logGroupName } from "./log-group";
import { arn } from "./names";
import { Role } from "./role";

/**
 * Logs the errors of AWS IoT, the only full report of an error in a rule's SQL. The setting is one per account and region: a second
 * stack that sets it overwrites the first.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/configure-logging.html
 */
export class IotLogging extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:IotLogging", name, {}, opts);
    const parent = { parent: this };

    const logs = logGroup(`${name}-logs`, { name: logGroupName.awsIot }, parent);
    const role = new Role(
      `${name}-role`,
      {
        service: "iot.amazonaws.com",
        onBehalfOf: arn.iotSources(),
        statements: [logs.writeStatement(["logs:DescribeLogStreams"])],
      },
      parent,
    );
    new aws.iot.LoggingOptions(
      name,
      { defaultLogLevel: "ERROR", roleArn: role.arn },
      { ...parent, dependsOn: [role.permissions, logs.resource] },
    );
    this.registerOutputs();
  }
}
