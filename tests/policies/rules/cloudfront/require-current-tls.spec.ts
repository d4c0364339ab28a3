import * as assert from "node:assert/strict";
import { requireCurrentTls as rule } from "../../../../policies/rules/cloudfront/require-current-tls";
import { said, unknown } from "../../../support/policy";
import { distribution } from "./edge";

const withCertificate = (viewerCertificate: object) =>
  distribution({ viewerCertificate: { acmCertificateArn: "arn", ...viewerCertificate } });

describe(rule.name, () => {
  it("accepts policies from TLS 1.2 on", async () => {
    for (const minimumProtocolVersion of ["TLSv1.2_2018", "TLSv1.2_2021", "TLSv1.3_2025"])
      assert.deepEqual(await said(rule, withCertificate({ minimumProtocolVersion })), []);
  });

  it("rejects older policies, and none", async () => {
    for (const minimumProtocolVersion of [
      "SSLv3",
      "TLSv1",
      "TLSv1_2016",
      "TLSv1.1_2016",
      "SSLv3_TLSv1.2",
    ])
      assert.deepEqual(await said(rule, withCertificate({ minimumProtocolVersion })), [
        `front: Accepts ${minimumProtocolVersion} and later: set minimumProtocolVersion to TLSv1.2_2021.`,
      ]);
    assert.deepEqual(await said(rule, withCertificate({})), [
      "front: Accepts TLSv1 and later: set minimumProtocolVersion to TLSv1.2_2021.",
    ]);
  });

  it("advises against the certificate of cloudfront.net, whatever policy stands beside it", async () => {
    for (const beside of [{}, { minimumProtocolVersion: "TLSv1.2_2021" }])
      assert.deepEqual(
        await said(
          rule,
          distribution({ viewerCertificate: { cloudfrontDefaultCertificate: true, ...beside } }),
        ),
        [
          "advisory front: Advice: Has the certificate of cloudfront.net, with which CloudFront accepts TLS 1.0: give it a domain name and a certificate, or let its viewers require TLS 1.2.",
        ],
      );
  });

  it("waits for a policy that is not known yet", async () => {
    const lines = await said(rule, withCertificate({ minimumProtocolVersion: unknown }));
    assert.ok(lines.length > 0 && lines.every((line) => line.startsWith("advisory ")));
  });
});
