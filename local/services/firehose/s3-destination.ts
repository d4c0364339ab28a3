import type { Clients } from "../../aws/clients";
import { checkRole } from "../../aws/role-permissions";
import type { BucketWriter } from "./bucket-writer";
import type { ConversionInputs, ExtendedS3Inputs } from "./delivery-inputs";
import type { ColumnsOf } from "./delivery-stream-args";
import type { Delivered, Destination } from "./destination";
import type { FailedRecord, FirehoseRecord } from "./firehose-record";
import { createConverter, type ParquetConverter } from "./parquet";
import { firehoseRole } from "./role";

export interface S3DestinationArgs {
  clients: Clients;
  streamArn: string;
  inputs: ExtendedS3Inputs;
  writer: BucketWriter;
  columnsOf: ColumnsOf;
}

/** A table in the Glue catalogue, as documents of failed records name it. */
interface CatalogTable {
  catalogId: string;
  databaseName: string;
  tableName: string;
  region: string;
  versionId: string;
}

/**
 * Rejects unless the schema's role may read the table. Glue requires a permission on the table, its database and the catalogue.
 * @see https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
 */
async function checkSchemaPermissions(
  clients: Clients,
  roleArn: string,
  { region, catalogId, databaseName, tableName }: CatalogTable,
): Promise<void> {
  const names = ["catalog", `database/${databaseName}`, `table/${databaseName}/${tableName}`];
  for (const name of names) {
    const resource = `arn:aws:glue:${region}:${catalogId}:${name}`;
    await checkRole(clients, { roleArn, action: "glue:GetTableVersions", resource });
  }
}

/**
 * Writes one object per flush, or per set of partition keys.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/create-destination.html
 */
export function createS3Destination(args: S3DestinationArgs): Destination {
  const { inputs, writer } = args;
  const { dataFormatConversionConfiguration: conversion, fileExtension } = inputs;
  const partitioned = inputs.dynamicPartitioningConfiguration?.enabled ?? false;
  const converts = conversion !== undefined && conversion.enabled !== false;

  async function write(records: readonly FirehoseRecord[]): Promise<void> {
    const [first] = records;
    if (!first) return;
    const about = {
      arrival: first.arrival,
      ...(partitioned && { partitionKeys: first.partitionKeys ?? {} }),
      ...(fileExtension !== undefined && { extension: fileExtension }),
    };
    if (!converts) {
      await writer.write({ ...about, body: Buffer.concat(records.map(({ data }) => data)) });
      return;
    }
    const { rows, failed, converter } = await convert(args, conversion, records);
    await writer.writeErrors("format-conversion-failed", failed);
    if (!converter || rows.length === 0) return;
    const extension = fileExtension ?? ".parquet";
    await writer.write({ ...about, extension, body: converter.write(rows) });
  }

  return {
    name: inputs.bucketArn,
    metric: "DeliveryToS3",
    async deliver(records): Promise<Delivered> {
      const groups = partitioned ? groupByKeys(records) : [[...records]];
      const failed: FailedRecord[] = [];
      for (const group of groups) {
        try {
          await write(group);
        } catch (error) {
          // Only a missing partition key; a bucket that refuses is retried by the writer.
          if (!(error instanceof Error) || !/partition key/.test(error.message)) throw error;
          const { message } = error;
          const code = "DynamicPartitioning.MetadataExtractionFailed";
          failed.push(...group.map((record) => ({ record, attempts: 1, code, message })));
        }
      }
      return { failed, errorType: "processing-failed" };
    },
  };
}

const groupByKeys = (records: readonly FirehoseRecord[]): FirehoseRecord[][] => {
  const groups = new Map<string, FirehoseRecord[]>();
  for (const record of records) {
    const key = JSON.stringify(Object.entries(record.partitionKeys ?? {}).sort());
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return [...groups.values()];
};

async function convert(
  { clients, streamArn, columnsOf }: S3DestinationArgs,
  conversion: ConversionInputs,
  records: readonly FirehoseRecord[],
) {
  const { schemaConfiguration: schema } = conversion;
  const { accountId, region } = clients.account;
  const { databaseName, tableName, versionId = "LATEST" } = schema;
  const dataCatalogTable: CatalogTable = {
    catalogId: schema.catalogId ?? accountId,
    databaseName,
    tableName,
    region: schema.region ?? region,
    versionId,
  };
  const more = { dataCatalogTable };
  const failed: FailedRecord[] = [];
  const rows: ReturnType<ParquetConverter["rowsOf"]> = [];
  const fail = (record: FirehoseRecord, code: string, error: unknown): unknown =>
    failed.push({ record, attempts: 1, code, message: String((error as Error).message), more });
  let converter: ParquetConverter | undefined;
  try {
    const role = firehoseRole(clients, streamArn, schema.roleArn);
    await role.credentials();
    await checkSchemaPermissions(clients, schema.roleArn, dataCatalogTable);
    converter = createConverter(await columnsOf(schema), conversion);
  } catch (error) {
    const denied = (error as Error).name === "AccessDenied";
    const code = `DataFormatConversion.${denied ? "AccessDenied" : "InvalidSchema"}`;
    records.forEach((record) => fail(record, code, error));
    return { rows, failed, converter };
  }
  for (const record of records) {
    try {
      rows.push(...converter.rowsOf(record.data));
    } catch (error) {
      fail(record, "DataFormatConversion.MalformedData", error);
    }
  }
  return { rows, failed, converter };
}
