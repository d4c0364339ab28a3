import * as assert from "node:assert/strict";
import { chromium, openWebPage, type WebPage } from "../../support/browser";
import { installMilliseconds } from "../../support/emulator";
import { createIssuer, type Issuer } from "./api-issuer";
import { openTokenApi, type Tokens } from "./api-with-tokens";
import { deployed, type World } from "./world";

const audience = "dashboards";

// A browser sends a preflight request before each request with a token, which no other client does.
describe("api-to-devices in a browser", function () {
  this.timeout(120_000);
  let world: World;
  let issuer: Issuer;
  let page: WebPage;
  let token: string;

  before(async function () {
    this.timeout(installMilliseconds);
    if (chromium === undefined) {
      console.log(
        "      Skipped: Chromium is not installed; on Debian, `apt-get install chromium`.",
      );
      return this.skip();
    }
    world = await deployed();
    issuer = await createIssuer();
    page = await openWebPage(chromium);
    const exp = Math.floor(Date.now() / 1000) + 600;
    token = issuer.sign({ iss: issuer.url, aud: audience, exp });
  });
  after(async () => {
    await page?.close();
    await issuer?.close();
  });

  const apiWith = (more: Partial<Tokens>): Promise<string> =>
    openTokenApi(world, { issuer: issuer.url, audience: [audience], ...more });
  /** What a page receives that requests the list of devices with a token. */
  const fetched = (url: string): Promise<unknown> =>
    page.run(`export default async () => {
      const headers = { authorization: ${JSON.stringify(`Bearer ${token}`)} };
      const response = await fetch(${JSON.stringify(`${url}/devices`)}, { headers });
      return { status: response.status, hasDevices: Array.isArray((await response.json()).devices) };
    }`);
  const refused = { failed: "TypeError: Failed to fetch" };

  it("answers a page of a configured origin", async () => {
    const url = await apiWith({ origins: [page.origin] });
    assert.deepEqual(await fetched(url), { status: 200, hasDevices: true });
  });

  it("does not answer a page of another origin", async () => {
    assert.deepEqual(await fetched(await apiWith({ origins: ["https://other.example"] })), refused);
  });

  it("would answer no page without an open route for preflight requests", async () => {
    const url = await apiWith({ origins: [page.origin], without: ["OPTIONS /{proxy+}"] });
    assert.deepEqual(await fetched(url), refused);
  });
});
