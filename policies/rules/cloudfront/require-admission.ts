import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import type { Place } from "../../stack/place";
import type { Resource } from "../../stack/resource";

/**
 * What the function at the edge checks is checked for requests through the distribution only. CloudFront signs no requests for an API, so
 * the API has to know the distribution by a header or a certificate.
 */
export const requireAdmission: StackRule = {
  name: "cloudfront-distribution-require-admission",
  displayName: "Open APIs behind a distribution know it",
  description:
    "An open HTTP API behind a distribution has no other address and knows it by a header or certificate; by a header if viewers show certificates.",
  area: "validation",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "Anyone who finds the address of the API calls it past the distribution.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Add a custom header with a secret to the origin and let the API check it; or set originMtlsConfig, give the API a domain name with mutual TLS and set disableExecuteApiEndpoint.",
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html",
  checkStack(stack, report) {
    for (const distribution of stack.of("aws:cloudfront/distribution:Distribution")) {
      const apis = distribution
        .sourcesOf("origins")
        .filter(({ type }) => type === "aws:apigatewayv2/api:Api");
      for (const origin of distribution.inputs.at("origins").items()) {
        if (
          distribution.inputs.at("viewerMtlsConfig").given &&
          hasCertificate(origin) &&
          !sendsHeader(origin)
        )
          report(
            distribution,
            "Says in headers whose certificate a viewer has shown, and its origin knows it by its certificate only, beside other holders of certificates of that authority: add a custom header with a secret.",
          );
        for (const api of apis.filter(isOpen(stack.of("aws:apigatewayv2/route:Route")))) {
          if (hasCertificate(origin)) {
            if (api.inputs.at("disableExecuteApiEndpoint").flag() !== true)
              report(
                api,
                `Asks for a certificate by its domain name only, and distribution ${distribution.name} is not the only caller of its other address: set disableExecuteApiEndpoint.`,
              );
          } else if (!sendsHeader(origin))
            report(
              distribution,
              `Sends nothing by which API ${api.name} knows it, and routes of the API have no authorization: add a custom header with a secret, or originMtlsConfig.`,
            );
        }
      }
    }
  },
};

const hasCertificate = (origin: Place): boolean =>
  origin.at("customOriginConfig", "originMtlsConfig").given;

const sendsHeader = (origin: Place): boolean => origin.at("customHeaders").items().length > 0;

/** Whether an API has routes without authorization. */
const isOpen =
  (routes: Resource[]) =>
  (api: Resource): boolean =>
    routes.some(
      (route) =>
        route.sourcesOf("apiId").includes(api) &&
        (route.inputs.at("authorizationType").text() ?? "NONE") === "NONE",
    );
