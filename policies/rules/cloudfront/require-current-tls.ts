import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/**
 * With the certificate of its own domain, CloudFront accepts TLS 1.0 whatever the distribution says; without a domain nothing can be done,
 * so this is advice there.
 * @see https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ViewerCertificate.html
 */
export const requireCurrentTls: ResourceRule = {
  name: "cloudfront-distribution-require-current-tls",
  displayName: "Distributions take TLS 1.2 and later",
  description:
    "A distribution has a certificate of its own and a security policy that refuses TLS 1.0 and 1.1.",
  area: "encryption",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Viewers with a current library use TLS 1.2 or later by themselves.",
  },
  framework: wellArchitected.encryptionInTransit,
  remediationSteps:
    "Give the distribution a domain name with a certificate of ACM, and set minimumProtocolVersion to TLSv1.2_2021 or later.",
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html",
  types: ["aws:cloudfront/distribution:Distribution"],
  check({ inputs }, report) {
    const certificate = inputs.at("viewerCertificate");
    if (certificate.at("cloudfrontDefaultCertificate").flag() === true)
      return report.advise(
        "Has the certificate of cloudfront.net, with which CloudFront accepts TLS 1.0: give it a domain name and a certificate, or let its viewers require TLS 1.2.",
      );
    const version = certificate.at("minimumProtocolVersion");
    // The provider's default: https://www.pulumi.com/registry/packages/aws/api-docs/cloudfront/distribution/
    const oldest = version.given ? version.text() : "TLSv1";
    if (oldest !== undefined && !/^TLSv1\.[23]/.test(oldest))
      report(`Accepts ${oldest} and later: set minimumProtocolVersion to TLSv1.2_2021.`);
  },
};
