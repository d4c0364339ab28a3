import { GetTableCommand, GlueClient } from "@aws-sdk/client-glue";
import type { Clients } from "../../aws/clients";
import type { ConversionInputs } from "./delivery-inputs";
import type { Column } from "./parquet";

/** The columns of a Glue table; partition keys are no columns of its objects. Whether a role may read them is asked before. */
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
