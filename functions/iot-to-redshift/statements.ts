/** The two tables, with their schema. */
export interface Tables {
  readings: string;
  /** One row per loaded object: the proof that it was loaded. */
  ledger: string;
}

/** One load: its objects, and the manifest that lists them. */
export interface Load {
  /** The keys of the objects. */
  keys: string[];
  /** `s3://<bucket>/<key>` */
  manifestUrl: string;
  /** Identifies the attempt; 1–64 characters. */
  token: string;
}

/** The bytes that a key may have in S3, which are the length of the column. */
export const longestKey = 1024;

/** A text literal: the keys have no quotation marks, and a doubled one could not end the literal anyway. */
const literal = (text: string): string => `'${text.replace(/'/g, "''")}'`;

/** Selects those of the objects that are loaded. */
export const loadedQuery = ({ ledger }: Tables, keys: string[]): string =>
  `SELECT object FROM ${ledger} WHERE object IN (${keys.map(literal).join(", ")})`;

/**
 * The statements of a load, for one transaction. The lock makes loads wait for each other: Redshift takes the snapshot of a transaction at
 * its first query, which is after the lock. The INSERT fails for an object that is in the ledger, since `batch` is then null and the column
 * is NOT NULL, a constraint that Redshift enforces, unlike PRIMARY KEY and UNIQUE; the transaction then loads nothing.
 * @see https://docs.aws.amazon.com/redshift/latest/dg/c_serial_isolation.html
 * @see https://docs.aws.amazon.com/redshift/latest/dg/r_LOCK.html
 * @see https://docs.aws.amazon.com/redshift/latest/dg/t_Defining_constraints.html
 * @see https://docs.aws.amazon.com/redshift/latest/dg/copy-parameters-data-format.html#copy-json
 */
export function loadStatements(
  { readings, ledger }: Tables,
  copyRoleArn: string,
  { keys, manifestUrl, token }: Load,
): string[] {
  const wanted = keys.map(
    (key) => `SELECT CAST(${literal(key)} AS VARCHAR(${longestKey})) AS object`,
  );
  const batch = `CAST(${literal(token)} AS VARCHAR(64))`;
  return [
    `LOCK ${ledger}`,
    `INSERT INTO ${ledger} (object, batch) SELECT wanted.object, CASE WHEN present.object IS NULL THEN ${batch} END FROM (${wanted.join(" UNION ALL ")}) AS wanted LEFT JOIN ${ledger} AS present ON present.object = wanted.object`,
    `COPY ${readings} FROM ${literal(manifestUrl)} IAM_ROLE ${literal(copyRoleArn)} MANIFEST GZIP FORMAT AS JSON 'auto ignorecase'`,
  ];
}

/**
 * The manifest of a load. `mandatory` makes COPY fail for an object that does not exist; without it, COPY leaves it out.
 * @see https://docs.aws.amazon.com/redshift/latest/dg/loading-data-files-using-manifest.html
 */
export const manifestOf = (bucketName: string, keys: string[]): string =>
  JSON.stringify({
    entries: keys.map((key) => ({ url: `s3://${bucketName}/${key}`, mandatory: true })),
  });
