import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from "@aws-sdk/client-glue";
import { inputsOf, type Provisioner } from "../provisioner";

export const catalogDatabase: Provisioner = async (resource, { clients }) => {
  const { name, description, locationUri } = inputsOf<{
    name: string;
    description?: string;
    locationUri?: string;
  }>(resource);
  await clients.get(GlueClient).send(
    new CreateDatabaseCommand({
      DatabaseInput: { Name: name, Description: description, LocationUri: locationUri },
    }),
  );
  const { region, accountId } = clients.account;
  const arn = `arn:aws:glue:${region}:${accountId}:database/${name}`;
  return { id: `${accountId}:${name}`, state: { ...resource.plain, catalogId: accountId, arn } };
};

interface ColumnInputs {
  name: string;
  type?: string;
  comment?: string;
}

interface TableInputs {
  name: string;
  databaseName: string;
  description?: string;
  tableType?: string;
  parameters?: Record<string, string>;
  partitionKeys?: ColumnInputs[];
  storageDescriptor?: {
    columns?: ColumnInputs[];
    location?: string;
    inputFormat?: string;
    outputFormat?: string;
    compressed?: boolean;
    parameters?: Record<string, string>;
    serDeInfo?: {
      name?: string;
      serializationLibrary?: string;
      parameters?: Record<string, string>;
    };
  };
}

/** Its columns are what a delivery stream converts by. */
export const catalogTable: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<TableInputs>(resource);
  const { name, databaseName, storageDescriptor: storage } = inputs;
  await clients.get(GlueClient).send(
    new CreateTableCommand({
      DatabaseName: databaseName,
      TableInput: {
        Name: name,
        Description: inputs.description,
        TableType: inputs.tableType,
        Parameters: inputs.parameters,
        PartitionKeys: inputs.partitionKeys?.map(columnOf),
        StorageDescriptor: storage && {
          Columns: storage.columns?.map(columnOf),
          Location: storage.location,
          InputFormat: storage.inputFormat,
          OutputFormat: storage.outputFormat,
          Compressed: storage.compressed,
          Parameters: storage.parameters,
          SerdeInfo: storage.serDeInfo && {
            Name: storage.serDeInfo.name,
            SerializationLibrary: storage.serDeInfo.serializationLibrary,
            Parameters: storage.serDeInfo.parameters,
          },
        },
      },
    }),
  );
  const { region, accountId } = clients.account;
  const arn = `arn:aws:glue:${region}:${accountId}:table/${databaseName}/${name}`;
  const id = `${accountId}:${databaseName}:${name}`;
  return { id, state: { ...resource.plain, catalogId: accountId, arn } };
};

const columnOf = ({ name, type, comment }: ColumnInputs) => ({
  Name: name,
  Type: type,
  Comment: comment,
});
