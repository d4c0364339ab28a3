import * as path from "node:path";
import { installPinned } from "../pinned-packages";

/** What the local run uses of a connection to DuckDB. */
export interface DuckConnection {
  run(sql: string): Promise<unknown>;
  runAndReadAll(sql: string): Promise<{ getRowObjectsJson(): Record<string, unknown>[] }>;
  closeSync(): void;
}

interface DuckApi {
  DuckDBInstance: {
    create(path: string): Promise<{ connect(): Promise<DuckConnection> }>;
  };
}

/**
 * Opens a DuckDB database in memory. Installs DuckDB (MIT, 70 MB) on first use, pinned by package.json and package-lock.json beside this
 * file, in `.local/duckdb`.
 * @see https://duckdb.org/docs/stable/clients/node_neo/overview
 */
export async function openDuckdb(directory: string): Promise<DuckConnection> {
  const home = await installPinned({ directory, name: "duckdb", manifests: __dirname });
  const module = path.join(home, "node_modules", "@duckdb", "node-api");
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- from a folder that exists after the installation only
  const { DuckDBInstance } = require(module) as DuckApi;
  const instance = await DuckDBInstance.create(":memory:");
  return instance.connect();
}
