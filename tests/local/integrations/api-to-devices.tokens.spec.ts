import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { openApi, type Api } from "./api";
import { createIssuer, type Claims, type Issuer } from "./api-issuer";
import { openTokenApi } from "./api-with-tokens";
import { deployed } from "./world";

const audience = "dashboards";
const scope = "devices/read";

// The program's reader behind an API of the same kind that lets callers in by token; the local stack's own lets them in by IAM.
describe("api-to-devices with tokens, on this machine", function () {
  this.timeout(120_000);
  let issuer: Issuer;
  let api: Api;

  before(async function () {
    this.timeout(installMilliseconds);
    const world = await deployed();
    issuer = await createIssuer();
    const url = await openTokenApi(world, { issuer: issuer.url, audience: [audience], scope });
    const of = { "api-to-devices": { url } };
    api = openApi({ ...world, outputs: { ...world.outputs, of } });
  });
  after(async () => {
    await issuer?.close();
  });

  const seconds = (ahead: number) => Math.floor(Date.now() / 1000) + ahead;
  const good = (): Claims => ({
    iss: issuer.url,
    aud: audience,
    exp: seconds(300),
    iat: seconds(-10),
    scope,
  });
  const ask = (token: string | undefined, path = "/devices") =>
    api.ask(path, {
      credentials: undefined,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });

  for (const [what, changes] of [
    ["a token", {}],
    ["a token for several audiences, of which it is one", { aud: ["others", audience] }],
    [
      "a token that names its client instead of an audience",
      { aud: undefined, client_id: audience },
    ],
    ["a token of several scopes, of which it is one", { scope: `other ${scope}` }],
  ] as const)
    it(`accepts ${what}`, async () => {
      const { status, json } = await ask(issuer.sign({ ...good(), ...changes }));
      assert.equal(status, 200, JSON.stringify(json));
      assert.ok(Array.isArray((json as { devices?: unknown }).devices), JSON.stringify(json));
    });

  const refusals: [what: string, token: () => string | undefined, status?: number][] = [
    ["without a token", () => undefined],
    ["with what is no token", () => "open-sesame"],
    ["with an expired token", () => issuer.sign({ ...good(), exp: seconds(-1) })],
    ["with a token that is not valid yet", () => issuer.sign({ ...good(), nbf: seconds(300) })],
    ["with a token that is to be issued", () => issuer.sign({ ...good(), iat: seconds(300) })],
    ["with another issuer's token", () => issuer.sign({ ...good(), iss: "https://example.com" })],
    ["with a token for another audience", () => issuer.sign({ ...good(), aud: "others" })],
    ["with a token without an audience", () => issuer.sign({ ...good(), aud: undefined })],
    [
      "with a token of another scope",
      () => issuer.sign({ ...good(), scope: "devices/write" }),
      403,
    ],
    ["with a token without a scope", () => issuer.sign({ ...good(), scope: undefined }), 403],
    ["with a token that another key has signed", () => issuer.forge(good())],
    ["with a token of a key that the issuer does not have", () => issuer.sign(good(), "unknown")],
    ["with a token that says it needs no signature", () => issuer.unsigned(good())],
    ["with a token that was signed with the public key", () => issuer.confused(good())],
    ["with a token whose claims were changed", () => issuer.tampered(good())],
  ];
  for (const [what, token, status = 401] of refusals)
    it(`answers ${status} to a request ${what}`, async () => {
      const answered = await ask(token());
      const message = status === 401 ? "Unauthorized" : "Forbidden";
      assert.deepEqual([answered.status, answered.json], [status, { message }]);
    });

  it("asks for a token on every path, known or not", async () => {
    for (const path of ["/devices/a", "/devices/a/history", "/nowhere"])
      assert.equal((await ask(undefined, path)).status, 401, path);
    assert.equal((await ask(issuer.sign(good()), "/nowhere")).status, 404);
  });
});
