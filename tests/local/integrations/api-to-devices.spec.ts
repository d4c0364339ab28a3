import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import * as assert from "node:assert/strict";
import type { Reading } from "../../../reading/reading";
import { installMilliseconds } from "../../support/emulator";
import { assertInContract } from "../../support/openapi";
import type { ApiRequest } from "../../../local/aws/call-api";
import { openApi, type Answered, type Api } from "./api";
import { eventually } from "./eventually";
import { readingOf } from "./readings";
import { stateAt, timesOf } from "./tables";
import { deployed, type World } from "./world";

const routes = {
  devices: "/devices",
  device: "/devices/{deviceId}",
  history: "/devices/{deviceId}/history",
} as const;

// The local stack lets callers in by IAM; tokens are checked by the gateway, before anything of ours runs.
describe("api-to-devices on this machine", function () {
  this.timeout(180_000);
  let world: World;
  let api: Api;
  /** Known devices, in alphabetical order, with the readings of each, oldest first. */
  const known = new Map<string, Reading[]>();
  const readingsOf = (device: string): Reading[] => known.get(device) ?? assert.fail(device);
  const long = "api:long";

  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed();
    api = openApi(world);
    for (const [name, count] of [
      ["api-a", 1],
      ["api-b", 1],
      ["api-c", 1],
      [long, 25],
    ] as const) {
      const device = await world.device(name);
      const readings = Array.from({ length: count }, (_, index) =>
        readingOf(name, { temperature: 20.25 + index, message: "Öl 🔥" }),
      );
      known.set(name, readings);
      await Promise.all(readings.map((reading) => device.publish(reading)));
    }
    for (const [name, readings] of known) {
      await stateAt(world, name, Math.max(...readings.map(({ timestamp }) => timestamp)));
      await eventually(`the history of ${name}`, async () => {
        const times = await timesOf(world, name);
        return times.length === readings.length;
      });
    }
  });

  /** Sends a request, and validates the response against the contract of its route. */
  async function ask(
    route: keyof typeof routes,
    path: string,
    asked?: ApiRequest,
  ): Promise<Answered> {
    const answered = await api.ask(path, asked);
    assertInContract(routes[route], answered);
    return answered;
  }
  const historyPath = (device: string) => `/devices/${encodeURIComponent(device)}/history`;
  const reasonsOf = ({ json }: Answered) => {
    const { errors = [] } = json as { errors?: { in: string; name: string; detail: string }[] };
    return errors.map(({ in: where, name }) => `${where} ${name}`);
  };

  it("lists every device, once, in alphabetical order, page by page to the end", async () => {
    const ids: string[] = [];
    let [cursor, pages]: [string | undefined, number] = [undefined, 0];
    do {
      const query: Record<string, string> = { limit: "2", ...(cursor && { cursor }) };
      const { status, json } = await ask("devices", "/devices", { query });
      const { devices, next } = json as { devices: { deviceId: string }[]; next?: string };
      assert.equal(status, 200);
      assert.ok(devices.length === 2 || !next, `${devices.length} devices, and there are more.`);
      ids.push(...devices.map(({ deviceId }) => deviceId));
      [cursor, pages] = [next, pages + 1];
    } while (cursor);
    assert.deepEqual(ids, [...new Set(ids)].sort());
    assert.deepEqual(
      ids.filter((id) => known.has(id)),
      [...known.keys()],
    );
    assert.ok(pages >= 2);
  });

  it("returns the newest reading of a device with JSON numbers, and 304 if the caller has it", async () => {
    for (const [name, readings] of known) {
      const path = `/devices/${encodeURIComponent(name)}`;
      const first = await ask("device", path);
      const { receivedAt, ...reading } = first.json as Reading & { receivedAt: number };
      assert.equal(first.status, 200);
      assert.deepEqual(reading, readings.at(-1));
      assert.ok(Math.abs(Date.now() - receivedAt) < 600_000, `Received at ${receivedAt}.`);
      const { etag = "" } = first.headers;
      assert.match(etag, /^W\/"[\w-]{22}"$/);
      const again = await ask("device", path, { headers: { "if-none-match": etag } });
      assert.deepEqual([again.status, again.bytes, again.headers.etag], [304, 0, etag]);
      const other = await ask("device", path, { headers: { "if-none-match": 'W/"other"' } });
      assert.deepEqual([other.status, other.json], [200, first.json]);
    }
  });

  it("answers with another ETag as soon as there is a newer reading", async () => {
    const device = await world.device("api-changing");
    const [older, newer] = [readingOf(device.name), readingOf(device.name)];
    const etagAt = async (reading: Reading) => {
      await device.publish(reading);
      await stateAt(world, device.name, reading.timestamp);
      return (await ask("device", `/devices/${device.name}`)).headers.etag ?? "";
    };
    const etag = await etagAt(older);
    assert.notEqual(await etagAt(newer), etag);
    const headers = { "if-none-match": etag };
    const { status, json } = await ask("device", `/devices/${device.name}`, { headers });
    assert.deepEqual([status, (json as Reading).timestamp], [200, newer.timestamp]);
  });

  it("answers with a history, newest first, page by page to the end, within from and to", async () => {
    const all = readingsOf(long).toReversed();
    const [from, to] = [all.at(-3)?.timestamp ?? 0, all[2]?.timestamp ?? 0];
    for (const [bounds, expected] of [
      [{}, all],
      [{ from: String(from), to: String(to) }, all.slice(2, -2)],
    ] as const) {
      const readings: object[] = [];
      let cursor: string | undefined;
      do {
        const query = { ...bounds, limit: "10", ...(cursor && { cursor }) };
        const { json } = await ask("history", historyPath(long), { query });
        const page = json as { deviceId: string; readings: Reading[]; next?: string };
        assert.equal(page.deviceId, long);
        readings.push(...page.readings);
        cursor = page.next;
      } while (cursor);
      assert.deepEqual(
        readings.map((reading) => ({ ...reading, receivedAt: undefined })),
        expected.map((reading) => ({ ...reading, receivedAt: undefined })),
      );
    }
  });

  it("answers with an empty history for a time in which a known device said nothing", async () => {
    const { status, json } = await ask("history", historyPath(long), { query: { to: "1" } });
    assert.deepEqual([status, json], [200, { deviceId: long, readings: [] }]);
  });

  it("compresses a long response if the caller accepts it", async () => {
    const plain = await ask("history", historyPath(long));
    const headers = { "accept-encoding": "gzip" };
    const packed = await ask("history", historyPath(long), { headers });
    assert.equal(plain.headers["content-encoding"], undefined);
    assert.equal(packed.headers["content-encoding"], "gzip");
    assert.deepEqual(packed.json, plain.json);
    assert.ok(packed.bytes < plain.bytes / 2, `${packed.bytes} of ${plain.bytes} bytes`);
  });

  const unknown = "/devices/nobody";
  for (const [what, route, path, query, reasons] of [
    ["a limit of 0", "devices", "/devices", { limit: "0" }, ["query limit"]],
    ["a limit above 1000", "devices", "/devices", { limit: "1001" }, ["query limit"]],
    ["a limit that is no number", "devices", "/devices", { limit: "ten" }, ["query limit"]],
    ["a limit with a fraction", "devices", "/devices", { limit: "1.5" }, ["query limit"]],
    ["an invented cursor", "devices", "/devices", { cursor: "abc" }, ["query cursor"]],
    [
      "a forged cursor",
      "devices",
      "/devices",
      { cursor: `eyJkZXZpY2VJZCI6ImEifQ.${"A".repeat(22)}` },
      ["query cursor"],
    ],
    ["an unknown parameter", "devices", "/devices", { sort: "up" }, ["query sort"]],
    [
      "two mistakes at once",
      "devices",
      "/devices",
      { limit: "-1", cursor: "x y" },
      ["query limit", "query cursor"],
    ],
    ["an id with a blank", "device", "/devices/pump%207", {}, ["path deviceId"]],
    ["an id with a quote", "device", "/devices/a%27%20OR%20%271", {}, ["path deviceId"]],
    ["an id that is too long", "device", `/devices/${"a".repeat(129)}`, {}, ["path deviceId"]],
    ["an id beyond ASCII", "device", "/devices/%C3%B6l", {}, ["path deviceId"]],
    ["a query of a device", "device", unknown, { from: "1" }, ["query from"]],
    ["a time that is none", "history", `${unknown}/history`, { from: "now" }, ["query from"]],
    ["a time before all", "history", `${unknown}/history`, { to: "-1" }, ["query to"]],
    ["a time after all", "history", `${unknown}/history`, { to: "8640000000000001" }, ["query to"]],
    [
      "an end before its beginning",
      "history",
      `${unknown}/history`,
      { from: "2", to: "1" },
      ["query from"],
    ],
    [
      "four mistakes at once",
      "history",
      "/devices/pump%207/history",
      { from: "x", to: "y", limit: "z" },
      ["path deviceId", "query from", "query to", "query limit"],
    ],
  ] as const) {
    it(`refuses ${what}, and says where the mistake is`, async () => {
      const answered = await ask(route, path, { query });
      assert.equal(answered.status, 400);
      assert.deepEqual(reasonsOf(answered), [...reasons]);
      assert.equal(answered.headers["cache-control"], "no-store");
    });
  }

  it("refuses a cursor of another device, and one for another time", async () => {
    const { json } = await ask("history", historyPath(long), { query: { limit: "1" } });
    const { next: cursor = "" } = json as { next?: string };
    assert.notEqual(cursor, "");
    for (const [path, query] of [
      [historyPath("api-a"), { cursor }],
      [historyPath(long), { cursor, from: "1" }],
    ] as const) {
      const answered = await ask("history", path, { query });
      assert.deepEqual([answered.status, reasonsOf(answered)], [400, ["query cursor"]]);
    }
    const answered = await ask("devices", "/devices", { query: { cursor } });
    assert.deepEqual([answered.status, reasonsOf(answered)], [400, ["query cursor"]]);
  });

  it("answers 404 for an unknown device and an unknown path", async () => {
    assert.equal((await ask("device", unknown)).status, 404);
    assert.equal((await ask("history", `${unknown}/history`)).status, 404);
    for (const path of ["/", "/device", "/devices/a/b/c"]) {
      const { status, type, json } = await api.ask(path);
      assert.deepEqual([status, type], [404, "application/problem+json"], path);
      assert.deepEqual(json, {
        type: "about:blank",
        title: "Not Found",
        status: 404,
        detail: `There is no ${path}.`,
      });
    }
  });

  it("answers 405 to what would change something, and says what is possible", async () => {
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      const { status, type, headers, json } = await api.ask("/devices", { method });
      assert.deepEqual(
        [status, type, headers.allow],
        [405, "application/problem+json", "GET"],
        method,
      );
      assert.equal((json as { detail: string }).detail, `${method} is not possible here; GET is.`);
    }
  });

  it("answers 413 to a body that no read needs", async () => {
    const { status } = await ask("devices", "/devices", { body: "x".repeat(2000) });
    assert.equal(status, 413);
  });

  // The emulator accepts signatures of any known key, and looks up the permissions of its owner.
  it("rejects unsigned requests, unknown keys, and users without permission", async () => {
    const unsigned = await ask("devices", "/devices", { credentials: undefined });
    assert.deepEqual([unsigned.status, unsigned.json], [403, { message: "Forbidden" }]);
    const { root, region, accountId } = world.platform.clients.account;
    const unheardOf = { ...root, accessKeyId: "nobody" };
    assert.equal((await api.ask("/devices", { credentials: unheardOf })).status, 403);

    const iam = world.platform.clients.get(IAMClient);
    const UserName = "api-lister";
    await iam.send(new CreateUserCommand({ UserName }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "" } =
      AccessKey ?? {};
    const credentials = { accessKeyId, secretAccessKey };
    const asked = async () => [
      (await api.ask("/devices", { credentials })).status,
      (await api.ask("/devices/api-a", { credentials })).status,
    ];
    assert.deepEqual(await asked(), [403, 403]);
    const [, , apiId] = new URL(world.outputs.of["api-to-devices"]?.url ?? "").pathname
      .split("/")
      .filter((part) => part !== "");
    const Resource = `arn:aws:execute-api:${region}:${accountId}:${apiId}/$default/GET/devices`;
    const statement = { Effect: "Allow", Action: "execute-api:Invoke", Resource };
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "list", PolicyDocument }));
    assert.deepEqual(await asked(), [200, 403]);
  });

  it("answers five hundred requests, twenty at once, each in full", async () => {
    const names = [...known.keys()];
    const waiting = Array.from({ length: 500 }, (_, index) => names[index % names.length] ?? "");
    const lane = async (): Promise<void> => {
      for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
        const { status, json } = await api.ask(`/devices/${encodeURIComponent(name)}`);
        const { receivedAt, ...reading } = json as Reading & { receivedAt: number };
        assert.equal(status, 200, JSON.stringify(json));
        assert.equal(typeof receivedAt, "number");
        assert.deepEqual(reading, readingsOf(name).at(-1));
      }
    };
    await Promise.all(Array.from({ length: 20 }, lane));
  });
});
