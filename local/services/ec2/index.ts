import { createHash } from "node:crypto";
import type { Provisioner, Provisioners } from "../provisioner";

/**
 * Records a resource of a network under an id in AWS's form. Nothing of this machine is in a network: functions and databases reach each
 * other by its loopback interface, whatever the rules of security groups say.
 */
const recorded =
  (prefix: string): Provisioner =>
  async (resource, { clients, notHonoured }) => {
    notHonoured(
      "Private networks, their endpoints and their security groups exist on AWS only; here every function reaches every local port.",
    );
    const { region, accountId } = clients.account;
    const hash = createHash("sha256").update(resource.urn).digest("hex").slice(0, 17);
    const id = `${prefix}-${hash}`;
    const arn = `arn:aws:ec2:${region}:${accountId}:${resource.type.split(":").pop()}/${id}`;
    return { id, state: { ...resource.plain, arn } };
  };

/** A network of awsx with the subnets and route tables that it was asked for, in the place of those that awsx would create. */
const network: Provisioner = async (resource, context) => {
  const made = await recorded("vpc")(resource, context);
  const { subnetSpecs = [], numberOfAvailabilityZones: zones = 3 } = resource.plain as {
    subnetSpecs?: { type: string }[];
    numberOfAvailabilityZones?: number;
  };
  const suffix = made.id.slice("vpc-".length, -2);
  const ids = (prefix: string, kind: string): string[] =>
    subnetSpecs
      .filter(({ type }) => type === kind)
      .flatMap((_, nth) =>
        Array.from({ length: zones }, (_zone, zone) => `${prefix}-${suffix}${nth}${zone}`),
      );
  const kinds = ["Isolated", "Private", "Public"];
  return {
    id: made.id,
    state: {
      ...made.state,
      vpcId: made.id,
      isolatedSubnetIds: ids("subnet", "Isolated"),
      privateSubnetIds: ids("subnet", "Private"),
      publicSubnetIds: ids("subnet", "Public"),
      routeTables: kinds.flatMap((kind) => ids("rtb", kind)).map((id) => ({ id })),
    },
  };
};

export const provisioners: Provisioners = {
  "aws:ec2/securityGroup:SecurityGroup": recorded("sg"),
  "aws:ec2/subnet:Subnet": recorded("subnet"),
  "aws:ec2/vpc:Vpc": recorded("vpc"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": recorded("vpce"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": recorded("sgr"),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": recorded("sgr"),
  "awsx:ec2:Vpc": network,
};
