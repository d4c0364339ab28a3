import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { createHandler } from "../../../functions/api-to-devices/reader";
import type { Item, Tables } from "../../../functions/api-to-devices/tables";
import { forAverages, forDevice, forDevices, forHistory } from "./requests";

const settings = {
  historyTableName: "unused",
  stateTableName: "unused",
  devicesIndexName: "unused",
  cursorKey: "for the tests, and long enough at that",
  tenantClaim: "custom:tenant",
};

/** Tables with the given devices, each with one reading at time 1, that keep to what they are asked. */
function tablesOf(ids: string[], asked: string[] = []): Tables {
  const readingOf = (deviceId: string): Item => ({ deviceId, timestamp: 1 });
  return {
    async state(deviceId) {
      asked.push(deviceId);
      return ids.includes(deviceId) ? readingOf(deviceId) : undefined;
    },
    async history({ deviceId }) {
      asked.push(deviceId);
      return { items: ids.includes(deviceId) ? [readingOf(deviceId)] : [] };
    },
    async averages({ deviceId }) {
      asked.push(deviceId);
      return { items: ids.includes(deviceId) ? [{ windowStart: 1 }] : [] };
    },
    async devices({ prefix = "", limit, after }) {
      const found = ids
        .toSorted()
        .filter((id) => id.startsWith(prefix) && id > String(after?.deviceId ?? ""));
      const items = found.slice(0, limit).map((deviceId) => ({ deviceId, listing: "devices" }));
      const end = { listing: "devices", deviceId: String(items.at(-1)?.deviceId) };
      return { items, ...(found.length > limit && { end }) };
    },
  };
}

const fleet = [
  "acme:pump-1",
  "acme:pump-2",
  "acme-eu:pump-1",
  "acm:pump-1",
  "acme",
  "other:acme:1",
];

async function ask(event: APIGatewayProxyEventV2, tables: Tables) {
  const { statusCode, body } = await createHandler(settings, { tables })(event);
  return { status: statusCode, json: JSON.parse(body ?? "null") as Record<string, unknown> };
}
const as = (tenant: unknown) => ({ claims: { sub: "someone", "custom:tenant": tenant } });
const idsIn = (json: Record<string, unknown>) =>
  (json.devices as { deviceId: string }[]).map(({ deviceId }) => deviceId);

describe("A tenant of api-to-devices", () => {
  it("lists its own devices only, page by page", async () => {
    const first = await ask(forDevices({ query: { limit: "1" }, ...as("acme") }), tablesOf(fleet));
    assert.deepEqual(idsIn(first.json), ["acme:pump-1"]);
    const query = { limit: "1", cursor: String(first.json.next) };
    const second = await ask(forDevices({ query, ...as("acme") }), tablesOf(fleet));
    assert.deepEqual(second.json, { devices: [{ deviceId: "acme:pump-2" }] });
  });

  it("reads its own devices, and receives the answer for an unknown device for all others", async () => {
    for (const request of [
      (id: string) => forDevice(id, as("acme")),
      (id: string) => forHistory(id, undefined, as("acme")),
      (id: string) => forAverages(id, undefined, as("acme")),
    ]) {
      assert.equal((await ask(request("acme:pump-1"), tablesOf(fleet))).status, 200);
      for (const id of fleet.slice(2)) {
        const asked: string[] = [];
        const existing = await ask(request(id), tablesOf(fleet, asked));
        assert.deepEqual(existing, await ask(request(id), tablesOf([])));
        assert.equal(existing.status, 404);
        assert.deepEqual(asked, []);
      }
    }
  });

  it("cannot use a cursor of another tenant", async () => {
    const issued = await ask(forDevices({ query: { limit: "1" }, ...as("acme") }), tablesOf(fleet));
    const query = { limit: "1", cursor: String(issued.json.next) };
    for (const tenant of ["acm", "other", "acme-eu"])
      assert.equal((await ask(forDevices({ query, ...as(tenant) }), tablesOf(fleet))).status, 400);
  });

  it("is refused if its token names no tenant, or no valid one", async () => {
    for (const claims of [
      undefined,
      {},
      { tenant: "acme" },
      ...["", "a:b", "acme ", "[acme other]", "*", "a".repeat(65), 7, ["acme"], null].map(
        (tenant) => as(tenant).claims,
      ),
    ]) {
      const { status, json } = await ask(forDevices({ claims }), tablesOf(fleet));
      assert.deepEqual(
        [status, json.detail],
        [403, "The token names no tenant in its claim custom:tenant."],
      );
    }
  });

  it("never reads a device whose id does not begin with its name and a colon", async () => {
    const word = fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/);
    const id = fc.stringMatching(/^[A-Za-z0-9:_-]{1,12}$/);
    const property = fc.asyncProperty(word, fc.uniqueArray(id), async (tenant, others) => {
      const own = [`${tenant}:1`, `${tenant}:x:2`];
      const tables = tablesOf([...new Set([...others, ...own])]);
      const listed = idsIn((await ask(forDevices(as(tenant)), tables)).json);
      assert.ok(listed.every((one) => one.startsWith(`${tenant}:`)));
      for (const one of [...others, ...own]) {
        const expected = one.startsWith(`${tenant}:`) ? 200 : 404;
        assert.equal(listed.includes(one), expected === 200);
        assert.equal((await ask(forDevice(one, as(tenant)), tables)).status, expected);
        const history = await ask(forHistory(one, undefined, as(tenant)), tables);
        assert.equal(history.status, expected);
        const averages = await ask(forAverages(one, undefined, as(tenant)), tables);
        assert.equal(averages.status, expected);
      }
    });
    await fc.assert(property);
  });
});
