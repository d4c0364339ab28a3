import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { openApi, type Api } from "./api";
import { createIssuer, type Issuer } from "./api-issuer";
import { openTokenApi } from "./api-with-tokens";
import { eventually } from "./eventually";
import { readingOf } from "./readings";
import { stateAt, timesOf } from "./tables";
import { deployed } from "./world";

const audience = "dashboards";

describe("api-to-devices with tenants, on this machine", function () {
  this.timeout(120_000);
  let issuer: Issuer;
  let api: Api;
  const [own, second, foreign] = ["acme:one", "acme:two", "acme-eu:one"];

  before(async function () {
    this.timeout(installMilliseconds);
    const world = await deployed();
    issuer = await createIssuer();
    const tenantClaim = "custom:tenant";
    const url = await openTokenApi(world, {
      issuer: issuer.url,
      audience: [audience],
      tenantClaim,
    });
    const of = { "api-to-devices": { url } };
    api = openApi({ ...world, outputs: { ...world.outputs, of } });
    for (const name of [own, second, foreign]) {
      const device = await world.device(name);
      const reading = readingOf(name);
      await device.publish(reading);
      await stateAt(world, name, reading.timestamp);
      await eventually(`the history of ${name}`, async () =>
        (await timesOf(world, name)).includes(reading.timestamp),
      );
    }
  });
  after(async () => {
    await issuer?.close();
  });

  const ask = (tenant: string | undefined, path: string, query?: Record<string, string>) => {
    const exp = Math.floor(Date.now() / 1000) + 300;
    const token = issuer.sign({ iss: issuer.url, aud: audience, exp, "custom:tenant": tenant });
    const headers = { authorization: `Bearer ${token}` };
    return api.ask(path, { credentials: undefined, headers, query });
  };
  const pathOf = (device: string) => `/devices/${encodeURIComponent(device)}`;

  it("lists the devices of the caller's tenant only, page by page", async () => {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const { status, json } = await ask("acme", "/devices", {
        limit: "1",
        ...(cursor !== undefined && { cursor }),
      });
      assert.equal(status, 200, JSON.stringify(json));
      const { devices, next } = json as { devices: { deviceId: string }[]; next?: string };
      ids.push(...devices.map(({ deviceId }) => deviceId));
      cursor = next;
    } while (cursor !== undefined);
    assert.deepEqual(ids, [own, second]);
  });

  it("answers about devices of the caller's tenant, and about others as if they did not exist", async () => {
    for (const [tenant, device, status] of [
      ["acme", own, 200],
      ["acme", foreign, 404],
      ["acme-eu", foreign, 200],
      ["acme-eu", own, 404],
    ] as const)
      for (const path of [pathOf(device), `${pathOf(device)}/history`])
        assert.equal((await ask(tenant, path)).status, status, `${tenant} ${path}`);
  });

  it("refuses a cursor of another tenant", async () => {
    const { json } = await ask("acme", "/devices", { limit: "1" });
    const cursor = (json as { next: string }).next;
    assert.equal((await ask("acme-eu", "/devices", { limit: "1", cursor })).status, 400);
  });

  it("answers 403 to a token without a tenant", async () => {
    for (const path of ["/devices", pathOf(own)]) {
      const { status, type } = await ask(undefined, path);
      assert.deepEqual([status, type], [403, "application/problem+json"]);
    }
  });
});
