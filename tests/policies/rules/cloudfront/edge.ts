import { unknown, type Given } from "../../../support/policy";

/** Leaves out what is undefined, which the engine does not encode. */
const encodable = (given: Given): Given => JSON.parse(JSON.stringify(given)) as Given;

/** A function as it has to be, with changes. */
export const lambda = (inputs: object = {}): Given =>
  encodable({
    type: "aws:lambda/function:Function",
    name: "guard",
    inputs: {
      ...{ name: "guard", region: "us-east-1", publish: true, timeout: 5, memorySize: 128 },
      ...{ architectures: ["x86_64"], role: "arn:aws:iam::123456789012:role/guard-role" },
      ...inputs,
    },
  });

/** A role that these services assume. */
export const role = (...services: string[]): Given => ({
  type: "aws:iam/role:Role",
  name: "role",
  inputs: {
    name: "guard-role",
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: services }, Action: "sts:AssumeRole" }],
    }),
  },
});

export const distribution = ({
  behaviour = {},
  association = {},
  origin = {},
  ...inputs
}: {
  behaviour?: object;
  association?: object;
  origin?: object;
  [input: string]: unknown;
} = {}): Given =>
  encodable({
    type: "aws:cloudfront/distribution:Distribution",
    name: "front",
    inputs: {
      enabled: true,
      origins: [
        {
          ...{ originId: "api", domainName: unknown },
          customHeaders: [{ name: "x-origin", value: unknown }],
          customOriginConfig: {
            ...{ httpPort: 80, httpsPort: 443, originProtocolPolicy: "https-only" },
            originSslProtocols: ["TLSv1.2"],
          },
          ...origin,
        },
      ],
      defaultCacheBehavior: {
        ...{ targetOriginId: "api", viewerProtocolPolicy: "https-only" },
        allowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
        lambdaFunctionAssociations: [
          { eventType: "origin-request", includeBody: true, lambdaArn: unknown, ...association },
        ],
        ...behaviour,
      },
      ...inputs,
    },
    madeFrom: { defaultCacheBehavior: ["guard"], origins: ["api"] },
  });
