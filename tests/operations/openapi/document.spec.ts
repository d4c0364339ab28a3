import * as assert from "node:assert/strict";
import { createHandler } from "../../../functions/api-to-devices/reader";
import type { Tables } from "../../../functions/api-to-devices/tables";
import { openApiDocument } from "../../../operations/openapi/document";
import { version } from "../../../package.json";
import {
  forAverages,
  forDevice,
  forDevices,
  forHistory,
} from "../../functions/api-to-devices/requests";
import { logged } from "../../functions/logged";
import { readingOf, receivedAt } from "../../support/events";
import { assertInContract, contract } from "../../support/openapi";

describe("The contract of api-to-devices", () => {
  it("is published as the schemas have it; if not, npm run docs writes it", () => {
    assert.deepEqual(contract, JSON.parse(JSON.stringify(openApiDocument(version))));
  });

  it("is a document that OpenAPI 3.1 accepts", async () => {
    const { Validator } = await import("@seriousme/openapi-schema-validator");
    const { valid, errors } = await new Validator().validate({ ...contract });
    assert.ok(valid, JSON.stringify(errors));
  });

  it("names every parameter that a request may have, and whether it must", () => {
    const parameters = Object.entries(contract.paths).map(([route, { get }]) => [
      route,
      (get as unknown as { parameters: { name: string; required: boolean }[] }).parameters.map(
        ({ name, required }) => `${name}${required ? "" : "?"}`,
      ),
    ]);
    assert.deepEqual(Object.fromEntries(parameters), {
      "/devices": ["limit?", "cursor?"],
      "/devices/{deviceId}": ["deviceId"],
      "/devices/{deviceId}/history": ["deviceId", "from?", "to?", "limit?", "cursor?"],
      "/devices/{deviceId}/averages": ["deviceId", "from?", "to?", "limit?", "cursor?"],
    });
  });

  const item = { ...readingOf({ message: "bearing runs hot" }), receivedAt };
  const average = {
    ...{ field: "temperature", windowStart: receivedAt, windowEnd: receivedAt + 60_000 },
    ...{ count: 1, average: 81, minimum: 81, maximum: 81, revision: 1, truncated: true },
  };
  const tables: Tables = {
    state: async (deviceId) => (deviceId === "pump-7" ? item : undefined),
    history: async () => ({ items: [item], end: { deviceId: "pump-7", timestamp: 1 } }),
    averages: async () => ({ items: [average], end: { deviceId: "pump-7", windowKey: "x" } }),
    devices: async () => ({ items: [{ deviceId: "pump-7" }], end: { deviceId: "pump-7" } }),
  };
  const handler = createHandler(
    {
      historyTableName: "unused",
      stateTableName: "unused",
      devicesIndexName: "unused",
      cursorKey: "for the tests, and long enough at that",
    },
    { tables },
  );
  const answers: [string, string, Parameters<typeof handler>[0], number][] = [
    ["a page of devices", "/devices", forDevices(), 200],
    ["a bad page of devices", "/devices", forDevices({ query: { limit: "x" } }), 400],
    ["a long body", "/devices", forDevices({ body: "x".repeat(2000) }), 413],
    ["a device", "/devices/{deviceId}", forDevice("pump-7"), 200],
    ["an unknown device", "/devices/{deviceId}", forDevice("pump-8"), 404],
    ["a history", "/devices/{deviceId}/history", forHistory("pump-7"), 200],
    ["averages", "/devices/{deviceId}/averages", forAverages("pump-7"), 200],
    ["a bad period", "/devices/{deviceId}/averages", forAverages("pump-7", { to: "x" }), 400],
    ["a bad history", "/devices/{deviceId}/history", forHistory("pump-7", { from: "x" }), 400],
  ];
  for (const [what, route, event, status] of answers)
    it(`has what the reader answers about ${what}`, async () => {
      const { answer } = await logged(() => handler(event));
      assert.equal(answer.statusCode, status);
      assertInContract(route, {
        status,
        type: String(answer.headers?.["content-type"]),
        json: JSON.parse(answer.body ?? "") as unknown,
      });
    });
});
