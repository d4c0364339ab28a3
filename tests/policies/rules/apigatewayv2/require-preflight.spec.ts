import * as assert from "node:assert/strict";
import { requirePreflight as rule } from "../../../../policies/rules/apigatewayv2/require-preflight";
import { said, unknown, type Given } from "../../../support/policy";

const api = (inputs: object = { corsConfiguration: { allowOrigins: ["https://a.example"] } }) => ({
  type: "aws:apigatewayv2/api:Api",
  name: "api",
  inputs: { name: "api", protocolType: "HTTP", ...inputs },
});
const route = (routeKey: string, authorizationType?: string, of = "api"): Given => ({
  type: "aws:apigatewayv2/route:Route",
  name: routeKey,
  inputs: { apiId: unknown, routeKey, ...(authorizationType && { authorizationType }) },
  madeFrom: { apiId: [of] },
});
const refused = (routeKey: string) =>
  `api: Has a CORS configuration, but route ${routeKey} requires authorization for preflight requests: add the route OPTIONS /{proxy+} without authorization.`;

describe(rule.name, () => {
  for (const authorization of ["JWT", "AWS_IAM", "CUSTOM"])
    it(`rejects $default with ${authorization} alone, and accepts it with an open route for preflight requests`, async () => {
      const routes = [route("GET /devices", authorization), route("$default", authorization)];
      assert.deepEqual(await said(rule, api(), ...routes), [refused("$default")]);
      for (const open of [undefined, "NONE"])
        assert.deepEqual(await said(rule, api(), ...routes, route("OPTIONS /{proxy+}", open)), []);
    });

  it("takes an open route of another key for no answer to preflight requests", async () => {
    const routes = [route("GET /{proxy+}"), route("$default", "JWT")];
    assert.deepEqual(await said(rule, api(), ...routes), [refused("$default")]);
  });

  it("accepts a route without a key, and one with a method in its path", async () => {
    const keyless = route("GET /devices", "JWT");
    delete keyless.inputs.routeKey;
    assert.deepEqual(await said(rule, api(), keyless, route("GET /ANY /x", "JWT")), []);
  });

  it("rejects an authorized route that API Gateway prefers to the open one", async () => {
    const open = route("OPTIONS /{proxy+}");
    for (const key of ["ANY /devices", "OPTIONS /devices"])
      assert.deepEqual(await said(rule, api(), open, route(key, "JWT")), [refused(key)]);
    assert.deepEqual(await said(rule, api(), open, route("ANY /{proxy+}", "JWT")), []);
  });

  it("rejects a route for preflight requests with authorization", async () => {
    const routes = [route("$default", "JWT"), route("OPTIONS /{proxy+}", "JWT")];
    assert.deepEqual(await said(rule, api(), ...routes), [
      refused("$default"),
      refused("OPTIONS /{proxy+}"),
    ]);
  });

  it("accepts an API whose routes are for other methods, since API Gateway answers preflight requests itself", async () => {
    assert.deepEqual(await said(rule, api(), route("GET /devices", "JWT")), []);
  });

  it("accepts an API without a CORS configuration, and the routes of another API", async () => {
    assert.deepEqual(await said(rule, api({}), route("$default", "JWT")), []);
    const other = { ...api({}), name: "other" };
    assert.deepEqual(await said(rule, api(), other, route("$default", "JWT", "other")), []);
  });

  it("waits for an authorization that is not known yet", async () => {
    const lines = await said(rule, api(), route("$default", unknown));
    assert.ok(!lines.includes(refused("$default")));
  });
});
