import * as assert from "node:assert/strict";
import { requireAdmission as rule } from "../../../../policies/rules/cloudfront/require-admission";
import { said, unknown, type Given } from "../../../support/policy";
import { distribution, lambda } from "./edge";

const api = (inputs: object = {}): Given => ({
  type: "aws:apigatewayv2/api:Api",
  name: "api",
  inputs: { name: "api", protocolType: "HTTP", ...inputs },
});
const route = (authorizationType?: string): Given => ({
  type: "aws:apigatewayv2/route:Route",
  name: "route",
  inputs: { apiId: unknown, routeKey: "POST /x", ...(authorizationType && { authorizationType }) },
  madeFrom: { apiId: ["api"] },
});
const behind = (origin: object) => [api(), route(), lambda(), distribution({ origin })];
const withCertificate = {
  customHeaders: [],
  customOriginConfig: {
    ...{ originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.2"] },
    originMtlsConfig: { clientCertificateArn: "arn" },
  },
};

describe(rule.name, () => {
  it("accepts a header, and a certificate where the API has no other address", async () => {
    assert.deepEqual(await said(rule, ...behind({})), []);
    const closed = [api({ disableExecuteApiEndpoint: true }), route(), lambda()];
    assert.deepEqual(await said(rule, ...closed, distribution({ origin: withCertificate })), []);
  });

  it("rejects an open API that cannot tell the distribution from other callers", async () => {
    for (const customHeaders of [[], undefined])
      assert.deepEqual(await said(rule, ...behind({ customHeaders })), [
        "front: Sends nothing by which API api knows it, and routes of the API have no authorization: add a custom header with a secret, or originMtlsConfig.",
      ]);
  });

  it("rejects a certificate beside the API's own address", async () => {
    assert.deepEqual(await said(rule, ...behind(withCertificate)), [
      "api: Asks for a certificate by its domain name only, and distribution front is not the only caller of its other address: set disableExecuteApiEndpoint.",
    ]);
  });

  it("rejects a certificate alone where the origin takes what headers say of viewers' certificates", async () => {
    const viewerMtlsConfig = { mode: "required" };
    assert.deepEqual(
      await said(rule, distribution({ viewerMtlsConfig, origin: withCertificate })),
      [
        "front: Says in headers whose certificate a viewer has shown, and its origin knows it by its certificate only, beside other holders of certificates of that authority: add a custom header with a secret.",
      ],
    );
    const { customOriginConfig } = withCertificate;
    for (const origin of [
      { customOriginConfig },
      { customHeaders: [{ name: "x", value: unknown }] },
    ])
      assert.deepEqual(await said(rule, distribution({ viewerMtlsConfig, origin })), []);
  });

  it("accepts an API that authorizes callers itself, and another origin", async () => {
    const front = distribution({ origin: { customHeaders: [] } });
    for (const authorization of ["AWS_IAM", "JWT", "CUSTOM"])
      assert.deepEqual(await said(rule, api(), route(authorization), lambda(), front), []);
    const bucket = { ...api(), type: "aws:s3/bucket:Bucket" };
    assert.deepEqual(await said(rule, bucket, front), []);
    assert.deepEqual(await said(rule, bucket, route(), front), []);
  });

  it("rejects an API of which one of several routes is open", async () => {
    const front = distribution({ origin: { customHeaders: [] } });
    const closed = { ...route("JWT"), name: "closed" };
    for (const routes of [
      [closed, route()],
      [route(), closed],
    ])
      assert.equal((await said(rule, api(), ...routes, lambda(), front)).length, 1);
  });
});
