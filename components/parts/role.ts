import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountId, arn, physicalName, type Arn } from "./names";
import { policyDocument, type Statement } from "./policy-document";

type Service = `${string}.amazonaws.com`;

export interface RoleArgs {
  /** The service that assumes the role: `iot.amazonaws.com`. Lambda@Edge is two services. */
  service: Service | Service[];
  /**
   * The one resource on whose behalf the service may assume it, or a pattern of such. Together with the account it keeps
   * the service from acting for somebody else (the confused deputy). Left out only for Lambda: its service does not
   * document either key for execution roles.
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
   */
  onBehalfOf?: Arn;
  /** Everything the role may do, one statement per permission. */
  statements: Statement[];
}

/** A role for one principal, with its permissions inline. The only place that makes IAM roles. */
export class Role extends pulumi.ComponentResource {
  readonly arn: Arn;
  /** What the role's user depends on: the ARN is known before the permissions exist. */
  readonly permissions: aws.iam.RolePolicy;

  constructor(name: string, args: RoleArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:Role", name, {}, opts);
    const parent = { parent: this };
    const physical = physicalName("role", name);
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

function trustPolicy({ service, onBehalfOf }: RoleArgs): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        ...(onBehalfOf && {
          Condition: {
            StringEquals: { "aws:SourceAccount": accountId() },
            ArnLike: { "aws:SourceArn": onBehalfOf },
          },
        }),
      },
    ],
  });
}
