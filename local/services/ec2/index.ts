import type { Provisioner, Provisioners } from "../provisioner";

/** Records a part of a network, which nothing on this machine needs. */
const recorded: Provisioner = async (resource, { notHonoured }) => {
  notHonoured("Networks are only recorded here: no traffic is routed or refused.");
  return { id: resource.name, state: resource.plain };
};

export const provisioners: Provisioners = {
  "aws:ec2/securityGroup:SecurityGroup": recorded,
  "aws:ec2/subnet:Subnet": recorded,
  "aws:ec2/vpc:Vpc": recorded,
};
