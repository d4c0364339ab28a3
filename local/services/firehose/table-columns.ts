import { GetTableCommand, GlueClient } from "@aws-sdk/client-glue";
import type { Clients } from "../../aws/clients";
import type { ConversionInputs } from "./delivery-inputs";
import type { Column } from "./parquet";

/** Returns the columns of a Glue table; partition keys are not columns of its objects. The caller has checked the role's permission. */
export async function tableColumns(
  clients: Clients,
  { databaseName, tableName }: ConversionInputs["schemaConfiguration"],
): Promise<Column[]> {
  const { Table } = await clients
    .get(GlueClient)
    .send(new GetTableCommand({ DatabaseName: databaseName, Name: tableName }));
  const columns = Table?.StorageDescriptor?.Columns ?? [];
  return columns.map(({ Name = "", Type = "string" }) => ({ name: Name, type: Type }));
}
