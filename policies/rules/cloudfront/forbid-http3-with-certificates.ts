import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { behavioursOf } from "../../stack/edge-functions";

export const forbidHttp3WithCertificates: ResourceRule = {
  name: "cloudfront-distribution-forbid-http3-with-certificates",
  displayName: "Distributions that ask for certificates have no HTTP/3",
  description:
    "A distribution with mutual TLS for viewers takes neither HTTP/3 nor plain HTTP, which have no certificates of viewers.",
  area: "validation",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "CloudFront refuses such a distribution itself, and nothing is lost.",
  },
  framework: wellArchitected.failFast,
  remediationSteps:
    "Set httpVersion to http2, and viewerProtocolPolicy of every behaviour to https-only.",
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/enable-mtls-distributions.html",
  types: ["aws:cloudfront/distribution:Distribution"],
  check(resource, report) {
    const { inputs } = resource;
    if (!inputs.at("viewerMtlsConfig").given) return;
    const version = inputs.at("httpVersion").text();
    if (version?.endsWith("3"))
      report(`Asks viewers for certificates over ${version}: set httpVersion to http2.`);
    for (const behaviour of behavioursOf(resource)) {
      const policy = behaviour.at("viewerProtocolPolicy").text();
      if (policy !== undefined && policy !== "https-only")
        report(
          `${behaviour.path} is ${policy}, and certificates need HTTPS: set viewerProtocolPolicy to https-only.`,
        );
    }
  },
};
