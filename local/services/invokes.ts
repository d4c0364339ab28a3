import type { Account } from "../aws/clients";

type Answer = Record<string, unknown>;

/**
 * Returns AWS's answers to the program's questions about its account and region. The data endpoint has the form of an AWS one;
 * functions receive this machine's endpoint when they are created.
 */
export function answers({
  region,
  accountId,
}: Pick<Account, "region" | "accountId">): (token: string) => Promise<Answer> {
  const known: Record<string, Answer> = {
    "aws:index/getPartition:getPartition": { partition: "aws", dnsSuffix: "amazonaws.com" },
    "aws:index/getRegion:getRegion": { region, name: region },
    "aws:index/getCallerIdentity:getCallerIdentity": {
      accountId,
      arn: `arn:aws:iam::${accountId}:root`,
      userId: accountId,
    },
    "aws:index/getAvailabilityZones:getAvailabilityZones": {
      names: ["a", "b", "c"].map((zone) => `${region}${zone}`),
    },
    // https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/ecr-eu-central-1.html
    "aws:sagemaker/getPrebuiltEcrImage:getPrebuiltEcrImage": {
      registryPath: `664544806723.dkr.ecr.${region}.amazonaws.com/randomcutforest:1`,
    },
    "aws:iot/getEndpoint:getEndpoint": { endpointAddress: `local-ats.iot.${region}.amazonaws.com` },
  };
  return async (token) => {
    const answer = known[token];
    if (answer) return answer;
    throw new Error(
      `The local run cannot answer ${token}: add AWS's answer to local/services/invokes.ts.`,
    );
  };
}
