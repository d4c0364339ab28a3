import { createServer as createHttpServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { createStore, type Row, type Store } from "./store";

export interface InfluxdbDouble {
  /** `https://127.0.0.1:<port>`, or `http` without a certificate. */
  url: string;
  port: number;
  /** From now on only this token is valid. */
  setToken(token: string): void;
  /** The next write requests are answered with this status instead. */
  refuseNext(status: number, times: number, headers?: Record<string, string>): void;
  /** From now on every write request is answered 503, like a database that restarts, until it accepts again. */
  refuse(): void;
  accept(): void;
  /** Gives a column of a table another type, as if another writer had been first. */
  retype: Store["retype"];
  /** The write requests, with their statuses. */
  writes(): readonly { path: string; status: number }[];
  rows(database: string, table: string): Row[];
  stop(): Promise<void>;
}

export interface InfluxdbDoubleArgs {
  token: string;
  /** In PEM. @default none: plain HTTP */
  certificate?: { certificate: string; privateKey: string };
}

interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Names of precisions, with the ns of each. @see https://docs.influxdata.com/influxdb3/core/write-data/http-api/v3-write-lp/ */
const precisions: Record<string, bigint> = {
  nanosecond: 1n,
  microsecond: 1000n,
  millisecond: 1_000_000n,
  second: 1_000_000_000n,
};

/** As many bytes of a request InfluxDB 3 takes, decompressed. */
const mostBytes = 10 * 1024 * 1024;

/**
 * A double of InfluxDB 3: its write API with a strict parser, columns of one type, partial writes that name the refused lines, tokens, and
 * one form of query. It guesses no precision and refuses requests that leave it out. It keeps everything in memory.
 */
export async function startInfluxdb(args: InfluxdbDoubleArgs): Promise<InfluxdbDouble> {
  const store = createStore();
  const writes: { path: string; status: number }[] = [];
  const planned: Answer[] = [];
  let { token } = args;
  let refusing = false;

  async function answer(request: IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://influxdb");
    const bytes = await buffer(request);
    if (pathname === "/") return { status: 200, body: { double: "InfluxDB 3 double" } };
    const isWrite = request.method === "POST" && pathname === "/api/v3/write_lp";
    const next = isWrite ? planned.shift() : undefined;
    if (next) return next;
    if (isWrite && refusing) return { status: 503, body: { error: "the write buffer is full" } };
    if (request.headers.authorization !== `Bearer ${token}`)
      return { status: 401, body: { error: "the request was not authenticated" } };
    const isCompressed = request.headers["content-encoding"] === "gzip";
    const text = (isCompressed ? gunzipSync(bytes) : bytes).toString();
    if (Buffer.byteLength(text) > mostBytes) return { status: 413, body: { error: "too large" } };
    if (isWrite) return write(store, searchParams, text);
    const isQuery = request.method === "POST" && pathname === "/api/v3/query_sql";
    return isQuery ? query(store, text) : { status: 404, body: { error: "not found" } };
  }

  const listener: Parameters<typeof createHttpServer>[1] = (request, response) => {
    void answer(request)
      .catch((error: unknown): Answer => ({ status: 400, body: { error: String(error) } }))
      .then(({ status, body, headers }) => {
        const path = request.url ?? "";
        if (path.startsWith("/api/v3/write_lp")) writes.push({ path, status });
        response.writeHead(status, { "content-type": "application/json", ...headers });
        response.end(body === undefined ? "" : JSON.stringify(body, bigintsAsNumbers));
      });
  };
  const server: Server = args.certificate
    ? createHttpsServer(
        { cert: args.certificate.certificate, key: args.certificate.privateKey },
        listener,
      )
    : createHttpServer(listener);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${args.certificate ? "https" : "http"}://127.0.0.1:${port}`,
    port,
    setToken: (next) => void (token = next),
    refuseNext(status, times, headers) {
      for (let nth = 0; nth < times; nth++)
        planned.push({
          status,
          body: { error: "refused on request" },
          ...(headers && { headers }),
        });
    },
    refuse: () => void (refusing = true),
    accept: () => void (refusing = false),
    retype: (...column) => store.retype(...column),
    writes: () => writes,
    rows: (database, table) => store.rows(database, table) ?? [],
    stop: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

function write(store: Store, parameters: URLSearchParams, text: string): Answer {
  const database = parameters.get("db") ?? "";
  const scale = precisions[parameters.get("precision") ?? ""];
  if (!/^[A-Za-z0-9][A-Za-z0-9_/-]{0,63}$/.test(database))
    return { status: 400, body: { error: `invalid database name: ${JSON.stringify(database)}` } };
  if (scale === undefined)
    return { status: 400, body: { error: "the double guesses no precision: state it" } };
  const acceptPartial = parameters.get("accept_partial") !== "false";
  const errors = store.write(database, text, scale, acceptPartial);
  if (errors.length === 0) return { status: 204 };
  const error = acceptPartial
    ? "partial write of line protocol occurred"
    : "parsing failed for write_lp endpoint";
  return { status: 400, body: { error, data: errors } };
}

/** The one query that the double understands: all of a table. */
const selectAll = /^SELECT \* FROM "([A-Za-z0-9_-]+)"$/;

/** @see https://docs.influxdata.com/influxdb3/core/query-data/execute-queries/influxdb-v3-api/ */
function query(store: Store, text: string): Answer {
  const { db = "", q = "", format } = JSON.parse(text) as Record<string, string>;
  const table = selectAll.exec(q)?.[1];
  if (table === undefined || format !== "json")
    return {
      status: 400,
      body: { error: 'the double answers SELECT * FROM "table" as json only' },
    };
  const rows = store.rows(db, table);
  return rows ? { status: 200, body: rows } : { status: 404, body: { error: "table not found" } };
}

/** Values of columns of integers are within the safe integers here. */
const bigintsAsNumbers = (_: string, value: unknown): unknown =>
  typeof value === "bigint" ? Number(value) : value;
