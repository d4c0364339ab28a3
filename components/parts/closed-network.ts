import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { isolatedSubnets } from "./isolated-subnets";
import { physicalName } from "./names";

export interface ClosedNetwork {
  /** One in each of three availability zones. */
  subnetIds: pulumi.Output<string>[];
  /** A group that admits nothing and opens nothing. */
  securityGroupId: pulumi.Output<string>;
}

/**
 * A network without a way in or out, for a service that needs subnets and is reached through an AWS API: three subnets in three availability
 * zones, each with 251 free addresses. US West (N. California) has two zones, which Redshift accepts there.
 * @see https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-usage-considerations.html
 */
export function closedNetwork(
  name: string,
  excludedZoneIds: string[] | undefined,
  opts: pulumi.CustomResourceOptions,
): ClosedNetwork {
  const { vpcId, subnetIds } = isolatedSubnets(
    name,
    {
      networkBlock: "10.42.0.0/16",
      subnetBlocks: ["10.42.0.0/24", "10.42.1.0/24", "10.42.2.0/24"],
      excludedZoneIds,
      tags: { Name: name },
    },
    opts,
  );
  const group = new aws.ec2.SecurityGroup(
    `${name}-closed`,
    {
      name: physicalName("security group", `${name}-closed`),
      vpcId,
      description: "Admits nothing and opens nothing.",
      ingress: [],
      egress: [],
    },
    opts,
  );
  return { subnetIds, securityGroupId: group.id };
}
