import {
  AthenaClient,
  GetQueryExecutionCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
} from "@aws-sdk/client-athena";
import type { Clients } from "../../aws/clients";
import { pause } from "../delivery/pause";

/** The rows of a result, by the names of its columns; Athena returns every value as text, and nothing for NULL. */
export type QueryRows = Record<string, string | undefined>[];

const askMilliseconds = 50;
const mostMilliseconds = 60_000;

/** Runs a query in a workgroup and returns its rows. Throws one sentence with the reason for a query that fails. */
export async function runQuery(
  clients: Clients,
  { workgroup, query }: { workgroup: string; query: string },
): Promise<QueryRows> {
  const athena = clients.get(AthenaClient);
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({ QueryString: query, WorkGroup: workgroup }),
  );
  const expired = AbortSignal.timeout(mostMilliseconds);
  for (;;) {
    if (expired.aborted) throw new Error(`The query in workgroup ${workgroup} takes too long.`);
    const { QueryExecution } = await athena.send(
      new GetQueryExecutionCommand({ QueryExecutionId }),
    );
    const { State, StateChangeReason } = QueryExecution?.Status ?? {};
    if (State === "SUCCEEDED") break;
    if (State === "FAILED" || State === "CANCELLED")
      throw new Error(`The query in workgroup ${workgroup} failed: ${StateChangeReason}`);
    await pause(askMilliseconds, expired);
  }
  const rows: QueryRows = [];
  let names: string[] | undefined;
  for await (const { ResultSet } of paginateGetQueryResults(
    { client: athena },
    { QueryExecutionId },
  ))
    for (const { Data = [] } of ResultSet?.Rows ?? []) {
      const values = Data.map(({ VarCharValue }) => VarCharValue);
      // The first row of the first page has the names of the columns.
      if (names === undefined) names = values.map(String);
      else rows.push(Object.fromEntries(names.map((name, place) => [name, values[place]])));
    }
  return rows;
}

/**
 * True if the emulator has a query engine; without one, it accepts queries and makes results up. `npm run athena` installs it.
 */
export async function hasQueryEngine(clients: Clients, workgroup: string): Promise<boolean> {
  const query = "SELECT max(x) AS answer FROM (SELECT 40 + 2 AS x) AS one";
  const [row] = await runQuery(clients, { workgroup, query });
  return row?.["answer"] === "42";
}
