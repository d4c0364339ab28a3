import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn, physicalName, type Arn } from "./names";
import { allow, type Statement } from "./policy-document";

export interface OperatorSecretArgs {
  /** What the secret holds, and its form, in one sentence. */
  description: string;
}

/**
 * A secret without a value: an operator puts the value into it with the AWS CLI, so that it is in no program, no configuration, no state
 * and no archive. Deleted at once with the stack, because Secrets Manager otherwise keeps the name taken for 7 to 30 days, and the value
 * is a copy of one that its issuer has.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html
 */
export class OperatorSecret extends pulumi.ComponentResource {
  readonly name: string;
  /** The ARN with a pattern for its random part, known at preview. */
  readonly arn: Arn;
  readonly resource: aws.secretsmanager.Secret;

  constructor(name: string, args: OperatorSecretArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:OperatorSecret", name, {}, opts);
    this.name = physicalName("secret", name);
    this.arn = arn.secret(this.name);
    this.resource = new aws.secretsmanager.Secret(
      name,
      { name: this.name, description: args.description, recoveryWindowInDays: 0 },
      { parent: this },
    );
    this.registerOutputs({ name: this.name });
  }

  /** The statement that allows a role to read the value. */
  readStatement(sid: string): Statement {
    return allow(sid, "secretsmanager:GetSecretValue", this.arn);
  }
}
