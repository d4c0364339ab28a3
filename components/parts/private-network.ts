import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { isolatedSubnets } from "./isolated-subnets";
import { arn, endpointService, physicalName, type Arn } from "./names";
import {
  allow,
  allowUnscoped,
  denyToCode,
  policyDocument,
  type Statement,
} from "./policy-document";

/** How a function joins a private network. */
export interface NetworkAccess {
  vpcConfig: { subnetIds: pulumi.Output<string>[]; securityGroupIds: pulumi.Output<string>[] };
  /** By which Lambda makes the network interfaces of the function in the name of its role. */
  statements(functionName: string): Statement[];
  /** What the callback needs before it runs. */
  resources: pulumi.Resource[];
}

/** An AWS service that the function calls through an endpoint, and the calls that the endpoint lets through. */
export interface Reached {
  service: "secretsmanager" | "sqs";
  statement: Statement;
}

export interface PrivateNetworkArgs {
  /** The role of the function, the only principal of the endpoints. */
  callerArn: Arn;
  reaches: Reached[];
  /** Ids of zones in which no subnet may be. @default none */
  excludedZoneIds?: string[] | undefined;
}

const networkBlock = "10.0.0.0/24";
/** Of two zones: a function runs on while one of them is down. */
const subnetBlocks = ["10.0.0.0/26", "10.0.0.64/26"];

const managing = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:UnassignPrivateIpAddresses",
] as const;

/**
 * A network without a way to the internet, for one function and one database. It has two subnets in different zones, interface endpoints
 * for the AWS services that the function calls, and three security groups: the function reaches the database and the endpoints only,
 * and both accept connections of the function only.
 * @see https://docs.aws.amazon.com/vpc/latest/privatelink/create-interface-endpoint.html
 */
export class PrivateNetwork extends pulumi.ComponentResource implements NetworkAccess {
  readonly vpcConfig: NetworkAccess["vpcConfig"];
  readonly databaseGroup: aws.ec2.SecurityGroup;
  readonly resources: pulumi.Resource[];
  private readonly callerGroup: aws.ec2.SecurityGroup;
  private readonly tag: string;

  constructor(name: string, args: PrivateNetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:PrivateNetwork", name, {}, opts);
    const parent = { parent: this };
    this.tag = physicalName("security group", name);

    const { vpcId, subnetIds } = isolatedSubnets(
      name,
      {
        ...{ networkBlock, subnetBlocks, excludedZoneIds: args.excludedZoneIds },
        tags: { network: this.tag },
      },
      parent,
    );
    const group = (role: string, description: string) =>
      new aws.ec2.SecurityGroup(
        `${name}-${role}`,
        {
          name: physicalName("security group", `${name}-${role}`),
          description,
          vpcId,
          tags: { network: this.tag },
        },
        parent,
      );
    this.callerGroup = group("caller", "The function: reaches the database and the endpoints.");
    this.databaseGroup = group("database", "The database: accepts the function only.");
    const endpointGroup = group("endpoints", "The endpoints: accept the function only.");
    const https = this.admit(`${name}-endpoints`, endpointGroup, 443, parent);
    const endpoints = args.reaches.map(
      ({ service, statement }) =>
        new aws.ec2.VpcEndpoint(
          `${name}-${service}`,
          {
            vpcId,
            vpcEndpointType: "Interface",
            serviceName: endpointService(service),
            subnetIds,
            securityGroupIds: [endpointGroup.id],
            privateDnsEnabled: true,
            policy: policyDocument([{ ...statement, Principal: { AWS: args.callerArn } }]),
          },
          parent,
        ),
    );
    this.vpcConfig = { subnetIds, securityGroupIds: [this.callerGroup.id] };
    this.resources = [...https, ...endpoints];
    this.registerOutputs({});
  }

  /** Lets the function connect to the database. */
  openDatabase(name: string, port: pulumi.Input<number>, opts: pulumi.CustomResourceOptions): void {
    this.resources.push(...this.admit(name, this.databaseGroup, port, opts));
  }

  statements(functionName: string): Statement[] {
    const tagged = { StringEquals: { "aws:ResourceTag/network": this.tag } };
    return [
      allow(
        "JoinSubnets",
        "ec2:CreateNetworkInterface",
        [arn.subnets(), arn.securityGroups()],
        tagged,
      ),
      allow(
        "ManageInterfaces",
        [
          "ec2:AssignPrivateIpAddresses",
          "ec2:CreateNetworkInterface",
          "ec2:DeleteNetworkInterface",
          "ec2:UnassignPrivateIpAddresses",
        ],
        arn.networkInterfaces(),
      ),
      allowUnscoped("DescribeNetwork", ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"]),
      denyToCode("DenyNetworkToCode", [...managing], arn.function(functionName)),
    ];
  }

  /** Lets the function connect to a group, on both sides. */
  private admit(
    name: string,
    to: aws.ec2.SecurityGroup,
    port: pulumi.Input<number>,
    opts: pulumi.CustomResourceOptions,
  ): pulumi.Resource[] {
    const [from, common] = [this.callerGroup, { ipProtocol: "tcp", fromPort: port, toPort: port }];
    return [
      new aws.vpc.SecurityGroupEgressRule(
        `${name}-egress`,
        { ...common, securityGroupId: from.id, referencedSecurityGroupId: to.id },
        opts,
      ),
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-ingress`,
        { ...common, securityGroupId: to.id, referencedSecurityGroupId: from.id },
        opts,
      ),
    ];
  }
}
