import * as assert from "node:assert/strict";
import { requireHttps as rule } from "../../../../policies/rules/cloudfront/require-https";
import { said, unknown } from "../../../support/policy";
import { distribution } from "./edge";

const origin = (changes: object) =>
  distribution({
    origin: {
      customOriginConfig: {
        ...{ originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.2"] },
        ...changes,
      },
    },
  });

describe(rule.name, () => {
  it("accepts HTTPS only, and a redirect where no body is taken", async () => {
    assert.deepEqual(await said(rule, distribution()), []);
    const redirecting = {
      viewerProtocolPolicy: "redirect-to-https",
      allowedMethods: ["GET", "HEAD"],
    };
    assert.deepEqual(await said(rule, distribution({ behaviour: redirecting })), []);
    assert.deepEqual(
      await said(rule, distribution({ origin: { customOriginConfig: undefined } })),
      [],
    );
  });

  it("rejects HTTP, and a redirect of bodies", async () => {
    for (const [policy, sentence] of [
      ["allow-all", "takes HTTP"],
      ["redirect-to-https", "redirects a POST over HTTP after its body was sent in clear"],
    ])
      assert.deepEqual(
        await said(rule, distribution({ behaviour: { viewerProtocolPolicy: policy } })),
        [`front: defaultCacheBehavior ${sentence}: set viewerProtocolPolicy to https-only.`],
      );
    const ordered = { pathPattern: "/x", viewerProtocolPolicy: "allow-all" };
    assert.deepEqual(await said(rule, distribution({ orderedCacheBehaviors: [ordered] })), [
      "front: orderedCacheBehaviors[0] takes HTTP: set viewerProtocolPolicy to https-only.",
    ]);
  });

  it("rejects origins over HTTP and over old versions of TLS", async () => {
    const place = "origins[0].customOriginConfig";
    for (const originProtocolPolicy of ["http-only", "match-viewer"])
      assert.deepEqual(await said(rule, origin({ originProtocolPolicy })), [
        `front: ${place} may be reached over HTTP: set originProtocolPolicy to https-only.`,
      ]);
    assert.deepEqual(await said(rule, origin({ originSslProtocols: ["TLSv1", "TLSv1.2"] })), [
      `front: ${place} allows TLSv1: set originSslProtocols to TLSv1.2.`,
    ]);
    assert.deepEqual(await said(rule, origin({ originSslProtocols: ["SSLv3", "TLSv1"] })), [
      `front: ${place} allows SSLv3, TLSv1: set originSslProtocols to TLSv1.2.`,
    ]);
  });

  it("waits for a policy that is not known yet", async () => {
    const lines = await said(rule, distribution({ behaviour: { viewerProtocolPolicy: unknown } }));
    assert.ok(lines.every((line) => line.startsWith("advisory ")));
  });
});
