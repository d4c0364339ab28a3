/** A stored procedure: the statement that creates it, and the statement that calls it. */
interface Procedure<Given extends unknown[]> {
  definition: string;
  call: (...given: Given) => string;
}

/**
 * Creates a database user unless it exists: CREATE USER has no IF NOT EXISTS, and Redshift itself creates the user of a role that connects
 * before. Names of roles are unique without regard to case.
 * @see https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_USER.html
 * @see https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_PROCEDURE.html
 * @see https://docs.aws.amazon.com/redshift/latest/dg/c_PLpgSQL-statements.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const createUser: Procedure<[user: string]> = {
  definition:
    "CREATE OR REPLACE PROCEDURE iot.sp_create_user(wanted VARCHAR(128)) AS $$ " +
    "DECLARE present INTEGER; " +
    "BEGIN " +
    "SELECT INTO present COUNT(*) FROM pg_user WHERE LOWER(usename) = LOWER(wanted); " +
    "IF present = 0 THEN EXECUTE 'CREATE USER ' || QUOTE_IDENT(wanted) || ' PASSWORD DISABLE'; END IF; " +
    "END; $$ LANGUAGE plpgsql",
  call: (user) => `CALL iot.sp_create_user('${user}')`,
};

/**
 * Drops a view if its columns are others than the wanted ones, since CREATE OR REPLACE VIEW keeps the columns. A view whose columns are
 * the same stays: dropping it would revoke what others are granted on it, and fails if another view depends on it.
 * @see https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_VIEW.html
 * @see https://docs.aws.amazon.com/redshift/latest/dg/r_DROP_VIEW.html
 * @see https://docs.aws.amazon.com/redshift/latest/dg/r_SVV_COLUMNS.html
 */
export const dropChangedView = (view: string): Procedure<[columns: string[]]> => {
  const [schema = "", table = ""] = view.split(".");
  return {
    definition:
      `CREATE OR REPLACE PROCEDURE iot.sp_drop_changed_view(wanted VARCHAR(65535), number INTEGER) AS $$ ` +
      `DECLARE present INTEGER; same INTEGER; ` +
      `BEGIN ` +
      `SELECT INTO present COUNT(*) FROM svv_columns WHERE table_schema = '${schema}' AND table_name = '${table}'; ` +
      `SELECT INTO same COUNT(*) FROM svv_columns WHERE table_schema = '${schema}' AND table_name = '${table}' ` +
      `AND STRPOS(wanted, ' ' || CAST(ordinal_position AS VARCHAR) || ':' || column_name || ' ') > 0; ` +
      `IF present > 0 AND (present <> number OR same <> number) THEN DROP VIEW ${view}; END IF; ` +
      `END; $$ LANGUAGE plpgsql`,
    call: (columns) =>
      `CALL iot.sp_drop_changed_view(' ${columns.map((column, index) => `${index + 1}:${column.toLowerCase()}`).join(" ")} ', ${columns.length})`,
  };
};
