import { arrivalDate } from "../../../reading/lake";
import type { ToBucketArgs } from "../delivery/to-bucket";
import type { LakeTable } from "./lake-table";

/**
 * The least buffer of a delivery stream that converts its records, in MiB.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/enable-record-format-conversion.html
 */
const leastBuffer = 64;

/** Lets a delivery stream convert JSON to Parquet by the columns of a table, one folder per UTC date of arrival. */
export const rowsInParquet = (
  table: LakeTable,
): Required<
  Pick<ToBucketArgs, "datePrefix" | "bufferMebibytes" | "format" | "statements" | "dependsOn">
> => ({
  datePrefix: `${arrivalDate}=!{timestamp:yyyy-MM-dd}/`,
  bufferMebibytes: leastBuffer,
  format: (roleArn) => ({
    dataFormatConversionConfiguration: {
      enabled: true,
      inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
      outputFormatConfiguration: { serializer: { parquetSerDe: { compression: "SNAPPY" } } },
      schemaConfiguration: { databaseName: table.database, tableName: table.table, roleArn },
    },
  }),
  statements: [
    table.schemaStatement(["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"]),
  ],
  dependsOn: [table.resource],
});
