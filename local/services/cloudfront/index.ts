import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type * as aws from "@pulumi/aws";
import { randomBytes } from "node:crypto";
import { parseDocument } from "../../../iam";
import type { Clients } from "../../aws/clients";
import { inputsOf, type Inputs, type Provisioner, type Provisioners } from "../provisioner";
import type { Distributions } from "./distributions";
import { limits, type RequestEvent } from "./limits";

export { createDistributions, type Distributions } from "./distributions";

interface CloudFrontServices {
  distributions: Distributions;
}

/** Starts a front in place of a distribution, and refuses what CloudFront refuses of its function. */
const distribution: Provisioner<CloudFrontServices> = async (resource, context) => {
  const { clients, services, notHonoured } = context;
  const inputs = inputsOf<aws.cloudfront.DistributionArgs>(resource);
  const { defaultCacheBehavior: behaviour, origins } = inputs;
  const [origin] = origins;
  const [association, ...others] = behaviour.lambdaFunctionAssociations ?? [];
  if (!origin || origins.length > 1 || !association || others.length > 0)
    throw new Error(
      "The local run has distributions with one origin and one function at the edge only.",
    );
  if (!(association.eventType in limits))
    throw new Error(
      `The local run calls functions at ${Object.keys(limits).join(" and ")} only, not at ${association.eventType}.`,
    );
  if (inputs.viewerMtlsConfig || origin.customOriginConfig?.originMtlsConfig)
    throw new Error(
      "The local run has no certificates of viewers and origins; leave deviceAuthorities and originDomain out.",
    );
  const functionArn = await checkedFunction(clients, association.lambdaArn);
  notHonoured(
    "CloudFront is a front on this machine: it applies the limits for functions at the edge, and has neither a cache, HTTP/2, HTTP/3, a web ACL nor response headers of its own.",
  );
  const id = `E${randomBytes(6).toString("hex").toUpperCase()}`;
  const domainName = await services.distributions.start({
    id,
    functionArn,
    allowedMethods: behaviour.allowedMethods,
    eventType: association.eventType as RequestEvent,
    includeBody: association.includeBody ?? false,
    origin: {
      domainName: origin.domainName,
      path: origin.originPath ?? "",
      customHeaders: customHeadersOf(origin),
    },
  });
  const { accountId } = clients.account;
  return {
    id,
    state: {
      ...resource.plain,
      domainName,
      arn: `arn:aws:cloudfront::${accountId}:distribution/${id}`,
    },
  };
};

const customHeadersOf = ({
  customHeaders = [],
}: Inputs<aws.cloudfront.DistributionArgs>["origins"][0]): { name: string; value: string }[] =>
  customHeaders.map(({ name, value }) => ({ name, value }));

/**
 * The function of a version, which the emulator does not keep apart. Throws for one that is no numbered version, or whose role CloudFront
 * cannot use.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
 */
async function checkedFunction(clients: Clients, versionArn: string): Promise<string> {
  const [, functionArn] = /^(.+:function:[^:]+):\d+$/.exec(versionArn) ?? [];
  if (functionArn === undefined)
    throw new Error(
      `${versionArn} is no numbered version, and CloudFront takes neither $LATEST nor aliases: associate qualifiedArn.`,
    );
  const { Role = "" } = await clients
    .get(LambdaClient)
    .send(new GetFunctionConfigurationCommand({ FunctionName: functionArn }));
  const RoleName = Role.split("/").pop() ?? "";
  const { Role: role } = await clients.get(IAMClient).send(new GetRoleCommand({ RoleName }));
  const trust = parseDocument(decodeURIComponent(role?.AssumeRolePolicyDocument ?? ""));
  for (const service of ["lambda.amazonaws.com", "edgelambda.amazonaws.com"])
    if (!JSON.stringify(trust).includes(`"${service}"`))
      throw new Error(
        `Role ${RoleName} does not let ${service} assume it, and CloudFront refuses its function: add the principal to its trust policy.`,
      );
  return functionArn;
}

export const provisioners: Provisioners<CloudFrontServices> = {
  "aws:cloudfront/distribution:Distribution": distribution,
};
