import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { schemaFaults } from "./schema";

/** A double of Grafana's HTTP API, as far as dashboards are published: it refuses what Grafana refuses. */
export interface GrafanaDouble {
  url: string;
  folders: Map<string, { title: string }>;
  sources: Map<string, Record<string, unknown>>;
  /** By uid, with the uid of the folder. */
  dashboards: Map<string, { folderUid: string; version: number; title: string }>;
  plugins: Set<string>;
  stop(): Promise<void>;
}

type Body = Record<string, unknown>;
type Answer = [status: number, body: unknown];
type Route = (parameter: string, body: Body) => Answer;

export interface GrafanaDoubleArgs {
  token: string;
  /** The role of the token's service account. @default ADMIN */
  role?: "ADMIN" | "VIEWER";
}

export async function startGrafana({
  token,
  role = "ADMIN",
}: GrafanaDoubleArgs): Promise<GrafanaDouble> {
  const folders: GrafanaDouble["folders"] = new Map();
  const sources: GrafanaDouble["sources"] = new Map();
  const dashboards: GrafanaDouble["dashboards"] = new Map();
  const plugins: GrafanaDouble["plugins"] = new Set();
  const missing: Answer = [404, { message: "Not found" }];

  const routes: [method: string, path: RegExp, route: Route][] = [
    ["GET", /^\/api\/plugins\/([^/]+)\/settings$/, (id) => (plugins.has(id) ? [200, {}] : missing)],
    [
      "POST",
      /^\/api\/plugins\/([^/]+)\/install$/,
      (id) => {
        plugins.add(id);
        return [200, ""];
      },
    ],
    [
      "GET",
      /^\/api\/datasources\/uid\/([^/]+)$/,
      (uid) => (sources.has(uid) ? [200, sources.get(uid)] : missing),
    ],
    ["POST", /^\/api\/datasources()$/, (_, body) => addSource(body)],
    [
      "PUT",
      /^\/api\/datasources\/uid\/([^/]+)$/,
      (uid, body) => {
        if (!sources.has(uid)) return missing;
        sources.set(uid, body);
        return [200, {}];
      },
    ],
    [
      "GET",
      /^\/api\/folders\/([^/]+)$/,
      (uid) => (folders.has(uid) ? [200, folders.get(uid)] : missing),
    ],
    [
      "POST",
      /^\/api\/folders()$/,
      (_, { uid, title }) => {
        if (folders.has(String(uid))) return [409, { message: "a folder with that uid exists" }];
        folders.set(String(uid), { title: String(title) });
        return [200, {}];
      },
    ],
    ["POST", /^\/api\/dashboards\/db()$/, (_, body) => addDashboard(body)],
  ];

  function addSource(body: Body): Answer {
    const { uid, name, type } = body;
    if ([...sources.values()].some((one) => one.uid === uid || one.name === name))
      return [409, { message: "data source with the same name already exists" }];
    if (String(type).startsWith("grafana-") && !plugins.has(String(type)))
      return [400, { message: `plugin ${String(type)} is not installed` }];
    sources.set(String(uid), body);
    return [200, {}];
  }

  function addDashboard({ dashboard, folderUid, overwrite }: Body): Answer {
    const [fault] = schemaFaults(dashboard);
    if (fault !== undefined) return [400, { message: fault }];
    if (!folders.has(String(folderUid))) return [400, { message: "folder not found" }];
    const { uid, title } = dashboard as { uid: string; title: string };
    const before = dashboards.get(uid);
    if (before && overwrite !== true)
      return [412, { message: "The dashboard has been changed by someone else" }];
    dashboards.set(uid, {
      ...{ folderUid: String(folderUid), title },
      version: (before?.version ?? 0) + 1,
    });
    return [200, { uid }];
  }

  function answer({ method, url = "", headers }: IncomingMessage, text: string): Answer {
    if (headers.authorization !== `Bearer ${token}`) return [401, { message: "Invalid API key" }];
    if (role !== "ADMIN") return [403, { message: "You'll need additional permissions" }];
    for (const [of, path, route] of routes) {
      const found = of === method ? path.exec(url) : null;
      if (found) return route(found[1] ?? "", (text === "" ? {} : JSON.parse(text)) as Body);
    }
    return missing;
  }

  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const [status, body] = answer(request, Buffer.concat(chunks).toString());
      response.writeHead(status, { "content-type": "application/json" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ folders, sources, dashboards, plugins },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
