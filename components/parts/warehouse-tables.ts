import * as pulumi from "@pulumi/pulumi";
import { columnsOf } from "../../reading/columns";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import { globalName } from "./names";
import { createUser, dropChangedView } from "./warehouse-procedures";

/** The names of the tables, with their schema. */
export const tables = {
  readings: "iot.readings",
  ledger: "iot.loaded_objects",
} as const;

/** Rows by reading: MQTT and Firehose deliver at least once, so a reading may have several rows. */
const view = "iot.readings_once";

/** Columns are quoted, since `timestamp` is a reserved word. @see https://docs.aws.amazon.com/redshift/latest/dg/r_pg_keywords.html */
const quoted = (column: string): string => `"${column.toLowerCase()}"`;

/** The database user of a role. @see https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html */
const userOf = (consumer: string): pulumi.Output<string> =>
  globalName("role", `${consumer}-role`).apply((role) => `IAMR:${role}`);

/**
 * The statements that create the tables. Each can run again: the Data API forgets a statement after 24 hours, and an update after a
 * refresh then runs it once more. Rows of a device are together, since joins and windows are by device, and in the order of time,
 * since queries select a span of it. The ledger is small and on every node.
 * @see https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html
 * @see https://docs.aws.amazon.com/redshift/latest/dg/c_best-practices-sort-key.html
 * @see https://docs.aws.amazon.com/redshift/latest/dg/c_choosing_dist_sort.html
 */
export function tableStatements(of: Definition = definition): Record<string, string> {
  const columns = [
    { name: "readingId", redshift: "VARCHAR(32)", optional: false },
    ...columnsOf(of),
  ].map(
    ({ name, redshift, optional }) => `${quoted(name)} ${redshift}${optional ? "" : " NOT NULL"}`,
  );
  const columnNames = ["readingId", ...columnsOf(of).map(({ name }) => name)];
  const names = columnNames.map(quoted).join(", ");
  const changed = dropChangedView(view);
  return {
    schema: "CREATE SCHEMA IF NOT EXISTS iot",
    readings: `CREATE TABLE IF NOT EXISTS ${tables.readings} (${columns.join(", ")}) DISTSTYLE KEY DISTKEY ("deviceid") COMPOUND SORTKEY ("timestamp")`,
    ledger: `CREATE TABLE IF NOT EXISTS ${tables.ledger} (object VARCHAR(1024) NOT NULL, batch VARCHAR(64) NOT NULL, loadedat TIMESTAMP NOT NULL DEFAULT GETDATE()) DISTSTYLE ALL COMPOUND SORTKEY (object)`,
    "changed-view": changed.definition,
    "drop-changed-view": changed.call(columnNames),
    view: `CREATE OR REPLACE VIEW ${view} AS SELECT ${names} FROM (SELECT ${names}, ROW_NUMBER() OVER (PARTITION BY "readingid" ORDER BY "receivedat") AS nth FROM ${tables.readings}) AS numbered WHERE nth = 1`,
  };
}

/**
 * The statements that create the database users of two functions, by the logical names of their parts, and grant them what they need. Each can run again.
 * UPDATE on the ledger is for LOCK.
 * @see https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html
 */
export function grantStatements(
  loader: string,
  sweeper: string,
): Record<string, pulumi.Output<string>> {
  const users = [userOf(loader), userOf(sweeper)] as const;
  const [loads, sweeps] = users.map((user) => user.apply((name) => `"${name}"`));
  return {
    "create-user": pulumi.output(createUser.definition),
    loader: users[0].apply(createUser.call),
    sweeper: users[1].apply(createUser.call),
    "schema-usage": pulumi.interpolate`GRANT USAGE ON SCHEMA iot TO ${loads}, ${sweeps}`,
    "readings-insert": pulumi.interpolate`GRANT INSERT ON ${tables.readings} TO ${loads}`,
    "ledger-write": pulumi.interpolate`GRANT SELECT, INSERT, UPDATE ON ${tables.ledger} TO ${loads}`,
    "ledger-read": pulumi.interpolate`GRANT SELECT ON ${tables.ledger} TO ${sweeps}`,
  };
}
