import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { physicalName } from "./names";

export interface ClosedNetwork {
  /** One in each of three availability zones. */
  subnetIds: pulumi.Output<string>[];
  /** A group that admits nothing and opens nothing. */
  securityGroupId: pulumi.Output<string>;
}

/**
 * A network without a way in or out, for a service that needs subnets and is reached through an AWS API: three subnets in three availability
 * zones, each with 251 free addresses.
 * @see https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-usage-considerations.html
 */
export function closedNetwork(name: string, opts: pulumi.CustomResourceOptions): ClosedNetwork {
  const vpc = new aws.ec2.Vpc(
    name,
    { cidrBlock: "10.42.0.0/16", enableDnsSupport: true, tags: { Name: name } },
    opts,
  );
  const zones = aws.getAvailabilityZonesOutput(
    {
      state: "available",
      // Local Zones have names of their own and few services.
      filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
    },
    opts,
  ).names;
  const subnetIds = [0, 1, 2].map(
    (index) =>
      new aws.ec2.Subnet(
        `${name}-${index + 1}`,
        {
          vpcId: vpc.id,
          cidrBlock: `10.42.${index}.0/24`,
          availabilityZone: zones.apply((names) => names[index] ?? ""),
          mapPublicIpOnLaunch: false,
          tags: { Name: `${name}-${index + 1}` },
        },
        opts,
      ).id,
  );
  const group = new aws.ec2.SecurityGroup(
    `${name}-closed`,
    {
      name: physicalName("security group", `${name}-closed`),
      vpcId: vpc.id,
      description: "Admits nothing and opens nothing.",
      ingress: [],
      egress: [],
    },
    opts,
  );
  return { subnetIds, securityGroupId: group.id };
}
