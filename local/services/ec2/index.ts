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

export const provisioners: Provisioners = {
  "aws:ec2/securityGroup:SecurityGroup": recorded("sg"),
  "aws:ec2/subnet:Subnet": recorded("subnet"),
  "aws:ec2/vpc:Vpc": recorded("vpc"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": recorded("vpce"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": recorded("sgr"),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": recorded("sgr"),
};
