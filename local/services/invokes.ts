import type { Account } from "../aws/clients";

type Answer = Record<string, unknown>;

/**
 * Returns AWS's answers to the program's questions about its account and region. The data endpoint has the form of an AWS one;
 * functions receive this machine's endpoint when they are created.
 */
export function answers({
  region,
  accountId,
}: Pick<Account, "region" | "accountId">): (token: string, args?: Answer) => Promise<Answer> {
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
    "aws:iot/getEndpoint:getEndpoint": { endpointAddress: `local-ats.iot.${region}.amazonaws.com` },
  };
  return async (token, args = {}) => {
    const answer = token === builtInImages ? imageIn(region, args) : known[token];
    if (answer) return answer;
    throw new Error(
      `The local run cannot answer ${token}: add AWS's answer to local/services/invokes.ts.`,
    );
  };
}

const builtInImages = "aws:sagemaker/getPrebuiltEcrImage:getPrebuiltEcrImage";

/**
 * An image of AWS; the registries are those of eu-central-1.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg-ecr-paths/ecr-eu-central-1.html
 */
function imageIn(region: string, { repositoryName, imageTag = "1" }: Answer): Answer {
  const registry = repositoryName === "sagemaker-scikit-learn" ? "492215442770" : "664544806723";
  const image = `${String(repositoryName)}:${String(imageTag)}`;
  return { registryPath: `${registry}.dkr.ecr.${region}.amazonaws.com/${image}` };
}
