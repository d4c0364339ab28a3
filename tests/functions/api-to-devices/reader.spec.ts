import type { APIGatewayProxyEventV2 } from "aws-lambda";
import * as assert from "node:assert/strict";
import { gunzipSync } from "node:zlib";
import { createHandler, readSettings } from "../../../functions/api-to-devices/reader";
import type { Item, Tables } from "../../../functions/api-to-devices/tables";
import { logged } from "../logged";
import { forAverages, forDevice, forDevices, forHistory, requestOf } from "./requests";

const settings = {
  historyTableName: "unused",
  stateTableName: "unused",
  devicesIndexName: "unused",
  cursorKey: "for the tests, and long enough at that",
};
const shown: Item = {
  deviceId: "pump-7",
  timestamp: 3000,
  temperature: 21.5,
  humidity: 40,
  pressure: 1013,
  status: "ok",
  receivedAt: 3001,
};
/** As the table has it. */
const state: Item = { ...shown, listing: "devices", precedence: "1-x" };
const past = (timestamp: number): Item => ({
  ...shown,
  timestamp,
  readingKey: `${timestamp}#x`,
  expiresAt: 99,
});

/** Three readings of one device, by two tables that keep to what they are asked. */
function tables(changes: Partial<Tables> = {}): Tables {
  const history = [past(3000), past(2000), past(1000)];
  const ids = ["pump-1", "pump-7", "pump-9"];
  return {
    state: async (deviceId) => (deviceId === "pump-7" ? state : undefined),
    history: async ({ deviceId, from, to, limit, after }) => {
      const fitting = history.filter(
        ({ timestamp }) =>
          deviceId === "pump-7" &&
          Number(timestamp) >= from &&
          Number(timestamp) <= to &&
          Number(timestamp) < Number(after?.timestamp ?? Infinity),
      );
      const items = fitting.slice(0, limit);
      const last = items[items.length - 1];
      return {
        items,
        ...(fitting.length > limit &&
          last && { end: { deviceId, timestamp: Number(last.timestamp) } }),
      };
    },
    averages: async () => ({ items: [] }),
    devices: async ({ limit, after }) => {
      const fitting = ids.filter((id) => id > String(after?.deviceId ?? ""));
      const items = fitting.slice(0, limit).map((deviceId) => ({ deviceId, listing: "devices" }));
      const end = { listing: "devices", deviceId: String(items[items.length - 1]?.deviceId) };
      return { items, ...(fitting.length > limit && { end }) };
    },
    ...changes,
  };
}

async function ask(event: APIGatewayProxyEventV2, given: Tables = tables()) {
  const { answer, lines } = await logged(() => createHandler(settings, { tables: given })(event));
  const { statusCode, headers, body, isBase64Encoded } = answer;
  const text = isBase64Encoded ? gunzipSync(Buffer.from(body ?? "", "base64")).toString() : body;
  return {
    status: statusCode,
    headers: headers ?? {},
    json: (text ? JSON.parse(text) : undefined) as Record<string, unknown>,
    lines,
  };
}

describe("The reader of api-to-devices", () => {
  it("lists devices by their ids, a page at a time", async () => {
    const first = await ask(forDevices({ query: { limit: "2" } }));
    assert.equal(first.status, 200);
    assert.deepEqual(first.json.devices, [{ deviceId: "pump-1" }, { deviceId: "pump-7" }]);
    const second = await ask(
      forDevices({ query: { limit: "2", cursor: String(first.json.next) } }),
    );
    assert.deepEqual(second.json, { devices: [{ deviceId: "pump-9" }] });
  });

  it("returns the newest reading of a device with JSON numbers, without attributes of the tables", async () => {
    const { status, headers, json } = await ask(forDevice("pump-7"));
    assert.equal(status, 200);
    assert.deepEqual(json, shown);
    assert.match(String(headers.etag), /^W\/"[\w-]{22}"$/);
    assert.equal(headers["content-type"], "application/json");
  });

  it("answers 304 without a body if the caller has this reading", async () => {
    const { headers } = await ask(forDevice("pump-7"));
    const etag = String(headers.etag);
    for (const known of [etag, `"other", ${etag}`, "*"]) {
      const again = await ask(forDevice("pump-7", { headers: { "if-none-match": known } }));
      assert.equal(again.status, 304);
      assert.equal(again.json, undefined);
      assert.equal(again.headers.etag, etag);
    }
    const changed = tables({ state: async () => ({ ...state, timestamp: 4000 }) });
    const later = await ask(forDevice("pump-7", { headers: { "if-none-match": etag } }), changed);
    assert.equal(later.status, 200);
  });

  it("returns a history, newest first, page by page to the end", async () => {
    const { json: first } = await ask(forHistory("pump-7", { limit: "2" }));
    const times = (json: Record<string, unknown>) =>
      (json.readings as Item[]).map(({ timestamp }) => timestamp);
    assert.equal(first.deviceId, "pump-7");
    assert.deepEqual(times(first), [3000, 2000]);
    const { json: second } = await ask(
      forHistory("pump-7", { limit: "2", cursor: String(first.next) }),
    );
    assert.deepEqual(times(second), [1000]);
    assert.equal(second.next, undefined);
    assert.deepEqual(second.readings, [{ ...shown, timestamp: 1000 }]);
  });

  it("applies from and to, both inclusive", async () => {
    const { json } = await ask(forHistory("pump-7", { from: "1000", to: "2000" }));
    assert.deepEqual(
      (json.readings as Item[]).map(({ timestamp }) => timestamp),
      [2000, 1000],
    );
  });

  it("returns averages, page by page, and distinguishes a device without any from an unknown device", async () => {
    const average = { field: "temperature", windowStart: 60_000, count: 2, average: 81 };
    const asked: unknown[] = [];
    const given = tables({
      averages: async ({ deviceId, from, to, limit, after }) => {
        asked.push({ deviceId, from, to, limit, after });
        const end = { deviceId, windowKey: "temperature#0000000060000" };
        return after ? { items: [] } : { items: [average], end };
      },
    });
    const first = await ask(forAverages("pump-7", { from: "1", to: "99", limit: "1" }), given);
    const { next } = first.json;
    assert.deepEqual(first.json, { deviceId: "pump-7", averages: [average], next });
    const query = { from: "1", to: "99", limit: "1", cursor: String(next) };
    assert.deepEqual((await ask(forAverages("pump-7", query), given)).json, {
      deviceId: "pump-7",
      averages: [],
    });
    const period = { deviceId: "pump-7", from: 1, to: 99, limit: 1 };
    const after = { deviceId: "pump-7", windowKey: "temperature#0000000060000" };
    assert.deepEqual(asked, [
      { ...period, after: undefined },
      { ...period, after },
    ]);
    assert.equal((await ask(forAverages("pump-1"))).status, 404);
    assert.equal((await ask(forHistory("pump-7", query), given)).status, 400, "A foreign cursor.");
    assert.equal((await ask(forAverages("pump-7", { from: "2", to: "1" }))).status, 400);
  });

  it("distinguishes an empty history of a known device from an unknown device", async () => {
    const empty = await ask(forHistory("pump-7", { from: "9000" }));
    assert.deepEqual([empty.status, empty.json.readings], [200, []]);
    assert.equal((await ask(forHistory("pump-8"))).status, 404);
  });

  it("compresses a long response if the caller accepts it, and sets content-encoding", async () => {
    const many = Array.from({ length: 50 }, (_, at) => past(at));
    const given = tables({ history: async () => ({ items: many }) });
    const headers = { "accept-encoding": "br, gzip;q=0.8" };
    const compressed = await ask(forHistory("pump-7", undefined, { headers }), given);
    assert.equal(compressed.headers["content-encoding"], "gzip");
    assert.equal((compressed.json.readings as Item[]).length, 50);
    const plain = await ask(forHistory("pump-7"), given);
    assert.equal(plain.headers["content-encoding"], undefined);
    assert.equal(plain.headers.vary, "accept-encoding");
  });

  describe("given a bad request", () => {
    const cursorOf = async (query: Record<string, string>): Promise<string> =>
      String((await ask(forHistory("pump-7", { limit: "1", ...query }))).json.next);

    const limit = "it must be a whole number from 1 to 1000.";
    const moment = "it must be a time in ms since the epoch.";
    const id = "it must be 1 to 128 letters, digits, ':', '_' and '-'.";
    const cursor = "it must be a cursor as it came with the page before.";
    const bad: [string, APIGatewayProxyEventV2, string[]][] = [
      ["a limit of nothing", forDevices({ query: { limit: "0" } }), [`limit is 0; ${limit}`]],
      [
        "a limit beyond a page",
        forDevices({ query: { limit: "1001" } }),
        [`limit is 1001; ${limit}`],
      ],
      [
        "a limit below nothing",
        forDevices({ query: { limit: "-1" } }),
        [`limit is "-1"; ${limit}`],
      ],
      ["a limit in words", forDevices({ query: { limit: "ten" } }), [`limit is "ten"; ${limit}`]],
      ["half a limit", forDevices({ query: { limit: "1.5" } }), [`limit is "1.5"; ${limit}`]],
      [
        "a limit in another notation",
        forDevices({ query: { limit: "1e2" } }),
        [`limit is "1e2"; ${limit}`],
      ],
      ["an empty limit", forDevices({ query: { limit: "" } }), [`limit is ""; ${limit}`]],
      [
        "a limit given twice",
        forDevices({ query: { limit: "1,2" } }),
        [`limit is "1,2"; ${limit}`],
      ],
      [
        "an unknown parameter",
        forDevices({ query: { sort: "asc" } }),
        ['"sort" is not a parameter of this path.'],
      ],
      [
        "a parameter that pollutes",
        forDevices({ query: { constructor: "x" } }),
        ['"constructor" is not a parameter of this path.'],
      ],
      [
        "a made-up cursor",
        forDevices({ query: { cursor: "abc" } }),
        [`cursor is "abc"; ${cursor}`],
      ],
      [
        "a cursor too long",
        forDevices({ query: { cursor: "a".repeat(2000) } }),
        [`cursor is "${"a".repeat(60)}...; ${cursor}`],
      ],
      [
        "a cursor with a forged signature",
        forDevices({ query: { cursor: `e30.${"A".repeat(22)}` } }),
        ["cursor must be a cursor as it came with the page before."],
      ],
      [
        "parameters where there are none",
        forDevice("pump-7", { query: { limit: "1" } }),
        ['"limit" is not a parameter of this path.'],
      ],
      ["an id with a space", forDevice("pump 7"), [`deviceId is "pump 7"; ${id}`]],
      ["an id with a quote", forDevice('pump"7'), [`deviceId is "pump\\"7"; ${id}`]],
      ["an id with a slash", forDevice("../etc/passwd"), [`deviceId is "../etc/passwd"; ${id}`]],
      ["an id with a wildcard", forDevice("*"), [`deviceId is "*"; ${id}`]],
      ["an id with a line break", forDevice("a\nb"), [`deviceId is "a\\nb"; ${id}`]],
      ["an id with a null", forDevice("a\0b"), [`deviceId is "a\\u0000b"; ${id}`]],
      ["an id beyond ASCII", forDevice("pümpe"), [`deviceId is "pümpe"; ${id}`]],
      ["an id too long", forDevice("a".repeat(129)), [`deviceId is "${"a".repeat(60)}...; ${id}`]],
      ["an empty id", forDevice(""), [`deviceId is ""; ${id}`]],
      [
        "a from in words",
        forHistory("pump-7", { from: "yesterday" }),
        [`from is "yesterday"; ${moment}`],
      ],
      ["a from before time", forHistory("pump-7", { from: "-5" }), [`from is "-5"; ${moment}`]],
      [
        "a to after time",
        forHistory("pump-7", { to: "9000000000000000" }),
        [`to is 9000000000000000; ${moment}`],
      ],
      [
        "a from after to",
        forHistory("pump-7", { from: "2", to: "1" }),
        ["from is 2, after to, 1."],
      ],
      [
        "everything at once",
        forHistory("pump 7", { from: "a", to: "b", limit: "c", cursor: "d", e: "f" }),
        [
          `deviceId is "pump 7"; ${id}`,
          `from is "a"; ${moment}`,
          `to is "b"; ${moment}`,
          `limit is "c"; ${limit}`,
          `cursor is "d"; ${cursor}`,
          '"e" is not a parameter of this path.',
        ],
      ],
    ];
    for (const [what, event, reasons] of bad)
      it(`refuses ${what} with every reason`, async () => {
        const refuse = () => Promise.reject(new Error("A bad request reached a table."));
        const { status, headers, json } = await ask(event, {
          state: refuse,
          history: refuse,
          averages: refuse,
          devices: refuse,
        });
        assert.equal(status, 400);
        assert.equal(headers["content-type"], "application/problem+json");
        assert.deepEqual(
          (json.errors as { detail: string }[]).map(({ detail }) => detail),
          reasons,
        );
        const { type, title, detail } = json;
        assert.deepEqual(
          { type, title, detail },
          {
            type: "about:blank",
            title: "Bad Request",
            detail: "The request cannot be answered; see errors.",
          },
        );
      });

    it("rejects a cursor of another device or query, and one with a changed character", async () => {
      const issued = await cursorOf({});
      const changed = `${issued.startsWith("f") ? "e" : "f"}${issued.slice(1)}`;
      const asked = [
        forHistory("pump-8", { cursor: issued }),
        forHistory("pump-7", { cursor: issued, from: "1" }),
        forHistory("pump-7", { cursor: changed }),
        forDevices({ query: { cursor: issued } }),
      ];
      for (const event of asked) assert.equal((await ask(event)).status, 400);
      assert.equal((await ask(forHistory("pump-7", { cursor: issued }))).status, 200);
    });

    it("answers 404 for an unknown device and an unknown path", async () => {
      const unknown = await ask(forDevice("pump-8"));
      assert.deepEqual(
        [unknown.status, unknown.json.detail],
        [404, "No reading is stored for device pump-8."],
      );
      const lost = await ask(requestOf({ path: "/device" }));
      assert.deepEqual([lost.status, lost.json.detail], [404, "There is no /device."]);
    });

    it("answers 405 to every write method, and lists the allowed one", async () => {
      for (const method of ["POST", "PUT", "PATCH", "DELETE", "HEAD"]) {
        const { status, headers } = await ask(requestOf({ method, path: "/devices" }));
        assert.deepEqual([status, headers.allow], [405, "GET"]);
      }
    });

    it("answers 204 to the preflight request of a browser without asking any table", async () => {
      const refuse = () => Promise.reject(new Error("A preflight request reached a table."));
      const { status, headers, json } = await ask(
        requestOf({ method: "OPTIONS", route: "OPTIONS /{proxy+}", path: "/devices/pump-7" }),
        { state: refuse, history: refuse, averages: refuse, devices: refuse },
      );
      assert.deepEqual([status, headers, json], [204, {}, undefined]);
    });

    it("answers 413 to a long body without reading it", async () => {
      assert.equal((await ask(forDevices({ body: "x".repeat(1025) }))).status, 413);
      assert.equal((await ask(forDevices({ body: "x".repeat(1024) }))).status, 200);
    });
  });

  it("answers 500 with a reference number and no internal details, which it logs", async () => {
    const given = tables({ state: () => Promise.reject(new Error("table arn:aws:… is gone")) });
    const { status, json, lines } = await ask(forDevice("pump-7"), given);
    assert.equal(status, 500);
    assert.deepEqual(json, {
      type: "about:blank",
      title: "Internal Server Error",
      status: 500,
      detail: "Something went wrong here; its number is request-1.",
    });
    assert.deepEqual(lines, [
      {
        level: "error",
        message: "request failed",
        requestId: "request-1",
        route: "GET /devices/{deviceId}",
        error: "Error: table arn:aws:… is gone",
      },
    ]);
  });

  it("asks the caller to retry when the table is throttled", async () => {
    const throttled = Object.assign(new Error("slow down"), {
      name: "ThrottlingException",
      $metadata: { httpStatusCode: 400 },
    });
    const given = tables({ state: () => Promise.reject(throttled) });
    const { status, headers } = await ask(forDevice("pump-7"), given);
    assert.deepEqual([status, headers["retry-after"]], [503, "1"]);
  });

  it("does not start without its settings", () => {
    const complete = {
      HISTORY_TABLE_NAME: "h",
      STATE_TABLE_NAME: "s",
      DEVICES_INDEX_NAME: "i",
      CURSOR_KEY: "k",
    };
    for (const name of Object.keys(complete))
      assert.throws(() => readSettings({ ...complete, [name]: undefined }), new RegExp(name));
    const settings = {
      historyTableName: "h",
      stateTableName: "s",
      devicesIndexName: "i",
      cursorKey: "k",
    };
    assert.deepEqual(readSettings(complete), settings);
    assert.deepEqual(readSettings({ ...complete, TENANT_CLAIM: "tenant" }), {
      ...settings,
      tenantClaim: "tenant",
    });
  });
});
