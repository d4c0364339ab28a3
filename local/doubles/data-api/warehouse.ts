import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { randomUUID } from "node:crypto";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { gunzipSync } from "node:zlib";
import { assumeRole } from "../../aws/assume-role";
import type { Clients } from "../../aws/clients";
import { openDuckdb, type DuckConnection } from "../../duckdb";
import { translate, type Copy, type Needs, type Procedure, type Translated } from "./translate";

export interface WarehouseArgs {
  clients: Clients;
  /** The project's folder, below which DuckDB is installed. */
  directory: string;
  workgroupArn: string;
  /** The roles of the namespace: the only ones that COPY may use. */
  copyRoles: string[];
}

/** A row of a result. */
export type Row = Record<string, unknown>;

/** The database of a workgroup, in DuckDB. */
export interface DoubleWarehouse {
  /** Runs statements in one transaction as a database user, after all earlier ones; undefined is the administrator. Throws Redshift's error. */
  execute(sqls: string[], user: string | undefined): Promise<Row[]>;
  /** Reads for an audit or a test, in DuckDB's own SQL. */
  query(sql: string): Promise<Row[]>;
  close(): void;
}

/**
 * Really loads objects: reads the manifest and each object as the COPY role, whose trust and permissions are checked, and inserts every line
 * into a table in DuckDB. Transactions run one after the other, as the integration's lock makes them do in Redshift.
 */
export function openWarehouse(args: WarehouseArgs): DoubleWarehouse {
  const { clients, directory, copyRoles } = args;
  const users = new Map<string, Set<string>>();
  const procedures = new Map<string, Procedure>();
  let opening: Promise<DuckConnection> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const connection = (): Promise<DuckConnection> => (opening ??= openDuckdb(directory));
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };

  function permit(user: string | undefined, needs: Needs[]): void {
    if (user === undefined) return;
    const grants = users.get(user);
    if (!grants) throw new Error(`ERROR: user "${user}" does not exist`);
    for (const { privilege, table } of needs)
      if (!grants.has(`${privilege} ${table}`) || !grants.has(`USAGE ${table.split(".")[0]}`))
        throw new Error(`ERROR: permission denied for relation ${table.split(".")[1]}`);
  }

  async function runOne(db: DuckConnection, sql: string, user: string | undefined): Promise<Row[]> {
    const translated = translate(sql);
    if (!translated)
      throw new Error(`The double of the Data API does not know this statement: ${sql}`);
    if ("needs" in translated) permit(user, translated.needs);
    else if (user !== undefined) throw new Error(`ERROR: permission denied for user ${user}`);
    return perform(db, translated);
  }

  async function perform(db: DuckConnection, translated: Translated): Promise<Row[]> {
    switch (translated.kind) {
      case "lock":
        return [];
      case "user":
        if (users.has(translated.user))
          throw new Error(`ERROR: user "${translated.user}" already exists`);
        users.set(translated.user, new Set());
        return [];
      case "view":
        await replaceView(db, translated);
        return [];
      case "procedure":
        procedures.set(translated.procedure, translated.run);
        return [];
      case "call": {
        const procedure = procedures.get(translated.procedure);
        if (!procedure) throw new Error(`ERROR: procedure ${translated.procedure} does not exist`);
        const [given = ""] = translated.given;
        if (procedure.does === "drop changed view") await dropChanged(db, procedure.view, given);
        else if (!users.has(given)) users.set(given, new Set());
        return [];
      }
      case "grant":
        for (const user of translated.users) {
          const grants = users.get(user);
          if (!grants) throw new Error(`ERROR: user "${user}" does not exist`);
          for (const privilege of translated.privileges)
            grants.add(`${privilege} ${translated.on}`);
        }
        return [];
      case "copy":
        await load(db, translated.copy);
        return [];
      case "query":
        return (await db.runAndReadAll(translated.sql)).getRowObjectsJson();
      case "run":
      case "define":
        await db.run(translated.sql);
        return [];
    }
  }

  async function load(db: DuckConnection, { table, manifest, roleArn }: Copy): Promise<void> {
    if (!copyRoles.includes(roleArn))
      throw new Error(`ERROR: The requested role ${roleArn} is not associated to cluster`);
    const credentials = await assumeRole(clients, {
      roleArn,
      servicePrincipal: "redshift-serverless.amazonaws.com",
      sourceArn: args.workgroupArn,
    });
    const s3 = clients.get(S3Client, credentials);
    const read = async (Bucket: string, Key: string): Promise<Uint8Array> => {
      try {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
        return (await Body?.transformToByteArray()) ?? new Uint8Array();
      } catch (error) {
        throw new Error(`ERROR: S3ServiceException:${(error as Error).message},Key ${Key}`, {
          cause: error,
        });
      }
    };
    const text = Buffer.from(await read(manifest.bucket, manifest.key)).toString();
    const { entries } = JSON.parse(text) as { entries: { url: string; mandatory?: boolean }[] };
    const columns = await columnsOf(db, table);
    for (const { url } of entries) {
      const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.+)$/.exec(url) ?? [];
      await loadObject(db, { table, columns, bytes: await read(bucket, key) });
    }
  }

  return {
    execute: (sqls, user) =>
      inTurn(async () => {
        const db = await connection();
        await db.run("BEGIN");
        try {
          let rows: Row[] = [];
          for (const sql of sqls) rows = await runOne(db, sql, user);
          await db.run("COMMIT");
          return rows;
        } catch (error) {
          await db.run("ROLLBACK");
          throw error;
        }
      }),
    query: (sql) =>
      inTurn(async () => (await (await connection()).runAndReadAll(sql)).getRowObjectsJson()),
    close: () => void opening?.then((db) => db.closeSync()),
  };
}

/** As Redshift does: the new query must have the same columns. @see https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_VIEW.html */
async function replaceView(
  db: DuckConnection,
  { view, sql }: { view: string; sql: string },
): Promise<void> {
  const before = await columnsIfAny(db, view);
  await db.run(sql);
  const after = await columnsOf(db, view);
  if (before && JSON.stringify([...before]) !== JSON.stringify([...after]))
    throw new Error(`ERROR: cannot change the columns of view ${view}`);
}

async function dropChanged(db: DuckConnection, view: string, wanted: string): Promise<void> {
  const present = [...((await columnsIfAny(db, view)) ?? new Map()).keys()];
  const listed = present.map((column, index) => `${index + 1}:${column}`).join(" ");
  if (present.length > 0 && ` ${listed} ` !== wanted) await db.run(`DROP VIEW ${view}`);
}

/** Undefined if the table or view does not exist. */
async function columnsIfAny(
  db: DuckConnection,
  table: string,
): Promise<Map<string, string> | undefined> {
  const [schema, name] = table.split(".");
  const sql = `SELECT 1 FROM information_schema.tables WHERE table_schema = '${schema}' AND table_name = '${name}'`;
  const found = (await db.runAndReadAll(sql)).getRowObjectsJson();
  return found.length > 0 ? columnsOf(db, table) : undefined;
}

async function columnsOf(db: DuckConnection, table: string): Promise<Map<string, string>> {
  const rows = (await db.runAndReadAll(`DESCRIBE ${table}`)).getRowObjectsJson();
  return new Map(rows.map((row) => [String(row["column_name"]), String(row["column_type"])]));
}

/**
 * Inserts the lines of an object. `auto ignorecase` matches keys to columns without case and ignores other keys; one bad line or value
 * fails the whole COPY, since MAXERROR is 0.
 * @see https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html#copy-json
 */
async function loadObject(
  db: DuckConnection,
  { table, columns, bytes }: { table: string; columns: Map<string, string>; bytes: Uint8Array },
): Promise<void> {
  const file = path.join(os.tmpdir(), `copy-${randomUUID()}.json`);
  try {
    const lines = gunzipSync(bytes)
      .toString()
      .split("\n")
      .filter((line) => line !== "");
    const rows = lines.map((line) => {
      const value = Object.entries(JSON.parse(line) as object)
        .map(([key, member]) => [key.toLowerCase(), member as unknown] as const)
        .filter(([key]) => columns.has(key));
      return JSON.stringify(Object.fromEntries(value));
    });
    if (rows.length === 0) return;
    fs.writeFileSync(file, rows.join("\n"));
    const types = [...columns].map(([column, type]) => `"${column}": '${type}'`).join(", ");
    await db.run(
      `INSERT INTO ${table} SELECT * FROM read_json('${file}', format = 'newline_delimited', columns = {${types}})`,
    );
  } catch (error) {
    throw new Error(
      `ERROR: Load into table '${table.split(".")[1]}' failed. Check 'sys_load_error_detail' system table for details. (${String(error)})`,
      { cause: error },
    );
  } finally {
    fs.rmSync(file, { force: true });
  }
}
