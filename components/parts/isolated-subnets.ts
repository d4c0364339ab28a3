import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { texts } from "./settings/json-kinds";

export interface IsolatedSubnetsArgs {
  /** The addresses of the network, such as `10.0.0.0/24`. */
  networkBlock: string;
  /** The addresses of each subnet; each is in an availability zone of its own, as far as the Region has so many. */
  subnetBlocks: readonly string[];
  /** Ids of zones in which no subnet may be, such as `use1-az3`. @default none */
  excludedZoneIds?: string[] | undefined;
  tags: Record<string, string>;
}

/** The setting of an integration with such a network. */
export const excludedZoneIds = texts<string>({
  each: "the id of a zone, such as use1-az3",
  fits: (id) => /^[a-z]{2,6}\d-az\d$/.test(id),
  default: [],
  description:
    "Ids of availability zones in which AWS does not offer the services of this integration.",
});

export interface IsolatedSubnets {
  vpcId: pulumi.Output<string>;
  subnetIds: pulumi.Output<string>[];
}

/** A network without a gateway and without a route to the internet, with subnets in different availability zones. */
export function isolatedSubnets(
  name: string,
  { networkBlock, subnetBlocks, excludedZoneIds: excludeZoneIds, tags }: IsolatedSubnetsArgs,
  opts: pulumi.CustomResourceOptions,
): IsolatedSubnets {
  const vpc = new aws.ec2.Vpc(
    name,
    { cidrBlock: networkBlock, enableDnsSupport: true, enableDnsHostnames: true, tags },
    opts,
  );
  const zones = aws.getAvailabilityZonesOutput(
    {
      state: "available",
      // Local Zones have names of their own and few services.
      filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }],
      // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html#az-ids
      ...(excludeZoneIds?.length && { excludeZoneIds }),
    },
    opts,
  ).names;
  const subnetIds = subnetBlocks.map(
    (cidrBlock, nth) =>
      new aws.ec2.Subnet(
        `${name}-subnet-${nth + 1}`,
        {
          vpcId: vpc.id,
          cidrBlock,
          availabilityZone: zones.apply((known) => known[nth % known.length] ?? ""),
          mapPublicIpOnLaunch: false,
          tags,
        },
        // A subnet never moves: with another zone it would be replaced by one of the same addresses, which the network refuses.
        pulumi.mergeOptions(opts, { ignoreChanges: ["availabilityZone"] }),
      ).id,
  );
  return { vpcId: vpc.id, subnetIds };
}
