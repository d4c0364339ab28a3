import {
  BatchExecuteStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  RedshiftDataClient,
} from "@aws-sdk/client-redshift-data";

export interface DataApiSettings {
  workgroupName: string;
  database: string;
}

/** How a statement stands. */
export interface StatementState {
  /** `FINISHED`, `FAILED` and `ABORTED` are final. */
  status: string;
  error?: string;
}

/** The calls of the Redshift Data API that read. Statements run asynchronously; each call returns the id of its statement. */
export interface QueryApi {
  execute(sql: string): Promise<string>;
  /** May wait for the end of the statement. */
  describe(id: string): Promise<StatementState>;
  /** The first column of the result, which holds texts. */
  texts(id: string): Promise<string[]>;
}

/** Those calls, and one that loads. */
export interface DataApi extends QueryApi {
  /** Runs statements in one transaction, once per token as long as Redshift remembers it. `name` appears in the list of statements. */
  executeTogether(sqls: string[], token: string, name: string): Promise<string>;
}

/** The longest that a call may wait for the end of a statement. */
const waitSeconds = 10;

/** @see https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_BatchExecuteStatement.html */
const longestName = 500;

const targetOf = ({ workgroupName, database }: DataApiSettings) => ({
  WorkgroupName: workgroupName,
  Database: database,
});

const idOf = ({ Id }: { Id?: string }): string => {
  if (!Id) throw new Error("The Data API returned no statement id.");
  return Id;
};

/**
 * Calls the Data API as the function's role, which Redshift knows as the database user `IAMR:<role name>`. A function that only reads
 * contains no other call, so that its role needs no permission for one.
 * @see https://docs.aws.amazon.com/redshift/latest/mgmt/data-api.html
 */
export function queryApi(settings: DataApiSettings, client = new RedshiftDataClient({})): QueryApi {
  const target = targetOf(settings);
  return {
    execute: async (sql) =>
      idOf(await client.send(new ExecuteStatementCommand({ ...target, Sql: sql }))),
    describe: async (id) => {
      const { Status, Error } = await client.send(
        new DescribeStatementCommand({ Id: id, WaitTimeSeconds: waitSeconds }),
      );
      return { status: Status ?? "", ...(Error && { error: Error }) };
    },
    texts: async (id) => {
      const texts: string[] = [];
      let NextToken: string | undefined;
      do {
        const page = await client.send(new GetStatementResultCommand({ Id: id, NextToken }));
        for (const [field] of page.Records ?? [])
          if (field?.stringValue !== undefined) texts.push(field.stringValue);
        NextToken = page.NextToken;
      } while (NextToken);
      return texts;
    },
  };
}

/** The same, with the call that loads. */
export function dataApi(settings: DataApiSettings): DataApi {
  const client = new RedshiftDataClient({});
  const target = targetOf(settings);
  return {
    ...queryApi(settings, client),
    executeTogether: async (sqls, token, name) =>
      idOf(
        await client.send(
          new BatchExecuteStatementCommand({
            ...target,
            Sqls: sqls,
            ClientToken: token,
            StatementName: name.slice(0, longestName),
          }),
        ),
      ),
  };
}
