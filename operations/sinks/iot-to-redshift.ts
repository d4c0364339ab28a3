import {
  DescribeStatementCommand,
  ExecuteStatementCommand,
  paginateGetStatementResult,
  type RedshiftDataClient,
} from "@aws-sdk/client-redshift-data";
import type { PartOutputs } from "../stack-outputs";
import type { Sink } from "./search";

/**
 * Readings in the view of the warehouse that has each of them once. A search wakes the warehouse, which is billed for a minute at least.
 * @see https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-billing.html
 */
export const sink: Sink = {
  expects: () => true,
  async stored({ clients: { warehouse }, outputs, deviceId }) {
    const part = outputs.of["iot-to-redshift"] ?? {};
    return new Set(await select(warehouse, part, deviceId));
  },
  sharedFailures: [],
  tables: [],
  keeps: "the rows in the warehouse and their objects in the bucket",
};

/** Ids of devices have no quotation marks; a doubled one could not end the literal anyway. */
const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Runs a query as the administrator; returns `<deviceId>#<timestamp>` of each row. */
async function select(
  client: RedshiftDataClient,
  { workgroup, database, adminSecretArn }: PartOutputs,
  deviceId: string | undefined,
): Promise<string[]> {
  const where = deviceId === undefined ? "" : ` WHERE deviceid = ${literal(deviceId)}`;
  const { Id } = await client.send(
    new ExecuteStatementCommand({
      WorkgroupName: workgroup,
      Database: database,
      SecretArn: adminSecretArn,
      Sql: `SELECT deviceid || '#' || CAST("timestamp" AS VARCHAR) FROM iot.readings_once${where}`,
    }),
  );
  await ended(client, Id);
  const ids: string[] = [];
  for await (const { Records = [] } of paginateGetStatementResult({ client }, { Id }))
    ids.push(...Records.flatMap(([field]) => field?.stringValue ?? []));
  return ids;
}

/** @see https://docs.aws.amazon.com/redshift-data/latest/APIReference/API_DescribeStatement.html */
async function ended(client: RedshiftDataClient, Id: string | undefined): Promise<void> {
  for (;;) {
    const { Status, Error: error } = await client.send(
      new DescribeStatementCommand({ Id, WaitTimeSeconds: 10 }),
    );
    if (Status === "FINISHED") return;
    if (Status === "FAILED" || Status === "ABORTED")
      throw new Error(`The warehouse cannot be read: ${error ?? Status}`);
  }
}
