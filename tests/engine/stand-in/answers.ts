import { account, partition, region } from "./place";

/** The results of the program's invokes, in the account of the stand-in. */
export const answers: Record<string, Record<string, unknown>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": {
    id: account,
    accountId: account,
    arn: `arn:${partition}:iam::${account}:user/example`,
    userId: "example",
  },
  "aws:index/getPartition:getPartition": {
    id: partition,
    partition,
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
  },
  "aws:index/getRegion:getRegion": {
    id: region,
    region,
    description: "Europe (Frankfurt)",
    endpoint: `ec2.${region}.amazonaws.com`,
  },
  "aws:index/getAvailabilityZones:getAvailabilityZones": {
    id: region,
    names: [`${region}a`, `${region}b`, `${region}c`],
    zoneIds: ["euc1-az2", "euc1-az3", "euc1-az1"],
    groupNames: [region],
  },
  "aws:sagemaker/getPrebuiltEcrImage:getPrebuiltEcrImage": {
    id: "664544806723",
    registryPath: `664544806723.dkr.ecr.${region}.amazonaws.com/randomcutforest:1`,
  },
  "aws:iot/getEndpoint:getEndpoint": {
    id: "example",
    endpointAddress: `example-ats.iot.${region}.amazonaws.com`,
  },
};
