import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn, globalName, type Arn } from "./names";
import { onBehalfOf, policyDocument, type Statement } from "./policy-document";

type Service = `${string}.amazonaws.com`;

export interface RoleArgs {
  /** The services that assume the role, such as `iot.amazonaws.com`. Lambda@Edge is two services. */
  service: Service | Service[];
  /**
   * The resource on whose behalf the service may assume the role, or a pattern. Together with the account it prevents the service from
   * acting for another customer (the confused deputy problem). Left out for Lambda, Lambda@Edge, Quick Sight, Redshift and
   * the credentials provider of AWS IoT only, for whose roles AWS documents no condition key of the source: iam/sent-keys.ts has the pages.
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
   */
  onBehalfOf?: Arn;
  /** All permissions of the role, one statement each. */
  statements: Statement[];
}

/** Returns the ARN of the role that a part creates, by the logical name of the part: known before the role exists. */
export const roleArnOf = (part: string): Arn => arn.role(globalName("role", `${part}-role`));

/** An IAM role for one service principal, with an inline policy. All roles of the program are created here. */
export class Role extends pulumi.ComponentResource {
  readonly arn: Arn;
  /** The resource that users of the role must depend on, since the ARN is known before the permissions exist. */
  readonly permissions: aws.iam.RolePolicy;

  constructor(name: string, args: RoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:Role", name, {}, opts);
    // Children of a component do not inherit this option.
    const parent = { parent: this, retainOnDelete: opts?.retainOnDelete };
    const physical = globalName("role", name);
    this.arn = arn.role(physical);

    const role = new aws.iam.Role(
      name,
      { name: physical, assumeRolePolicy: trustPolicy(args) },
      parent,
    );
    this.permissions = new aws.iam.RolePolicy(
      `${name}-permissions`,
      { name: "permissions", role: role.name, policy: policyDocument(args.statements) },
      parent,
    );
    this.registerOutputs({ arn: this.arn });
  }
}

function trustPolicy({ service, onBehalfOf: source }: RoleArgs): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        ...(source && {
          Condition: onBehalfOf([service].flat()[0] as Service, "sts:AssumeRole", source),
        }),
      },
    ],
  });
}
