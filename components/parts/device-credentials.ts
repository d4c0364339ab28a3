import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn, physicalName } from "./names";
import { allow, policyDocument, type Statement } from "./policy-document";
import { Role } from "./role";

/**
 * The name of the thing for which a device requests credentials. IAM replaces it only if the device names the thing in the header
 * `x-amzn-iot-thingname`, and AWS IoT refuses a thing to which the certificate is not attached; without the header, a statement with the
 * variable matches nothing.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/authorizing-direct-aws.html
 */
export const ownThing = "${credentials-iot:ThingName}";

export interface DeviceCredentialsArgs {
  /** What a device may do with the credentials; limit each statement by {@link ownThing}. */
  statements: Statement[];
  /** How long the credentials are valid, 15 minutes to the session limit of a role, 60 minutes. */
  minutes: number;
}

/**
 * Gives devices credentials of AWS for their certificates: a role, an alias by which devices know it, and an AWS IoT policy that allows a
 * certificate to use the alias. Attach the policy to the certificates of these devices only.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/authorizing-direct-aws.html
 */
export class DeviceCredentials extends pulumi.ComponentResource {
  /** The physical names of the alias and of the policy. */
  readonly alias: string;
  readonly policyName: string;

  constructor(name: string, args: DeviceCredentialsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:DeviceCredentials", name, {}, opts);
    const parent = { parent: this };
    this.alias = physicalName("role alias", name);
    this.policyName = physicalName("device policy", name);

    const role = new Role(
      `${name}-role`,
      { service: "credentials.iot.amazonaws.com", statements: args.statements },
      parent,
    );
    const alias = new aws.iot.RoleAlias(
      name,
      { alias: this.alias, roleArn: role.arn, credentialDuration: 60 * args.minutes },
      { ...parent, dependsOn: role.permissions },
    );
    new aws.iot.Policy(
      `${name}-policy`,
      {
        name: this.policyName,
        policy: policyDocument([
          allow("UseAlias", "iot:AssumeRoleWithCertificate", arn.roleAlias(this.alias)),
        ]),
      },
      { ...parent, dependsOn: alias },
    );
    this.registerOutputs({ alias: this.alias, policyName: this.policyName });
  }
}
