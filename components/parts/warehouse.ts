import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn, physicalName, type Arn } from "./names";
import { allow, type Statement } from "./policy-document";
import { closedNetwork } from "./closed-network";
import { Role } from "./role";

export interface WarehouseArgs {
  /** The permissions with which Redshift reads data from other services. */
  copyStatements: Statement[];
  /** RPU-hours per day after which Redshift runs no query until the next day. */
  dailyRpuHours: number;
  /** Refuses to delete or to replace the namespace, which holds the data. @default true */
  deletionProtection?: boolean | undefined;
  /** Ids of zones in which no subnet may be. @default none */
  excludedZoneIds?: string[] | undefined;
}

/** The smallest capacity, 4 RPU. @see https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-capacity.html */
export const baseRpus = 4;

/** The tag that selects the workgroup in conditions, since AWS generates the id in its ARN. */
const tagKey = "warehouse";

/**
 * A Redshift Serverless workgroup in a closed network, with a database and an administrator whose password Secrets Manager keeps. Costs
 * nothing while no query runs, and stops at a usage limit.
 */
export class Warehouse extends pulumi.ComponentResource {
  readonly workgroupName: string;
  readonly database = "telemetry";
  /** The role as which COPY reads. */
  readonly copyRoleArn: Arn;
  readonly resource: aws.redshiftserverless.Workgroup;
  private readonly logicalName: string;
  /** The secret with the password of the administrator. */
  readonly adminSecretArn: pulumi.Output<string>;

  constructor(name: string, args: WarehouseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:Warehouse", name, {}, opts);
    const parent = { parent: this };
    this.logicalName = name;
    this.workgroupName = physicalName("warehouse", name);
    // https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-security-other-services.html
    const role = new Role(
      `${name}-copy-role`,
      {
        service: ["redshift-serverless.amazonaws.com", "redshift.amazonaws.com"],
        statements: args.copyStatements,
      },
      parent,
    );
    this.copyRoleArn = role.arn;
    const { subnetIds, securityGroupId } = closedNetwork(
      `${name}-network`,
      args.excludedZoneIds,
      parent,
    );
    const namespace = new aws.redshiftserverless.Namespace(
      name,
      {
        namespaceName: this.workgroupName,
        dbName: this.database,
        manageAdminPassword: true,
        iamRoles: [role.arn],
        logExports: ["connectionlog", "userlog"],
      },
      { ...parent, dependsOn: [role.permissions], protect: args.deletionProtection ?? true },
    );
    this.adminSecretArn = namespace.adminPasswordSecretArn;
    this.resource = new aws.redshiftserverless.Workgroup(
      name,
      {
        namespaceName: namespace.namespaceName,
        workgroupName: this.workgroupName,
        baseCapacity: baseRpus,
        maxCapacity: 2 * baseRpus,
        subnetIds,
        securityGroupIds: [securityGroupId],
        publiclyAccessible: false,
        tags: { [tagKey]: this.workgroupName },
      },
      parent,
    );
    new aws.redshiftserverless.UsageLimit(
      `${name}-limit`,
      {
        resourceArn: this.resource.arn,
        usageType: "serverless-compute",
        period: "daily",
        amount: args.dailyRpuHours,
        // The other actions stop nothing and notify no one.
        breachAction: "deactivate",
      },
      parent,
    );
    this.registerOutputs({ workgroupName: this.workgroupName });
  }

  /**
   * Runs statements one after the other as the administrator; returns the last. A changed statement runs again, and so does each of which
   * a refresh finds no trace, a day later: statements must be repeatable. Deleting the stack undoes none.
   * @see https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html
   */
  define(statements: Record<string, pulumi.Input<string>>): pulumi.Resource {
    let last: pulumi.Resource = this.resource;
    for (const [what, sql] of Object.entries(statements))
      last = new aws.redshiftdata.Statement(
        `${this.logicalName}-${what}`,
        {
          workgroupName: this.workgroupName,
          database: this.database,
          secretArn: this.adminSecretArn,
          statementName: what,
          sql,
        },
        { parent: this, dependsOn: [last] },
      );
    return last;
  }

  /**
   * The permissions of a function that runs statements as its own database user and reads the results of its own statements; with
   * `load`, it also runs several in one transaction.
   * @see https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-iam.html
   */
  useStatements(purpose: "read" | "load"): Statement[] {
    return [
      allow(
        "RunStatements",
        [
          ...(purpose === "load" ? (["redshift-data:BatchExecuteStatement"] as const) : []),
          "redshift-data:ExecuteStatement",
          "redshift-serverless:GetCredentials",
        ],
        arn.workgroups(),
        { StringEquals: { [`aws:ResourceTag/${tagKey}`]: this.workgroupName } },
      ),
      {
        Sid: "FollowOwnStatements",
        Effect: "Allow",
        Action: ["redshift-data:DescribeStatement", "redshift-data:GetStatementResult"],
        Resource: "*",
        Condition: {
          StringEquals: { "redshift-data:statement-owner-iam-userid": "${aws:userid}" },
        },
      },
    ];
  }
}
