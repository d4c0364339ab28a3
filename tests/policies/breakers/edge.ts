import { having, rewriting } from "./breaking";
import { set, type Breaker } from "../sabotage";

const lambda = "aws:lambda/function:Function";
const distribution = "aws:cloudfront/distribution:Distribution";

/** Changes an input of functions at the edge, which publish versions. */
const havingAtEdge = (
  input: string,
  value: unknown,
  rules: string[],
  also?: string[],
): Breaker => ({
  what: `at the edge, with ${input} ${JSON.stringify(value)}`,
  type: lambda,
  change: (inputs) => (inputs.publish === true ? set(inputs, input, value) : undefined),
  rules,
  also,
});

const support = "lambda-function-require-edge-support";

export const ofEdge: Breaker[] = [
  havingAtEdge("region", "eu-central-1", [support], ["aws-resource-require-region-in-name"]),
  havingAtEdge("architectures", ["arm64"], [support]),
  havingAtEdge("timeout", 31, [support]),
  havingAtEdge("publish", false, ["cloudfront-distribution-require-numbered-version"]),
  having(distribution, "defaultCacheBehavior.viewerProtocolPolicy", "allow-all", [
    "cloudfront-distribution-require-https",
  ]),
  having(
    distribution,
    "viewerCertificate",
    {
      acmCertificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/1",
      minimumProtocolVersion: "TLSv1",
    },
    ["cloudfront-distribution-require-current-tls"],
  ),
  having(distribution, "viewerMtlsConfig", { mode: "required" }, [
    "cloudfront-distribution-forbid-http3-with-certificates",
  ]),
  {
    what: "sends the API nothing by which it knows the distribution",
    type: distribution,
    change: ({ origins, ...inputs }) => ({
      ...inputs,
      origins: (origins as object[]).map((origin) => ({ ...origin, customHeaders: [] })),
    }),
    rules: ["cloudfront-distribution-require-admission"],
  },
  rewriting(
    "does not trust Lambda@Edge",
    "aws:iam/role:Role",
    "assumeRolePolicy",
    (statements) =>
      statements.map((one) => {
        const { Service } = one.Principal as { Service: unknown };
        return Array.isArray(Service) && Service.includes("edgelambda.amazonaws.com")
          ? { ...one, Principal: { Service: "lambda.amazonaws.com" } }
          : one;
      }),
    ["iam-role-require-edge-principals"],
  ),
];
