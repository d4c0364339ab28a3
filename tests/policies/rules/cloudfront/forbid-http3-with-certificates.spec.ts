import * as assert from "node:assert/strict";
import { forbidHttp3WithCertificates as rule } from "../../../../policies/rules/cloudfront/forbid-http3-with-certificates";
import { said, unknown } from "../../../support/policy";
import { distribution } from "./edge";

const viewerMtlsConfig = { mode: "required", trustStoreConfig: { trustStoreId: "store" } };

describe(rule.name, () => {
  it("accepts certificates over HTTP/2, and HTTP/3 without certificates", async () => {
    for (const inputs of [
      { viewerMtlsConfig },
      { viewerMtlsConfig, httpVersion: "http2" },
      { httpVersion: "http2and3" },
    ])
      assert.deepEqual(await said(rule, distribution(inputs)), []);
  });

  for (const httpVersion of ["http3", "http2and3"])
    it(`rejects certificates over ${httpVersion}`, async () =>
      assert.deepEqual(await said(rule, distribution({ viewerMtlsConfig, httpVersion })), [
        `front: Asks viewers for certificates over ${httpVersion}: set httpVersion to http2.`,
      ]));

  it("decides nothing of a behaviour whose policy is not known yet", async () => {
    const behaviour = { viewerProtocolPolicy: unknown };
    const lines = await said(rule, distribution({ viewerMtlsConfig, behaviour }));
    assert.deepEqual(
      lines.filter((line) => line.includes("certificates need HTTPS")),
      [],
    );
  });

  it("rejects a behaviour that takes HTTP", async () => {
    const behaviour = { viewerProtocolPolicy: "redirect-to-https" };
    assert.deepEqual(await said(rule, distribution({ viewerMtlsConfig, behaviour })), [
      "front: defaultCacheBehavior is redirect-to-https, and certificates need HTTPS: set viewerProtocolPolicy to https-only.",
    ]);
  });
});
