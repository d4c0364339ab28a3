/** What a user needs for a statement: a privilege on a table. */
export interface Needs {
  privilege: "SELECT" | "INSERT" | "UPDATE";
  table: string;
}

/** A COPY, taken apart. */
export interface Copy {
  table: string;
  manifest: { bucket: string; key: string };
  roleArn: string;
}

/** A statement of Redshift in terms of DuckDB, by what the double does with it. */
export type Translated =
  | { kind: "run"; sql: string; needs: Needs[] }
  | { kind: "query"; sql: string; needs: Needs[] }
  | { kind: "copy"; copy: Copy; needs: Needs[] }
  /** Transactions of the double follow one another, so a lock has nothing to do. */
  | { kind: "lock"; needs: Needs[] }
  | { kind: "define"; sql: string }
  | { kind: "user"; user: string }
  | { kind: "view"; view: string; sql: string }
  | { kind: "procedure"; procedure: string; run: Procedure }
  | { kind: "call"; procedure: string; given: string[] }
  | { kind: "grant"; privileges: string[]; on: string; users: string[] };

/** What a stored procedure does. */
export type Procedure =
  /** Creates the user of its argument, unless there is one. */
  | { does: "create user" }
  /** Drops a view, unless its columns are those of its argument: ` 1:first 2:second `. */
  | { does: "drop changed view"; view: string };

const name = String.raw`([a-z_]+\.[a-z_]+)`;
const anyText = String.raw`'((?:[^']|'')*)'`;

/** Every form of statement that the double knows. */
const forms: readonly [RegExp, (match: string[]) => Translated][] = [
  [/^CREATE SCHEMA IF NOT EXISTS [a-z_]+$/, ([sql = ""]) => ({ kind: "define", sql })],
  [
    new RegExp(
      String.raw`^CREATE TABLE IF NOT EXISTS ${name} \((.+)\) DISTSTYLE (?:KEY DISTKEY \("[a-z_]+"\)|ALL) COMPOUND SORTKEY \("?[a-z_]+"?\)$`,
    ),
    ([, table = "", columns = ""]) => ({
      kind: "define",
      sql: `CREATE TABLE IF NOT EXISTS ${table} (${columnsOf(columns)})`,
    }),
  ],
  [
    new RegExp(String.raw`^CREATE OR REPLACE VIEW ${name} AS SELECT .+$`),
    ([sql = "", view = ""]) => ({ kind: "view", view, sql }),
  ],
  [
    new RegExp(
      String.raw`^CREATE OR REPLACE PROCEDURE ${name}\(wanted VARCHAR\(128\)\) AS \$\$ DECLARE present INTEGER; BEGIN SELECT INTO present COUNT\(\*\) FROM pg_user WHERE LOWER\(usename\) = LOWER\(wanted\); IF present = 0 THEN EXECUTE 'CREATE USER ' \|\| QUOTE_IDENT\(wanted\) \|\| ' PASSWORD DISABLE'; END IF; END; \$\$ LANGUAGE plpgsql$`,
    ),
    ([, procedure = ""]) => ({ kind: "procedure", procedure, run: { does: "create user" } }),
  ],
  [
    new RegExp(
      String.raw`^CREATE OR REPLACE PROCEDURE ${name}\(wanted VARCHAR\(65535\), number INTEGER\) AS \$\$ DECLARE present INTEGER; same INTEGER; BEGIN (SELECT INTO )present (COUNT\(\*\) FROM svv_columns WHERE table_schema = '[a-z]+' AND table_name = '[a-z_]+'); \2same \3 AND STRPOS\(wanted, ' ' \|\| CAST\(ordinal_position AS VARCHAR\) \|\| ':' \|\| column_name \|\| ' '\) > 0; IF present > 0 AND \(present <> number OR same <> number\) THEN DROP VIEW ${name}; END IF; END; \$\$ LANGUAGE plpgsql$`,
    ),
    ([, procedure = "", , , view = ""]) => ({
      kind: "procedure",
      procedure,
      run: { does: "drop changed view", view },
    }),
  ],
  [
    new RegExp(String.raw`^CALL ${name}\(${anyText}(?:, (\d+))?\)$`),
    ([, procedure = "", ...given]) => ({ kind: "call", procedure, given }),
  ],
  [/^CREATE USER "([^"]+)" PASSWORD DISABLE$/, ([, user = ""]) => ({ kind: "user", user })],
  [
    /^GRANT ([A-Z, ]+) ON (?:SCHEMA )?([a-z_.]+) TO (".+")$/,
    ([, privileges = "", on = "", users = ""]) => ({
      kind: "grant",
      privileges: privileges.split(", "),
      on,
      users: users.split(", ").map((user) => user.replaceAll('"', "")),
    }),
  ],
  [
    new RegExp(`^LOCK ${name}$`),
    ([, table = ""]) => ({ kind: "lock", needs: [{ privilege: "UPDATE", table }] }),
  ],
  [
    new RegExp(
      String.raw`^INSERT INTO ${name} \(object, batch\) SELECT wanted\.object, CASE WHEN present\.object IS NULL THEN CAST\(${anyText} AS VARCHAR\(64\)\) END FROM \((?:SELECT CAST\(${anyText} AS VARCHAR\(1024\)\) AS object(?: UNION ALL )?)+\) AS wanted LEFT JOIN ${name} AS present ON present\.object = wanted\.object$`,
    ),
    ([sql = "", table = ""]) => ({
      kind: "run",
      sql,
      needs: [
        { privilege: "INSERT", table },
        { privilege: "SELECT", table },
      ],
    }),
  ],
  [
    new RegExp(String.raw`^SELECT object FROM ${name} WHERE object IN \((?:${anyText}(?:, )?)+\)$`),
    ([sql = "", table = ""]) => ({ kind: "query", sql, needs: [{ privilege: "SELECT", table }] }),
  ],
  [
    new RegExp(
      String.raw`^SELECT deviceid \|\| '#' \|\| CAST\("timestamp" AS VARCHAR\) FROM ${name}(?: WHERE deviceid = ${anyText})?$`,
    ),
    ([sql = "", table = ""]) => ({ kind: "query", sql, needs: [{ privilege: "SELECT", table }] }),
  ],
  [
    new RegExp(
      String.raw`^COPY ${name} FROM 's3://([a-z0-9.-]+)/([^']+)' IAM_ROLE '(arn:[^']+)' MANIFEST GZIP FORMAT AS JSON 'auto ignorecase'$`,
    ),
    ([, table = "", bucket = "", key = "", roleArn = ""]) => ({
      kind: "copy",
      copy: { table, manifest: { bucket, key }, roleArn },
      needs: [{ privilege: "INSERT", table }],
    }),
  ],
];

/** Translates a statement; undefined for every statement that the integration does not send. */
export function translate(sql: string): Translated | undefined {
  for (const [form, translation] of forms) {
    const match = form.exec(sql);
    if (match) return translation([...match]);
  }
  return undefined;
}

/**
 * Columns with DuckDB's names of types. DuckDB does not limit the length of texts, so a check does, in bytes as in Redshift.
 * @see https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
 */
const columnsOf = (columns: string): string =>
  columns
    .replaceAll("DOUBLE PRECISION", "DOUBLE")
    .replaceAll("GETDATE()", "current_timestamp")
    .replace(/("?[a-z_]+"?) VARCHAR\((\d+)\)/g, "$1 VARCHAR CHECK (strlen($1) <= $2)");
