import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from "@aws-sdk/client-glue";
import type * as aws from "@pulumi/aws";
import { inputsOf, type Provisioner, type Provisioners } from "../provisioner";

const catalogDatabase: Provisioner = async (resource, { clients }) => {
  const { name, description, locationUri } = inputsOf<aws.glue.CatalogDatabaseArgs, "name">(
    resource,
    "name",
  );
  await clients.get(GlueClient).send(
    new CreateDatabaseCommand({
      DatabaseInput: { Name: name, Description: description, LocationUri: locationUri },
    }),
  );
  const { region, accountId } = clients.account;
  const arn = `arn:aws:glue:${region}:${accountId}:database/${name}`;
  return { id: `${accountId}:${name}`, state: { ...resource.plain, catalogId: accountId, arn } };
};

/** A delivery stream converts records to the columns of this table. */
const catalogTable: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.glue.CatalogTableArgs, "name">(resource, "name");
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

const columnOf = ({ name, type, comment }: { name: string; type?: string; comment?: string }) => ({
  Name: name,
  Type: type,
  Comment: comment,
});

export const provisioners: Provisioners = {
  "aws:glue/catalogDatabase:CatalogDatabase": catalogDatabase,
  "aws:glue/catalogTable:CatalogTable": catalogTable,
};
