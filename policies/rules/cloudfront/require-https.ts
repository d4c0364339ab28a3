import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { behavioursOf } from "../../stack/edge-functions";

/** A redirect comes after the request: its body and its token have crossed the network in clear by then. */
export const requireHttps: ResourceRule = {
  name: "cloudfront-distribution-require-https",
  displayName: "Distributions take and send requests over TLS",
  description:
    "Behaviours of a distribution refuse HTTP, or redirect it if they take no bodies, and origins are reached over TLS 1.2.",
  area: "encryption",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Clients that use HTTPS by themselves are not affected.",
  },
  framework: wellArchitected.encryptionInTransit,
  remediationSteps:
    "Set viewerProtocolPolicy to https-only, originProtocolPolicy to https-only and originSslProtocols to TLSv1.2.",
  url: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-https.html",
  types: ["aws:cloudfront/distribution:Distribution"],
  check(resource, report) {
    for (const behaviour of behavioursOf(resource)) {
      const policy = behaviour.at("viewerProtocolPolicy").text();
      const takesBodies = behaviour.at("allowedMethods").texts().includes("POST");
      if (policy === "allow-all")
        report(`${behaviour.path} takes HTTP: set viewerProtocolPolicy to https-only.`);
      else if (policy === "redirect-to-https" && takesBodies)
        report(
          `${behaviour.path} redirects a POST over HTTP after its body was sent in clear: set viewerProtocolPolicy to https-only.`,
        );
    }
    for (const origin of resource.inputs.at("origins").items()) {
      const config = origin.at("customOriginConfig");
      const policy = config.at("originProtocolPolicy").text();
      if (policy === "http-only" || policy === "match-viewer")
        report(`${config.path} may be reached over HTTP: set originProtocolPolicy to https-only.`);
      const old = config
        .at("originSslProtocols")
        .texts()
        .filter((one) => one !== "TLSv1.2");
      if (old.length > 0)
        report(`${config.path} allows ${old.join(", ")}: set originSslProtocols to TLSv1.2.`);
    }
  },
};
