import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { describeError, log } from "../shared/log";
import { required } from "../shared/settings";
import { namingTransient, transientError } from "../shared/transient";
import { answer, answerConditionally } from "./answer";
import { createCursors, type Position } from "./cursor";
import { fitting } from "./page-size";
import { anIssuedCursor, check, createSchemas } from "./parameters";
import { problem } from "../shared/problem";
import { scopeOf, type Scope } from "./tenant";
import {
  dynamodbTables,
  positionInHistory,
  type Item,
  type Page,
  type TableNames,
  type Tables,
} from "./tables";

export interface Settings extends TableNames {
  /** Signs cursors. */
  cursorKey: string;
  /** The claim of tokens that names the tenant of a caller. @default none: callers read all devices */
  tenantClaim?: string;
}

/** The calls that the handler makes. */
export interface Ports {
  tables: Tables;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  historyTableName: required(env, "HISTORY_TABLE_NAME"),
  stateTableName: required(env, "STATE_TABLE_NAME"),
  devicesIndexName: required(env, "DEVICES_INDEX_NAME"),
  cursorKey: required(env, "CURSOR_KEY"),
  ...(env.AVERAGES_TABLE_NAME && {
    averages: {
      tableName: env.AVERAGES_TABLE_NAME,
      field: required(env, "AVERAGED_FIELD"),
    },
  }),
  ...(env.TENANT_CLAIM && { tenantClaim: env.TENANT_CLAIM }),
});

/** The route of browsers' preflight requests, which carry no token. */
const preflightRoute = "OPTIONS /{proxy+}";

type Answer = APIGatewayProxyStructuredResultV2;

/** Bytes of the longest body that a read accepts; it is ignored. */
const longestBody = 1024;

/**
 * Answers questions about devices from the tables of iot-to-dynamodb: `GET /devices`, `GET /devices/{deviceId}`,
 * `GET /devices/{deviceId}/history`; and from that of iot-to-analytics: `GET /devices/{deviceId}/averages`. Reports all mistakes of the caller as one problem; logs errors of its own.
 */
export function createHandler(
  settings: Settings,
  { tables }: Ports = { tables: dynamodbTables(settings) },
): (event: APIGatewayProxyEventV2) => Promise<Answer> {
  const schemas = createSchemas();
  const cursors = createCursors(settings.cursorKey);

  const badRequest = (errors: Parameters<typeof problem>[2]): Answer =>
    problem(400, "The request cannot be answered; see errors.", errors);
  const unknownDevice = (deviceId: string): Answer =>
    problem(404, `No reading is stored for device ${deviceId}.`);

  /** Asks for the page after a cursor, and makes a cursor of its end; undefined if the cursor is not ours. */
  async function page(
    scope: string,
    cursor: string | undefined,
    ask: (after: Position | undefined) => Promise<Page>,
  ): Promise<{ items: Item[]; next?: string } | undefined> {
    const after = cursor === undefined ? undefined : cursors.open(scope, cursor);
    if (cursor !== undefined && after === undefined) return undefined;
    const { items, end } = await ask(after);
    return { items, ...(end && { next: cursors.seal(scope, end) }) };
  }
  const foreignCursor = (): Answer =>
    badRequest({
      errors: [{ in: "query", name: "cursor", detail: `cursor must be ${anIssuedCursor}.` }],
    });

  const routes: Record<string, (event: APIGatewayProxyEventV2, scope: Scope) => Promise<Answer>> = {
    async "GET /devices"(event, { prefix }) {
      const checked = check(schemas.devices, given(event));
      if (!checked.ok) return badRequest(checked);
      const { limit, cursor } = checked.query;
      const found = await page(`devices ${prefix ?? ""}`, cursor, (after) =>
        tables.devices({ prefix, limit, after }),
      );
      if (!found) return foreignCursor();
      const devices = found.items.map(({ deviceId }) => ({ deviceId }));
      return answer(event, { devices, ...(found.next && { next: found.next }) });
    },
    async "GET /devices/{deviceId}"(event, { prefix }) {
      const checked = check(schemas.device, given(event));
      if (!checked.ok) return badRequest(checked);
      const { deviceId } = checked.path;
      // The same answer as for a device that does not exist, so that it reveals nothing about other tenants.
      if (!deviceId.startsWith(prefix ?? "")) return unknownDevice(deviceId);
      const state = await tables.state(deviceId);
      return state ? answerConditionally(event, withoutInternals(state)) : unknownDevice(deviceId);
    },
    async "GET /devices/{deviceId}/history"(event, { prefix }) {
      const checked = check(schemas.history, given(event));
      if (!checked.ok) return badRequest(checked);
      const { deviceId } = checked.path;
      const { from, to, limit, cursor } = checked.query;
      if (from > to)
        return badRequest({
          errors: [{ in: "query", name: "from", detail: `from is ${from}, after to, ${to}.` }],
        });
      if (!deviceId.startsWith(prefix ?? "")) return unknownDevice(deviceId);
      const query = `history ${deviceId} ${from} ${to}`;
      const found = await page(query, cursor, async (after) =>
        shortened(await tables.history({ deviceId, from, to, limit, after })),
      );
      if (!found) return foreignCursor();
      const isKnown = found.items.length > 0 || (await tables.state(deviceId)) !== undefined;
      if (!isKnown) return unknownDevice(deviceId);
      const readings = found.items.map(withoutInternals);
      return answer(event, { deviceId, readings, ...(found.next && { next: found.next }) });
    },
    async "GET /devices/{deviceId}/averages"(event, { prefix }) {
      const checked = check(schemas.averages, given(event));
      if (!checked.ok) return badRequest(checked);
      const { deviceId } = checked.path;
      const { from, to, limit, cursor } = checked.query;
      if (from > to)
        return badRequest({
          errors: [{ in: "query", name: "from", detail: `from is ${from}, after to, ${to}.` }],
        });
      if (!deviceId.startsWith(prefix ?? "")) return unknownDevice(deviceId);
      const query = `averages ${deviceId} ${from} ${to}`;
      const found = await page(query, cursor, (after) =>
        tables.averages({ deviceId, from, to, limit, after }),
      );
      if (!found) return foreignCursor();
      const isKnown = found.items.length > 0 || (await tables.state(deviceId)) !== undefined;
      if (!isKnown) return unknownDevice(deviceId);
      const averages = found.items;
      return answer(event, { deviceId, averages, ...(found.next && { next: found.next }) });
    },
  };

  return async (event) => {
    const { method } = event.requestContext.http;
    if ((event.body ?? "").length > longestBody)
      return problem(413, `A read takes no body of more than ${longestBody} bytes.`);
    // API Gateway adds the CORS headers. A browser accepts a preflight response with a status of 200 to 299 only.
    if (event.routeKey === preflightRoute) return { statusCode: 204 };
    const route = routes[event.routeKey];
    if (!route && method !== "GET")
      return problem(405, `${method} is not possible here; GET is.`, { headers: { allow: "GET" } });
    if (!route) return problem(404, `There is no ${event.rawPath.slice(0, 200)}.`);
    const scope = scopeOf(event, settings.tenantClaim);
    if (!scope)
      return problem(403, `The token names no tenant in its claim ${settings.tenantClaim}.`);
    try {
      return await namingTransient(() => route(event, scope));
    } catch (error) {
      const { requestId } = event.requestContext;
      log("error", "request failed", {
        requestId,
        route: event.routeKey,
        error: describeError(error),
      });
      return (error as Error).name === transientError
        ? problem(503, "Ask again in a moment.", { headers: { "retry-after": "1" } })
        : problem(500, `Something went wrong here; its number is ${requestId}.`);
    }
  };
}

/** The readings of a page that fit into a response; the next page goes on after the last of them. */
function shortened(found: Page): Page {
  const items = fitting(found.items);
  const last = items.at(-1);
  return items.length < found.items.length && last
    ? { items, end: positionInHistory(last) }
    : found;
}

const given = ({ pathParameters, queryStringParameters }: APIGatewayProxyEventV2) => ({
  path: { ...pathParameters },
  query: { ...queryStringParameters },
});

/** Attributes that only the tables need. */
const internals = ["listing", "precedence", "readingKey", "expiresAt"];

const withoutInternals = (item: Item): Item =>
  Object.fromEntries(Object.entries(item).filter(([name]) => !internals.includes(name)));
