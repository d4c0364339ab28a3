import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { endpointService, physicalName } from "../names";

/** How tasks reach AWS: by endpoints in a network without a way to the internet, or through a NAT gateway. */
export type Egress = "endpoints" | "nat";

export interface ContainerNetwork {
  /** In two zones. */
  subnetIds: pulumi.Output<string[]>;
  securityGroupId: pulumi.Output<string>;
  /** What a task needs to start. */
  resources: pulumi.Resource[];
}

export interface ContainerNetworkArgs {
  egress: Egress;
  /** Services that tasks call besides those that every task needs: the registry of its image, and logs. */
  interfaces: readonly ("kinesis-streams" | "sqs")[];
}

const networkBlock = "10.43.0.0/16";

/** @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html */
const everyTask = ["ecr.api", "ecr.dkr", "logs"] as const;
/** Layers of images come from S3. Neither endpoint costs anything. */
const gateways = ["dynamodb", "s3"] as const;

/**
 * A network of awsx for tasks that accept no connection. With endpoints, its two subnets have no route to the internet; with a NAT gateway,
 * they have one, and the subnets of the gateway are public. In neither has a task a public address.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/networking-outbound.html
 */
export function containerNetwork(
  name: string,
  { egress, interfaces }: ContainerNetworkArgs,
  opts: pulumi.CustomResourceOptions,
): ContainerNetwork {
  const byNat = egress === "nat";
  const vpc = new awsx.ec2.Vpc(
    name,
    {
      cidrBlock: networkBlock,
      enableDnsHostnames: true,
      enableDnsSupport: true,
      numberOfAvailabilityZones: 2,
      subnetStrategy: "Auto",
      subnetSpecs: byNat
        ? [
            { type: "Private", cidrMask: 20 },
            { type: "Public", cidrMask: 24 },
          ]
        : [{ type: "Isolated", cidrMask: 20 }],
      natGateways: { strategy: byNat ? "Single" : "None" },
    },
    opts,
  );
  const group = (role: string, description: string): aws.ec2.SecurityGroup =>
    new aws.ec2.SecurityGroup(
      `${name}-${role}`,
      {
        name: physicalName("security group", `${name}-${role}`),
        ...{ description, vpcId: vpc.vpcId },
      },
      opts,
    );
  const tasks = group("tasks", "The tasks: accept nothing, and call AWS over TLS.");
  const out = new aws.vpc.SecurityGroupEgressRule(
    `${name}-egress`,
    {
      securityGroupId: tasks.id,
      description: "AWS over TLS: endpoints, or everything that the routes of the subnet reach.",
      ...{ ipProtocol: "tcp", fromPort: 443, toPort: 443, cidrIpv4: "0.0.0.0/0" },
    },
    opts,
  );
  const subnetIds = byNat ? vpc.privateSubnetIds : vpc.isolatedSubnetIds;
  const endpoints = byNat ? [] : endpointsIn();
  return { subnetIds, securityGroupId: tasks.id, resources: [out, vpc, ...endpoints] };

  function endpointsIn(): pulumi.Resource[] {
    const endpointGroup = group("endpoints", "The endpoints: accept the tasks only.");
    const admission = new aws.vpc.SecurityGroupIngressRule(
      `${name}-ingress`,
      {
        securityGroupId: endpointGroup.id,
        referencedSecurityGroupId: tasks.id,
        ...{ ipProtocol: "tcp", fromPort: 443, toPort: 443 },
      },
      opts,
    );
    const routeTableIds = vpc.routeTables.apply((tables) => pulumi.all(tables.map(({ id }) => id)));
    return [
      admission,
      ...[...everyTask, ...interfaces].map(
        (service) =>
          new aws.ec2.VpcEndpoint(
            `${name}-${service.replace(".", "-")}`,
            {
              vpcId: vpc.vpcId,
              vpcEndpointType: "Interface",
              serviceName: endpointService(service),
              subnetIds,
              securityGroupIds: [endpointGroup.id],
              privateDnsEnabled: true,
            },
            opts,
          ),
      ),
      ...gateways.map(
        (service) =>
          new aws.ec2.VpcEndpoint(
            `${name}-${service}`,
            {
              vpcId: vpc.vpcId,
              vpcEndpointType: "Gateway",
              serviceName: endpointService(service),
              routeTableIds,
            },
            opts,
          ),
      ),
    ];
  }
}
